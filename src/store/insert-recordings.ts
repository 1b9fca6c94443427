import { CollectorError } from "../errors";
import { chainOf, type MessageChain } from "../model/message-chain";
import type { StorableRecording, StoreOutcome } from "../model/recording";
import { joinAmendments } from "./amend-recordings";
import { insertRows } from "./insert-rows";
import { mergeSessions } from "./merge-sessions";
import { headColumns, toStored } from "./recording-row";
import { text, transactPatiently } from "./transact";

/** A recording with what tells its conversation's likeness to others. */
export interface ChainedRecording extends StorableRecording {
  chain: MessageChain;
}

/**
 * Commits recordings, their projects, sessions and places in the log in one transaction, and says of each whether it is new. One
 * that is stored already changes nothing, its session included, but that the repetition is noted; of two with one id the first
 * counts. The same delivery (`receipt`) once more is no repetition, so that all of this may be tried again. Outcomes are in the
 * order of `recordings`.
 * @throws CollectorError `conflict` where an object that one needs is being removed: that one is to come again later, and all others
 * are stored.
 */
export async function insertRecordings(db: D1Database, recordings: StorableRecording[]): Promise<StoreOutcome[]> {
  const chained = recordings.map((recording) => ({ ...recording, chain: chainFor(recording) }));
  const given = JSON.stringify(chained.map((one) => [one.projectId, one.id, one.receipt, one.receivedUs, one.chain.contentHash]));
  const { results } = await transactPatiently(db, [
    insertProjects(db, recordings),
    ...mergeSessions(db, recordings),
    ...insertRows(db, chained),
    joinAmendments(db, given),
    ...insertBlobUses(db, recordings),
    noteDuplicates(db).bind(given),
    selectStored(db).bind(given),
  ]);
  const stored = new Map(results.at(-1)?.results.map((row) => [identity(text(row, "project_id"), text(row, "id")), row]));
  return chained.map(({ projectId, id, receipt, chain: { contentHash } }) => {
    const row = stored.get(identity(projectId, id));
    if (row === undefined) throw new CollectorError("conflict", "An object that a recording needs is being removed.");
    const isNew = text(row, "receipt") === receipt;
    const storedHash = text(row, "content_hash");
    return {
      status: isNew ? "stored" : "duplicate",
      recording: toStored(row),
      differs: !isNew && storedHash !== "" && storedHash !== contentHash,
    };
  });
}

/** What is in no row takes no part in a conversation, and its object's name is its hash. */
function chainFor({ payload, text: content }: StorableRecording): MessageChain {
  return payload === null ? chainOf(content) : { count: 0, from: 1, hashes: [], ends: [], lastBytes: 0, contentHash: payload };
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

/** Ids hold no space. */
function identity(projectId: string, id: string): string {
  return `${projectId} ${id}`;
}
