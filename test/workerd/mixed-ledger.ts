import { expect } from "vitest";
import type { Answer, askJson } from "./collector";
import { kindsCount, type MixedPost, mixedPost, type Senders, tieredKind } from "./mixed-posts";

/** Asks a collector, wherever it runs. */
type AskCollector = typeof askJson;

/** Sends mixed posts of every kind to one project, and counts itself what should become of them. */
export async function sendMixed(askCollector: AskCollector, senders: Senders, requests: number): Promise<Sent> {
  const sent: Sent = { expected: {}, unauthorized: 0, ids: [] };
  const send = async (number: number) => {
    const post = mixedPost(number, senders);
    const { status, json } = await askCollector("POST", post.path, post.ask);
    if (post.status !== null) expect({ number, status, json }).toMatchObject({ number, status: post.status });
    const limited: Record<string, number> = status === 201 ? { stored: 1 } : status === 429 ? { "rejected:rate_limited": 1 } : {};
    const becomes = post.status === null ? limited : post.becomes;
    if (post.project === "unknown") sent.unauthorized += 1;
    else for (const [entry, count] of Object.entries(becomes)) sent.expected[entry] = (sent.expected[entry] ?? 0) + count;
    sent.ids.push(...post.ids);
  };
  // More than two windows of the tier take, so that some are refused wherever the windows begin.
  const burst = Math.min(requests, 110);
  await Promise.all(Array.from({ length: burst }, (_, index) => send(tieredKind + kindsCount * (requests + index))));
  const others = requests - burst;
  // Round by round, since a duplicate is the recording of the round before.
  for (let first = 0; first < others; first += kindsCount) {
    await Promise.all(Array.from({ length: Math.min(kindsCount, others - first) }, (_, index) => send(first + index)));
  }
  return sent;
}

interface Sent {
  /** By entry of the ledger. */
  expected: Record<string, number>;
  unauthorized: number;
  ids: MixedPost["ids"];
}

/** Keys of a new project to send by. */
export async function makeSenders(askCollector: AskCollector, project: string): Promise<Senders> {
  const key = async (request: Answer): Promise<string> => {
    const { json } = await askCollector("POST", "/v1/keys", { body: { ...request, project_id: project } });
    return json["key"] as string;
  };
  return {
    project,
    ingestKey: await key({ scope: "ingest" }),
    readKey: await key({ scope: "read" }),
    tieredKey: await key({ scope: "ingest", rate_tier: "small" }),
  };
}

/**
 * Holds the ledger to what was counted: each entry, and the equation. What so many posts at once overflowed is stored meanwhile by
 * what is given to let time pass.
 */
export async function checkLedger(
  askCollector: AskCollector,
  project: string,
  expected: Record<string, number>,
  letPass: () => Promise<unknown>,
): Promise<void> {
  const sent = Object.values(expected).reduce((sum, count) => sum + count, 0);
  for (let waited = 0; waited < 60; waited += 1) {
    const totals = await ledgerTotals(askCollector, project);
    expect(totals["received"]).toBe(sent);
    if (totals["spooled"] === 0) break;
    await letPass();
  }
  const { received, stored, duplicates, rejected, rejected_total: rejectedTotal, spooled } = await ledgerTotals(askCollector, project);
  const byCode = Object.entries(expected).flatMap(([entry, count]) => (entry.startsWith("rejected:") ? [[entry.slice(9), count]] : []));
  expect({ stored, duplicates, rejected, spooled }).toEqual({
    stored: expected["stored"],
    duplicates: expected["duplicate"],
    rejected: Object.fromEntries(byCode) as unknown,
    spooled: 0,
  });
  expect(expected["rejected:rate_limited"]).toBeGreaterThan(0);
  expect(received).toBe(stored + duplicates + rejectedTotal + spooled);
  expect(received).toBe(sent);
}

/** Asks where each of some ids is, taken from all over what was sent. */
export async function checkStatuses(askCollector: AskCollector, { project, ingestKey }: Senders, ids: MixedPost["ids"], samples: number) {
  for (let sample = 0; sample < samples; sample += 1) {
    const wanted = ids[Math.floor((ids.length * (sample + Math.random())) / samples)];
    if (wanted === undefined) throw new Error("No id was sent.");
    const { json } = await askCollector("GET", `/v1/recordings/${wanted.id}/status?project_id=${project}`, { key: ingestKey });
    const { code, paths } = wanted;
    expect(json).toMatchObject({ id: wanted.id, status: wanted.status, rejections: code === undefined ? [] : [{ code, paths }] });
  }
}

/** The sums of the last day of a project. */
export async function ledgerTotals(askCollector: AskCollector, project: string): Promise<Answer> {
  const { status, json } = await askCollector("GET", `/v1/ledger?project_id=${project}`);
  expect(status).toBe(200);
  return json["totals"] as Answer;
}
