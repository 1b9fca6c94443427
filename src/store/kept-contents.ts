import { logEvent } from "../log";
import { contentOfTexts } from "../model/content-text";
import type { KeptContent } from "../model/recording";
import { toStored, unlessCorrupt } from "./recording-row";
import { integer, integerOrNull, type Row, selectRows, text, textOrNull } from "./transact";

/** The columns of a recording's content, beside the head's. */
export const contentColumns = "base_seq, base_count, chain_from, chain, blobs, payload, messages, content";

/** Above every place of a conversation: a row whose all messages are needed. */
const whole = Number.MAX_SAFE_INTEGER;

/** Bytes of messages up to which a row that another begins with is fetched whole: cutting reads its links, and a page of such is 8 MB. */
const wholeBytes = 40_000;

/** A row that is to be fetched, and the last of a conversation's messages that are needed of it. */
type Wanted = [seq: number, upTo: number];

/**
 * Rows of the head's and the content's columns with their whole texts, in the order given: messages that stand in other rows of
 * their session are put before. Where a row has NULL for its content it is fetched with them. One that is gone by then, or whose
 * session is just being deleted, is left out; and so is a corrupt one, where the reader may do without it.
 * @throws CollectorError `internal` for a corrupt row where he may not.
 */
export async function toKept(db: D1Database, rows: Row[], onCorrupt: "throw" | "pass" = "throw"): Promise<KeptContent[]> {
  const known = new Map(rows.filter((row) => row["content"] !== null).map((row) => [integer(row, "seq"), row]));
  const missing = rows.flatMap((row): Wanted[] => {
    const seq = integer(row, "seq");
    const base = integerOrNull(row, "base_seq");
    if (!known.has(seq)) return [[seq, whole]];
    return base === null || known.has(base) ? [] : [[base, integer(row, "base_count")]];
  });
  // A row that is known already is whole: it may be a base as well, and would be cut.
  for (const [seq, row] of await fetchWithBases(db, missing)) if (!known.has(seq)) known.set(seq, row);
  const first = rows.map((row) => readRow(row, known, onCorrupt));
  // What a row continues may have been deleted between two statements, and stands in its heir. One statement sees both or neither.
  const incomplete = rows.filter((_, index) => first[index] === null).map((row): Wanted => [integer(row, "seq"), whole]);
  const again = await fetchWithBases(db, incomplete);
  return rows.flatMap((row, index) => {
    const kept = first[index] === null ? readRow(row, again, onCorrupt) : first[index];
    if (kept === null) logEvent("recording_incomplete", { seq: integer(row, "seq") });
    return kept ?? [];
  });
}

/** A row's whole content; null where a row of it is not known, undefined where it is corrupt and passed over. */
function readRow(row: Row, known: Map<number, Row>, onCorrupt: "throw" | "pass"): KeptContent | null | undefined {
  const found = known.get(integer(row, "seq"));
  const read = () => (found === undefined ? null : keptOf({ ...row, ...found }, known));
  return onCorrupt === "pass" ? unlessCorrupt(row, read)[0] : read();
}

/**
 * Rows by their places, and all that their conversations begin with. Of a large row that others only begin with no more comes than
 * they share: a small recording may continue but the first message of one of megabytes.
 */
async function fetchWithBases(db: D1Database, wanted: Wanted[]): Promise<Map<number, Row>> {
  if (wanted.length === 0) return new Map();
  const isCut = `up_to < ${whole} AND octet_length(messages) > ${wholeBytes}`;
  const behind = "(SELECT coalesce(sum(value ->> 1) + count(*), 0) FROM json_each(r.chain) WHERE r.chain_from + key > up_to)";
  const statement = db.prepare(`
    WITH RECURSIVE needed (seq, up_to) AS (
      SELECT value ->> 0, value ->> 1 FROM json_each(?1)
      UNION SELECT r.base_seq, r.base_count FROM needed CROSS JOIN recordings AS r ON r.seq = needed.seq WHERE r.base_seq IS NOT NULL)
    SELECT r.seq, up_to, base_seq, base_count, chain_from, blobs, payload,
      iif(${isCut}, (SELECT json_group_array(json(value)) FROM json_each(r.chain) WHERE r.chain_from + key <= up_to), chain) AS chain,
      iif(${isCut}, CAST(substr(CAST(messages AS BLOB), 1, octet_length(messages) - ${behind}) AS TEXT), messages) AS messages,
      iif(up_to = ${whole}, content, '') AS content
    FROM needed CROSS JOIN recordings AS r ON r.seq = needed.seq`);
  const rows = (await selectRows(db, statement.bind(JSON.stringify(wanted)))).toSorted((a, b) => integer(a, "up_to") - integer(b, "up_to"));
  // Of one that is needed up to several places the last counts, which is the longest.
  return new Map(rows.map((row) => [integer(row, "seq"), row]));
}

function keptOf(row: Row, known: Map<number, Row>): KeptContent | null {
  const payload = textOrNull(row, "payload");
  if (payload !== null) return { ...toStored(row), keptText: null, payload, blobs: blobsOf(row) };
  const messages = row["messages"] === null ? null : messagesOf(row, whole, known);
  if (row["messages"] !== null && messages === null) return null;
  const keptText = messages === null ? text(row, "content") : contentOfTexts(messages, text(row, "content"));
  return {
    ...toStored(row),
    keptText,
    payload,
    blobs: [...blobsOf(row), ...blobsBelow(row, known)].filter((sha256) => keptText.includes(sha256)),
  };
}

function blobsOf(row: Row): string[] {
  const blobs = textOrNull(row, "blobs");
  return blobs === null ? [] : (JSON.parse(blobs) as string[]);
}

/** Of the rows that a row's conversation begins in. */
function blobsBelow(row: Row, known: Map<number, Row>): string[] {
  const below = known.get(integerOrNull(row, "base_seq") ?? -1);
  return below === undefined ? [] : [...blobsOf(below), ...blobsBelow(below, known)];
}

/** The first messages of a row's conversation, up to a place, joined by commas; null where a row of it is gone. */
function messagesOf(row: Row, upTo: number, known: Map<number, Row>): string | null {
  const base = integerOrNull(row, "base_seq");
  const own = firstOf(row, upTo);
  if (base === null) return own;
  const baseRow = known.get(base);
  const before = baseRow === undefined ? null : messagesOf(baseRow, integer(row, "base_count"), known);
  if (before === null) return null;
  return own === "" || before === "" ? before + own : `${before},${own}`;
}

/** Of the messages that stand in a row, those up to a place of the conversation. The chain knows the bytes of those behind it. */
function firstOf(row: Row, upTo: number): string {
  const messages = text(row, "messages");
  const from = integer(row, "chain_from");
  const links = JSON.parse(text(row, "chain")) as [hash: string, bytes: number][];
  const behind = links.filter((_, index) => from + index > upTo);
  if (behind.length === 0) return messages;
  const bytes = new TextEncoder().encode(messages);
  const length = bytes.length - behind.reduce((sum, [, size]) => sum + size + 1, 0);
  return new TextDecoder().decode(bytes.subarray(0, Math.max(length, 0)));
}
