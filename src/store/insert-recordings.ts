import { CollectorError } from "../errors";
import { chainOf, type MessageChain } from "../model/message-chain";
import type { StorableRecording, StoreOutcome } from "../model/recording";
import { takenOf } from "../model/spooled-recording";
import { joinAmendments } from "./amend-recordings";
import { freshPlaces, idKey, insertFresh, noteSessions, probablyFresh } from "./insert-fresh";
import { insertRows } from "./insert-rows";
import { mergeSessions } from "./merge-sessions";
import { headColumns, toStored } from "./recording-row";
import { text, transactPatiently } from "./transact";

/** A recording with what tells its conversation's likeness to others. */
export interface ChainedRecording extends StorableRecording {
  chain: MessageChain;
}

/**
 * Commits recordings, their projects, sessions and places in the log, and says of each whether it is new: in one transaction, but for
 * those that looked like the first of their session and are not, which go the whole way in a second. One that is stored already
 * changes nothing, its session included, but that the repetition is noted; of two with one id the first counts. The same delivery
 * (`receipt`) once more is no repetition, so that all of this may be tried again. Outcomes are in the order of `recordings`.
 * @throws CollectorError `conflict` where an object that one needs is being removed: that one is to come again later, and all others
 * are stored.
 */
export async function insertRecordings(db: D1Database, recordings: StorableRecording[]): Promise<StoreOutcome[]> {
  const chained: ChainedRecording[] = [];
  // One after another: each has its bytes a second time meanwhile.
  for (const recording of recordings) chained.push({ ...recording, chain: await chainFor(recording) });
  const likely = new Set(probablyFresh(chained));
  const fresh = insertFresh(db, [...likely]);
  const others = chained.filter((one) => !likely.has(one));
  const { results } = await transactPatiently(db, [...fresh, ...insertWhole(db, others)]);
  const placeOf = freshPlaces(results.slice(0, fresh.length).flatMap((result) => result.results));
  const left = [...likely].filter((one) => placeOf(one) === undefined);
  const more = left.length === 0 ? [] : (await transactPatiently(db, insertWhole(db, left))).results;
  noteSessions(chained);
  const rows = [results.slice(fresh.length).at(-1), more.at(-1)].flatMap((result) => result?.results ?? []);
  const stored = new Map(rows.map((row) => [idKey({ projectId: text(row, "project_id"), id: text(row, "id") }), row]));
  return chained.map((one) => {
    const seq = placeOf(one);
    if (seq !== undefined) return { status: "stored", recording: { ...takenOf(one), seq }, differs: false };
    const row = stored.get(idKey(one));
    if (row === undefined) throw new CollectorError("conflict", "An object that a recording needs is being removed.");
    const isNew = text(row, "receipt") === one.receipt;
    const storedHash = text(row, "content_hash");
    const differs = !isNew && storedHash !== "" && storedHash !== one.chain.contentHash;
    return { status: isNew ? "stored" : "duplicate", recording: toStored(row), differs };
  });
}

/** The statements that insert recordings whatever is stored already. The last one returns what is then stored under their ids. */
function insertWhole(db: D1Database, recordings: ChainedRecording[]): D1PreparedStatement[] {
  if (recordings.length === 0) return [];
  const given = JSON.stringify(recordings.map((one) => [one.projectId, one.id, one.receipt, one.receivedUs, one.chain.contentHash]));
  return [
    insertProjects(db, recordings),
    ...mergeSessions(db, recordings),
    ...insertRows(db, recordings),
    joinAmendments(db, given),
    ...insertBlobUses(db, recordings),
    noteDuplicates(db).bind(given),
    selectStored(db).bind(given),
  ];
}

/** What is in no row takes no part in a conversation, and its object's name is its hash. */
async function chainFor({ payload, text: content }: StorableRecording): Promise<MessageChain> {
  return payload === null ? await chainOf(content) : { count: 0, from: 1, hashes: [], ends: [], lastBytes: 0, contentHash: payload };
}

function insertProjects(db: D1Database, recordings: StorableRecording[]): D1PreparedStatement {
  const projects = new Map(recordings.map(({ projectId, receivedUs }) => [projectId, receivedUs]));
  return db
    .prepare("INSERT INTO projects (id, created_us) SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING")
    .bind(JSON.stringify([...projects]));
}

/** Says which objects the rows need that these deliveries made. */
function insertBlobUses(db: D1Database, recordings: StorableRecording[]): D1PreparedStatement[] {
  const rows = recordings.filter(({ blobs }) => blobs.length > 0).map(({ projectId, id, receipt }) => [projectId, id, receipt]);
  if (rows.length === 0) return [];
  const statement = db.prepare(`
    INSERT INTO blob_uses (project_id, sha256, seq)
    SELECT r.project_id, b.value, r.seq FROM json_each(?1) AS g
    CROSS JOIN recordings AS r ON r.project_id = g.value ->> 0 AND r.id = g.value ->> 1 AND r.receipt = g.value ->> 2
    CROSS JOIN json_each(r.blobs) AS b WHERE true ON CONFLICT DO NOTHING`);
  return [statement.bind(JSON.stringify(rows))];
}

function noteDuplicates(db: D1Database): D1PreparedStatement {
  return db.prepare(`
    INSERT INTO duplicates (project_id, recording_id, receipt, received_us, differs)
    SELECT r.project_id, r.id, g.value ->> 2, g.value ->> 3, r.content_hash NOT IN ('', g.value ->> 4) FROM json_each(?1) AS g
    CROSS JOIN recordings AS r ON r.project_id = g.value ->> 0 AND r.id = g.value ->> 1
    WHERE r.receipt <> g.value ->> 2 ON CONFLICT DO NOTHING`);
}

function selectStored(db: D1Database): D1PreparedStatement {
  return db.prepare(`
    SELECT ${headColumns}, receipt, content_hash FROM (SELECT value ->> 0 AS wanted_project, value ->> 1 AS wanted_id FROM json_each(?1))
    CROSS JOIN recordings ON project_id = wanted_project AND id = wanted_id`);
}
