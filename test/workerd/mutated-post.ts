import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { adminKey, type Answer, ask } from "./collector";
import { beyondDouble, marker } from "./mutate";
import type { MutatedWire } from "./mutated-wires";

export interface MutatedPost {
  wire: MutatedWire;
  body: string | Uint8Array;
  headers?: Record<string, string>;
  /** The body before it was packed, where it was. */
  plain?: Uint8Array;
}

/** How many recordings of a post were accepted, and how many refused. */
interface Outcome {
  accepted: number;
  refused: number;
}

/** Posts a body and holds the collector to its promises, whichever way it decides. */
export async function postMutated(project: string, { wire, body, headers = {}, plain }: MutatedPost): Promise<Outcome> {
  const path = wire === "freeplay" ? `/api/v2/projects/${project}/sessions/session-1/completions` : "/v1/recordings";
  const type = wire === "lines" ? "application/x-ndjson" : "application/json";
  const response = await ask("POST", path, { key: adminKey, body, headers: { "Content-Type": type, ...headers } });
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(text).not.toContain(marker);
  expect(response.headers.get("Content-Type")).toMatch(/^application\/json/);
  if (response.status >= 400) {
    expectRefusal(text);
    expect(JSON.parse(text)).toMatchObject({ request_id: response.headers.get("X-Request-Id") });
    await expectRows(project, 0);
    return { accepted: 0, refused: 1 };
  }
  const sent = decode(plain ?? body);
  const json = JSON.parse(text) as Answer;
  if (response.status === 201) {
    // A changed byte may have named another project.
    const owner = (json["project_id"] as string | undefined) ?? project;
    await expectRows(project, owner === project ? 1 : 0);
    await expectRows(owner, 1);
    await expectRead(owner, json["id"] ?? json["completion_id"], sent);
    return { accepted: 1, refused: 0 };
  }
  expect(response.status).toBe(200);
  const isLines = (headers["Content-Type"] ?? type).includes("ndjson");
  const items = isLines ? sent.split("\n").filter((line) => /[^ \t\r]/.test(line)) : itemTexts(sent);
  return await expectResults(project, json, items);
}

export function expectRefusal(text: string): void {
  const { issues, ...refusal } = JSON.parse(text) as Answer;
  expect(refusal).toEqual({ message: expect.any(String), code: expect.any(String), request_id: expect.any(String) });
  expect(refusal["message"]).not.toBe("");
  for (const issue of issues ?? []) expect(issue).toEqual({ path: expect.any(String), message: expect.any(String) });
}

/** Rows of the project: as many recordings as were accepted, and of a refused body none anywhere. */
export async function expectRows(project: string, recordings: number): Promise<void> {
  const row = await env.DB.prepare(
    `SELECT (SELECT count(*) FROM recordings WHERE project_id = ?1) AS recordings,
            (SELECT count(*) FROM sessions WHERE project_id = ?1) > 0 AS sessions,
            (SELECT count(*) FROM projects WHERE id = ?1) AS projects`,
  )
    .bind(project)
    .first();
  const some = recordings > 0 ? 1 : 0;
  expect(row).toEqual({ recordings, sessions: some, projects: some });
}

export function decode(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

async function expectResults(project: string, { stored, duplicates, rejected, results }: Answer, items: string[]): Promise<Outcome> {
  expect(results.map(({ index }: Answer) => index)).toEqual(items.map((_, index) => index));
  const seen = new Set<string>();
  const counts = { stored: 0, duplicate: 0, rejected: 0 };
  const rows = new Map([[project, 0]]);
  for (const [index, { id, status, error }] of results.entries()) {
    counts[status as keyof typeof counts] += 1;
    if (status === "rejected") {
      expect(error).toMatchObject({ message: expect.any(String), code: expect.any(String) });
    } else if (status === "duplicate") {
      expect(seen).toContain(id);
    } else {
      seen.add(id);
      const owner = ownerOf(items[index] ?? "");
      rows.set(owner, (rows.get(owner) ?? 0) + 1);
      // Of a long list a few tell as much as all.
      if (items.length < 20 || index % 100 === 0) await expectRead(owner, id, items[index] ?? "");
    }
  }
  expect({ stored, duplicate: duplicates, rejected }).toEqual(counts);
  for (const [owner, count] of rows) await expectRows(owner, count);
  return { accepted: counts.stored, refused: counts.rejected };
}

/** The project that an item names. A changed byte may have made it another than its neighbour's. */
function ownerOf(item: string): string {
  const body = JSON.parse(item) as Answer;
  return body["project_id"] ?? body["projectId"];
}

/** What was accepted reads back: its messages equal to the letter, and what was planted in it still there. */
async function expectRead(project: string, id: string, sent: string): Promise<void> {
  const response = await ask("GET", `/v1/recordings/${encodeURIComponent(id)}?project_id=${project}`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const body = parseExact(sent) as Answer;
  const spellings = ["messages", "all_messages", "allMessages"].filter((key) => Object.hasOwn(body, key) && body[key] !== null);
  expect(spellings).toHaveLength(1);
  const read = parseExact(text) as Answer;
  expect(JSON.stringify(read["messages"])).toBe(JSON.stringify(body[spellings[0] ?? ""]));
  for (const planted of plantedTexts) {
    if (sentHolds(body, planted)) expect(text).toContain(planted);
  }
}

/** Parsed so that a number keeps its digits where a double would not: beyond its range, or an integer above 2^53. */
function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    const isHeld = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return isHeld ? value + 0 : { number: context.source };
  });
}

const plantedTexts = [marker, ...beyondDouble];

/** Whether a text is among a body's values; what Python sends twice may differ, and then one is kept. */
function sentHolds(body: Answer, planted: string): boolean {
  const { custom_metadata: _, ...rest } = body;
  return JSON.stringify(rest).includes(planted);
}

function itemTexts(text: string): string[] {
  const items = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? JSON.rawJSON(context.source) : value,
  ) as unknown[];
  return items.map((item) => JSON.stringify(item));
}
