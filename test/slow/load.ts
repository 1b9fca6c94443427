import { gunzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningCollector } from "../e2e/running-collector";

/** Posts recordings of these ids, in one post. Answers which of them were acknowledged. */
export async function postRecordings(collector: RunningCollector, ids: string[]): Promise<{ stored: string[]; spooled: string[] }> {
  const body = ids.map((id) => ({ project_id: "load", id, all_messages: [{ role: "user", content: `recording ${id}` }] }));
  const taken = { stored: [] as string[], spooled: [] as string[] };
  try {
    const response = await fetch(`${collector.origin}/v1/recordings`, { ...withKey(collector, "POST"), body: JSON.stringify(body) });
    const { results = [] } = (await response.json()) as { results?: { id: string; status: string }[] };
    for (const { id, status } of response.status === 200 ? results : []) taken[status === "spooled" ? "spooled" : "stored"].push(id);
  } catch {
    // The collector is gone: nothing more was acknowledged.
  }
  return taken;
}

/** How many recordings wait in the spool. */
async function spooledCount(collector: RunningCollector): Promise<number> {
  try {
    const response = await fetch(`${collector.origin}/readyz`);
    return ((await response.json()) as { spool: { objects: number } }).spool.objects;
  } catch {
    // A connection that was kept too long: what is not known still waits.
    return 1;
  }
}

/** Waits until the cron has stored what waited. @throws where that takes over four minutes. */
export async function untilSettled(collector: RunningCollector): Promise<void> {
  const deadlineMs = Date.now() + 240_000;
  while ((await spooledCount(collector)) > 0) {
    if (Date.now() > deadlineMs) throw new Error("Something still waits in the spool.");
    await sleep(1000);
  }
}

/** The ids in every export that is written, tombstones aside, as often as they stand there. */
export async function exportedIds(collector: RunningCollector): Promise<string[]> {
  const ids: string[] = [];
  for (const { id, state, rows } of await listExports(collector)) {
    if (state !== "written" || rows === 0) continue;
    const response = await fetch(`${collector.origin}/v1/exports/${id}`, withKey(collector));
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    for (const line of text.trimEnd().split("\n")) {
      const { id: recording, deleted } = JSON.parse(line) as { id: string; deleted?: boolean };
      if (deleted !== true) ids.push(recording);
    }
  }
  return ids;
}

/** Cuts all that is committed and waits until every batch is written: a lease and a minute of the cron's where a consumer died. @throws where that takes over five minutes. */
export async function exportAll(collector: RunningCollector): Promise<void> {
  const deadlineMs = Date.now() + 300_000;
  while (await cutSome(collector)) {
    if (Date.now() > deadlineMs) throw new Error("There is still more to cut.");
    await sleep(1000);
  }
  while ((await listExports(collector)).some(({ state }) => state !== "written")) {
    if (Date.now() > deadlineMs) throw new Error("A batch is still not written.");
    await sleep(1000);
  }
}

/** Cuts what there is. Answers whether there is more. */
async function cutSome(collector: RunningCollector): Promise<boolean> {
  const response = await fetch(`${collector.origin}/v1/exports`, withKey(collector, "POST"));
  return ((await response.json()) as { more: boolean }).more;
}

/** The ids stored in the project that `postRecordings` posts to. */
export async function storedIds(collector: RunningCollector): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const response = await fetch(`${collector.origin}/v1/recordings?project_id=load&limit=200&cursor=${cursor}`, withKey(collector));
    const page = (await response.json()) as { recordings: { id: string }[]; next_cursor: string | null };
    ids.push(...page.recordings.map(({ id }) => id));
    cursor = page.next_cursor ?? "";
  } while (cursor !== "");
  return ids;
}

interface ExportRow {
  id: string;
  state: string;
  rows: number | null;
}

async function listExports(collector: RunningCollector): Promise<ExportRow[]> {
  const rows: ExportRow[] = [];
  let cursor = "";
  do {
    const response = await fetch(`${collector.origin}/v1/exports?limit=100&cursor=${cursor}`, withKey(collector));
    const page = (await response.json()) as { exports: ExportRow[]; next_cursor: string | null };
    rows.push(...page.exports);
    cursor = page.next_cursor ?? "";
  } while (cursor !== "");
  return rows;
}

function withKey(collector: RunningCollector, method = "GET"): RequestInit {
  return { method, headers: { Authorization: `Bearer ${collector.adminKey}`, "Content-Type": "application/json" } };
}
