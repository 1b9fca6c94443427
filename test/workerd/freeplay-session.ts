import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { type Answer, askJson, readRecording } from "./collector";

/** The session that the Freeplay wire's tests record to. */
export const freeplaySession = "8c973e66-84ac-4803-976c-0a266d6a5236";
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const json = { "Content-Type": "application/json" };

/** A question and its answer. */
export const messages = [
  { role: "user", content: "Why is the sky blue?" },
  { role: "assistant", content: "Rayleigh scattering." },
];

/** Records a body given as an object or as the text to send; answers the id. */
export async function record(project: string, body: object | string): Promise<string> {
  const path = `/api/v2/projects/${project}/sessions/${freeplaySession}/completions`;
  const answer = await askJson("POST", path, { body, headers: json });
  expect(answer).toMatchObject({ status: 201, json: { completion_id: expect.any(String) } });
  return answer.json["completion_id"];
}

/** A recording as it is answered and as it lies in D1, without what differs from one recording to the next. */
export async function answerAndRow(project: string, id: string): Promise<{ answer: Answer; row: Answer }> {
  const { id: _1, seq: _2, received_at: _3, ...answer } = await readRecording(project, id);
  const found = await env.DB.prepare("SELECT * FROM recordings WHERE project_id = ?1 AND id = ?2").bind(project, id).first<Answer>();
  // The second of the same conversation keeps but a link to the first.
  const own = /^(id|seq|received_us|receipt|transcript_id|shared_count|shared_bytes|chain_from|chain|messages)$/;
  const row = Object.fromEntries(Object.entries(found ?? {}).filter(([column]) => !own.test(column)));
  return { answer, row };
}

/** How many rows a project has. */
export async function rowsOf(project: string): Promise<Answer> {
  const row = await env.DB.prepare(
    `SELECT (SELECT count(*) FROM recordings WHERE project_id = ?1) AS recordings,
            (SELECT count(*) FROM sessions WHERE project_id = ?1) AS sessions,
            (SELECT count(*) FROM projects WHERE id = ?1) AS projects`,
  )
    .bind(project)
    .first<Answer>();
  return row ?? {};
}
