import { env } from "cloudflare:workers";
import type { Json, JsonObject } from "../../src/model/json";
import { headSeq } from "../../src/store/log";
import { newProject } from "./collector";
import { blobKey } from "../../src/keep/blobs";
import { appendedMessages } from "../../src/model/amendment";

/** A recording as a test knows it; null is what nobody said. */
export interface WorldRecording {
  id: string;
  sessionId: string;
  parentId: string | null;
  testRunId: string | null;
  provider: string | null;
  model: string | null;
  environment: string | null;
  startedUs: number | null;
  endedUs: number | null;
  receivedUs: number;
  costNanoUsd: number | null;
  inputs: JsonObject | null;
  promptInfo: JsonObject | null;
  evalResults: JsonObject | null;
  feedback: JsonObject | null;
  evaluations: JsonObject | null;
  messages: JsonObject[];
  /** Lists that were appended, in their order. */
  appended: JsonObject[][];
  /** Where its texts stand: in the row, in its content alone as they once did, or in the bucket. */
  form: "row" | "old" | "bucket";
}

export interface WorldSession {
  id: string;
  createdUs: number;
  metadata: JsonObject;
}

export interface WorldTrace {
  id: string;
  sessionId: string;
  createdUs: number;
  /** With `agent_name`, `test_run_id`, `started_us`, `input`, `output`, those that are known. */
  fields: JsonObject;
  metadata: JsonObject;
  feedback: JsonObject;
  evaluations: JsonObject;
}

/** All of a project, each list in the order in which it was stored. */
export interface World {
  recordings: WorldRecording[];
  sessions: WorldSession[];
  traces: WorldTrace[];
}

/** What all recordings have that stand in the bucket. */
const bucketObject = "0".repeat(64);

/** Writes a world by SQL: what requests come to, without as many requests. */
export async function insertWorld(project: string, { recordings, sessions, traces }: World): Promise<void> {
  await insertAll(
    `INSERT INTO recordings (seq, project_id, id, session_id, parent_id, test_run_id, receipt, provider, model, environment, started_us, ended_us, received_us,
       prompt_source, completion_source, cost_nano_usd, cost_source, content_bytes, content_hash, feedback, evaluations, appended, later, payload, messages, content)
     SELECT ${headSeq} + 1 + key, ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, 'receipt', value ->> 4, value ->> 5, value ->> 6,
       value ->> 7, value ->> 8, value ->> 9, 'missing', 'missing', value ->> 10, 'unpriced', 100, '', value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, value ->> 16, value ->> 17
     FROM json_each(?2)`,
    project,
    recordings.map(recordingColumns),
  );
  await insertAll(
    "INSERT INTO sessions (project_id, id, created_us, metadata) SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)",
    project,
    sessions.map(({ id, createdUs, metadata }) => [id, createdUs, stamped(metadata)]),
  );
  await insertAll(
    `INSERT INTO traces (project_id, id, session_id, created_us, updated_us, fields, metadata, feedback, evaluations)
     SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each(?2) ORDER BY key`,
    project,
    traces.map((trace) => {
      const maps = [trace.fields, trace.metadata, trace.feedback, trace.evaluations].map(stamped);
      return [trace.id, trace.sessionId, trace.createdUs, ...maps];
    }),
  );
  await env.ARCHIVE.put(blobKey({ projectId: project, sha256: bucketObject }), '{"messages":[{"role":"user"}],"session_info":{}}');
  const amended = recordings.filter(({ appended }) => appended.length > 0);
  const lists = await Promise.all(
    amended.map(async ({ id, appended }) => ({ id, lists: await Promise.all(appended.map(appendedMessages)) })),
  );
  await insertAll(
    "INSERT INTO amendments (project_id, recording_id, appended, updated_us) SELECT ?1, value ->> 0, value ->> 1, 1 FROM json_each(?2)",
    project,
    lists.map(({ id, lists: own }) => [
      id,
      JSON.stringify(Object.fromEntries(own.map((list, index) => [list?.hash ?? "", ["1", 1, index]]))),
    ]),
  );
  await insertAll(
    "INSERT INTO appended_messages (project_id, recording_id, hash, messages) SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)",
    project,
    lists.flatMap(({ id, lists: own }) => own.map((list) => [id, list?.hash ?? "", list?.messages ?? ""])),
  );
}

const projects: string[] = [];

/** A project whose rows `removeWorlds` takes away again. */
export function worldProject(): string {
  const project = newProject();
  projects.push(project);
  return project;
}

/**
 * For the end of a test file that writes rows by SQL: others' exports would go through them all. A row of `changes` holds the
 * sequence up, as after any deletion.
 */
export async function removeWorlds(): Promise<void> {
  const tables = ["recordings", "sessions", "traces", "amendments", "appended_messages"];
  for (const project of projects.splice(0)) {
    const tombstone = env.DB.prepare(
      `INSERT INTO changes (seq, project_id, recording_id, kind, line_bytes, changed_us) SELECT ${headSeq} + 1, ?1, 'all', 'deleted', 0, 0`,
    );
    const deletions = tables.map((table) => env.DB.prepare(`DELETE FROM ${table} WHERE project_id = ?1`));
    await env.DB.batch([tombstone, ...deletions].map((statement) => statement.bind(project)));
  }
}

/** The messages of a recording that a search looks into. */
export function lastMessage({ messages, appended, form }: WorldRecording): JsonObject | undefined {
  return appended.at(-1)?.at(-1) ?? (form === "bucket" ? undefined : messages.at(-1));
}

function recordingColumns(r: WorldRecording): Json[] {
  const rest = {
    session_info: { session_id: r.sessionId },
    ...(r.inputs === null ? {} : { inputs: r.inputs }),
    ...(r.promptInfo === null ? {} : { prompt_info: r.promptInfo }),
    ...(r.evalResults === null ? {} : { eval_results: r.evalResults }),
    ...(r.environment === null ? {} : { environment: r.environment }),
    ...(r.parentId === null ? {} : { parent_id: r.parentId }),
  };
  const joined = r.messages.map((message) => JSON.stringify(message)).join(",");
  const texts = {
    row: [null, joined, JSON.stringify(rest)],
    old: [null, null, JSON.stringify({ messages: r.messages, ...rest })],
    bucket: [bucketObject, "", "{}"],
  };
  const columns = [r.id, r.sessionId, r.parentId, r.testRunId, r.provider, r.model, r.environment, r.startedUs, r.endedUs, r.receivedUs];
  const maps = [r.feedback, r.evaluations].map((map) => (map === null ? null : JSON.stringify(map)));
  const later = r.appended.flat().map((message) => JSON.stringify(message));
  return [...columns, r.costNanoUsd, ...maps, r.appended.length, later.length === 0 ? null : later.join(","), ...texts[r.form]];
}

function stamped(map: JsonObject): string {
  return JSON.stringify(Object.fromEntries(Object.entries(map).map(([key, value]) => [key, [JSON.stringify(value), 0, 1]])));
}

async function insertAll(sql: string, project: string, rows: Json[][]): Promise<void> {
  for (let at = 0; at < rows.length; at += 1000) {
    await env.DB.prepare(sql)
      .bind(project, JSON.stringify(rows.slice(at, at + 1000)))
      .run();
  }
}
