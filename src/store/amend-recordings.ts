import type { Amendment } from "../model/amendment";
import { utf8Bytes } from "../model/bytes";
import { chunksWithin } from "../model/chunks";
import { limits } from "../limits";
import { headSeq } from "./log";
import { changeMeasures } from "./metrics-changes";
import { parameterUnits } from "./parameter-units";
import { mergedMap, plainMap, stampedMap } from "./stamped-map";

/**
 * The statements that amend recordings: what is said is kept in `amendments`, and the rows of those that are there get what comes of
 * it, a new version and a place in the log, where that is any different. The last one returns the rows that changed.
 */
export function amendRecordings(db: D1Database, amendments: Amendment[], nowUs: number): D1PreparedStatement[] {
  if (amendments.length === 0) return [];
  const names = JSON.stringify(amendments.map(({ projectId, id }) => [projectId, id]));
  return [
    ...removeStale(db, names),
    ...keepSaid(db, amendments),
    changeMeasured(db).bind(names),
    noteChanges(db).bind(names, nowUs),
    copySaid(db, 1).bind(names),
  ];
}

/** The statements that remove what was said of recordings before their deletion: `names` is a list of projects and ids. */
export function removeStale(db: D1Database, names: string): D1PreparedStatement[] {
  const stale = `SELECT s.project_id, s.recording_id FROM json_each(?1) AS g
    CROSS JOIN amendments AS s ON s.project_id = g.value ->> 0 AND s.recording_id = g.value ->> 1 WHERE ${isStale}`;
  return ["appended_messages", "amendments"].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE (project_id, recording_id) IN (${stale})`).bind(names),
  );
}

/** The statement that gives recordings that were just inserted what was said of them before: `?1` is a list of projects and ids. */
export function joinAmendments(db: D1Database, names: string): D1PreparedStatement {
  return copySaid(db, 0).bind(names);
}

function keepSaid(db: D1Database, amendments: Amendment[]): D1PreparedStatement[] {
  const given = "SELECT value ->> 0 AS project, value ->> 1 AS named, value ->> 2 AS said_us, value AS said FROM json_each(?1)";
  const isLate = isRecordingDeletedSince("project", "named", "said_us");
  const isKnown = "EXISTS (SELECT 1 FROM json_each(amendments.appended) WHERE key IN (SELECT key FROM json_each(excluded.appended)))";
  const keep = db.prepare(`
    INSERT INTO amendments (project_id, recording_id, updated_us, feedback, evaluations, appended, appended_bytes)
    SELECT project, named, said_us, said ->> 3, said ->> 4, said ->> 5, said ->> 6 FROM (${given}) WHERE NOT ${isLate}
    ON CONFLICT DO UPDATE SET updated_us = max(updated_us, excluded.updated_us), feedback = ${mergedMap("feedback", "excluded.feedback")},
      evaluations = ${mergedMap("evaluations", "excluded.evaluations")}, appended = ${mergedMap("appended", "excluded.appended", "first")},
      appended_bytes = appended_bytes + iif(${isKnown}, 0, excluded.appended_bytes)`);
  const keepMessages = db.prepare(`
    INSERT INTO appended_messages (project_id, recording_id, hash, messages)
    SELECT project, named, said ->> 7, said ->> 8 FROM (${given}) WHERE said ->> 7 IS NOT NULL AND NOT ${isLate} ON CONFLICT DO NOTHING`);
  const rows = amendments.map((amendment) => JSON.stringify(rowOf(amendment)));
  return chunksWithin(rows, ({ length }) => length, parameterUnits).flatMap((chunk) => {
    const texts = `[${chunk.join(",")}]`;
    return [keep.bind(texts), ...(amendments.some(({ appended }) => appended !== null) ? [keepMessages.bind(texts)] : [])];
  });
}

function rowOf({ projectId, id, receivedUs, rank, maps, appended }: Amendment): unknown[] {
  const stamped = (values: Amendment["maps"]["feedback"]) => stampedMap(values ?? [], rank, receivedUs);
  // The comma before them counts with them.
  const bytes = appended === null ? 0 : utf8Bytes(appended.messages) + 1;
  const list = appended === null ? {} : { [appended.hash]: ["0", rank, receivedUs] };
  return [projectId, id, receivedUs, stamped(maps.feedback), stamped(maps.evaluations), list, bytes, appended?.hash, appended?.messages];
}

/** Whether the deletion of a recording, or of its project, was ordered after something was said of it, as SQL. */
function isRecordingDeletedSince(project: string, id: string, saidUs: string): string {
  return `EXISTS (SELECT 1 FROM deletions AS d WHERE d.project_id = ${project} AND d.deleted_us > ${saidUs}
    AND (d.kind, d.id) IN (VALUES ('recording', ${id}), ('project', ${project})))`;
}

/** Of a row of `amendments`: a deletion that goes on has not come to it, or the recording never came. */
const isStale = isRecordingDeletedSince("s.project_id", "s.recording_id", "s.updated_us");

/** What comes of all that was said of the recordings that `?1` names. */
const saidOf = `SELECT s.project_id AS project, s.recording_id AS named, nullif(${plainMap("s.feedback")}, '{}') AS feedback,
    nullif(${plainMap("s.evaluations")}, '{}') AS evaluations, s.appended_bytes AS appended,
    iif(s.appended_bytes BETWEEN 1 AND ${limits.laterBytesMax}, (SELECT group_concat(m.messages, ',' ORDER BY a.value ->> 2, a.key)
      FROM json_each(s.appended) AS a CROSS JOIN appended_messages AS m
      ON m.project_id = s.project_id AND m.recording_id = s.recording_id AND m.hash = a.key), NULL) AS later
  FROM (SELECT DISTINCT value ->> 0 AS project, value ->> 1 AS named FROM json_each(?1)) AS g
  CROSS JOIN amendments AS s ON s.project_id = g.project AND s.recording_id = g.named WHERE NOT ${isStale}`;

/** Bytes that were said of a recording, as SQL: they are answered, and go into batches and pages, with its own. */
const saidBytes = (of: string) =>
  `(${of}.appended + coalesce(octet_length(${of}.feedback), 0) + coalesce(octet_length(${of}.evaluations), 0))`;

/** The appended messages that a row has room for, as SQL. */
const laterFor = (row: string) => `iif(${row}.content_bytes - ${saidBytes(row)} <= ${limits.laterContentBytesMax}, said.later, NULL)`;

const isOther = (row: string) =>
  `(${row}.feedback IS NOT said.feedback OR ${row}.evaluations IS NOT said.evaluations OR ${row}.appended <> said.appended
    OR ${row}.later IS NOT ${laterFor(row)})`;

function noteChanges(db: D1Database): D1PreparedStatement {
  return db.prepare(`
    INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us)
    SELECT ${headSeq} + row_number() OVER (ORDER BY r.seq), r.project_id, r.id, 'amended', r.environment,
      r.content_bytes + ${saidBytes("said")} - ${saidBytes("r")}, ?2
    FROM (${saidOf}) AS said CROSS JOIN recordings AS r ON r.project_id = said.project AND r.id = said.named WHERE ${isOther("r")}`);
}

/** Where messages were appended, what nobody reported of a side is to be counted anew, as SQL. */
const isRecounted = (row: string, side: string) => `(said.appended <> ${row}.appended AND ${row}.${side}_source <> 'reported')`;
const isAnyRecounted = (row: string) => `(${isRecounted(row, "prompt")} OR ${isRecounted(row, "completion")})`;

/** The roll-ups have no tokens of what is to be counted anew. */
function changeMeasured(db: D1Database): D1PreparedStatement {
  const unless = (side: string, column: string, preset: string) => `iif(${isRecounted("r", side)}, ${preset}, r.${column})`;
  const changed = {
    prompt_tokens: unless("prompt", "prompt_tokens", "NULL"),
    completion_tokens: unless("completion", "completion_tokens", "NULL"),
    prompt_source: unless("prompt", "prompt_source", "'deferred'"),
    completion_source: unless("completion", "completion_source", "'deferred'"),
    cost_nano_usd: "NULL",
  };
  const from = `FROM (${saidOf}) AS said CROSS JOIN recordings AS r ON r.project_id = said.project AND r.id = said.named WHERE ${isAnyRecounted("r")}`;
  return db.prepare(changeMeasures(from, changed));
}

/** Gives rows what was said of them. Where messages were appended, what of the usage nobody reported is to be counted anew, and priced then. */
function copySaid(db: D1Database, versions: 0 | 1): D1PreparedStatement {
  const isOpen = isAnyRecounted("recordings");
  const isSide = (side: string) => isRecounted("recordings", side);
  const recount = (side: string) => `
    ${side}_tokens = iif(${isSide(side)}, NULL, ${side}_tokens), ${side}_source = iif(${isSide(side)}, 'deferred', ${side}_source)`;
  return db.prepare(`
    UPDATE recordings SET version = version + ${versions}, feedback = said.feedback, evaluations = said.evaluations, appended = said.appended, later = ${laterFor("recordings")},
      content_bytes = content_bytes + ${saidBytes("said")} - ${saidBytes("recordings")}, ${recount("prompt")}, ${recount("completion")},
      usage_detail = json_remove(usage_detail, iif(${isSide("prompt")}, '$.prompt', '$.none'), iif(${isSide("completion")}, '$.completion', '$.none')),
      cost_nano_usd = iif(${isOpen}, NULL, cost_nano_usd), cost_source = iif(${isOpen}, 'unpriced', cost_source),
      price_version = iif(${isOpen}, NULL, price_version), priced_as = iif(${isOpen}, NULL, priced_as)
    FROM (${saidOf}) AS said WHERE recordings.project_id = said.project AND recordings.id = said.named AND ${isOther("recordings")}
    RETURNING seq, content_bytes, prompt_source, completion_source`);
}
