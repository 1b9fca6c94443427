import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Answer } from "./collector";

/** A message of about so many bytes. */
export function message(role: string, name: string, bytes = 400): Answer {
  return { role, content: `${name} `.padEnd(bytes - 30, "words that are told apart by nothing ") };
}

/** The whole conversation after each of so many turns. */
export function turnsOf(count: number): Answer[][] {
  const all = Array.from({ length: count }, (_, turn) => [message("user", `question ${turn}`), message("assistant", `answer ${turn}`)]);
  return all.map((__, turn) => all.slice(0, turn + 1).flat());
}

/** Each transcript ends where a recording needs it to, and each recording's beginning is there. */
export async function expectTidy(project: string): Promise<void> {
  const { results } = await env.DB.prepare(`
    SELECT t.count, octet_length(t.messages) AS bytes, max(r.shared_count) AS needed, max(r.shared_bytes) AS neededBytes, min(r.session_id = t.session_id) AS isOne
    FROM transcripts AS t LEFT JOIN recordings AS r ON r.transcript_id = t.id WHERE t.project_id = ?1 GROUP BY t.id`)
    .bind(project)
    .all();
  for (const { count, bytes, ...needs } of results) expect(needs).toEqual({ needed: count, neededBytes: bytes, isOne: 1 });
  const lost = env.DB.prepare(
    "SELECT count(*) AS n FROM recordings WHERE project_id = ?1 AND transcript_id IS NOT NULL AND transcript_id NOT IN (SELECT id FROM transcripts)",
  );
  expect(await lost.bind(project).first<number>("n")).toBe(0);
}
