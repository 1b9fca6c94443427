import { logEvent } from "../log";
import { contentOfTexts } from "../model/content-text";
import { type JsonObject, parseJson } from "../model/json";
import type { KeptContent } from "../model/recording";
import { objectOrNull, toStored, unlessCorrupt } from "./recording-row";
import { integer, type Row, selectRows, text, textOrNull } from "./transact";
import { sharedText } from "./transcripts";

/**
 * The columns of a recording's content, beside the head's. Where it has more bytes than are named its texts are NULL, and `toKept`
 * fetches them; a content that is in the bucket has none here.
 */
export function contentColumns(bytesMax = Number.MAX_SAFE_INTEGER): string {
  const texts = Object.entries({ shared: sharedText, messages: "messages", content: "content" });
  const columns = texts.map(([name, sql]) => `iif(content_bytes <= ${bytesMax} OR payload IS NOT NULL, ${sql}, NULL) AS ${name}`);
  return `transcript_id, blobs, payload, evaluations, appended, later, ${columns.join(", ")}`;
}

/** What was posted of a recording, without what came later. */
type PostedContent = Omit<KeptContent, "amended">;

/**
 * Rows of the head's and the content's columns with their whole texts, in the order given. Where a row has NULL for its content it
 * is fetched. One that is gone by then is left out; and so is a corrupt one, where the reader may do without it.
 * @throws CollectorError `internal` for a corrupt row where he may not.
 */
export async function toKept(db: D1Database, rows: Row[], onCorrupt: "throw" | "pass" = "throw"): Promise<KeptContent[]> {
  const large = await fetchContents(
    db,
    rows.filter((row) => row["content"] === null).map((row) => integer(row, "seq")),
  );
  const appended = await appendedTo(db, rows);
  return rows.flatMap((row) => {
    const content = row["content"] === null ? large.get(integer(row, "seq")) : row;
    if (content === undefined) {
      logEvent("recording_incomplete", { seq: integer(row, "seq") });
      return [];
    }
    const read = () => {
      const kept = keptOf({ ...row, ...content });
      return { ...kept, amended: amendedOf(row, laterOf(row) ?? appended.get(kept.seq) ?? []) };
    };
    return onCorrupt === "pass" ? unlessCorrupt(row, read) : [read()];
  });
}

/** Contents by the places of their rows. */
async function fetchContents(db: D1Database, seqs: number[]): Promise<Map<number, Row>> {
  if (seqs.length === 0) return new Map();
  const statement = db.prepare(`
    SELECT seq, transcript_id, ${sharedText} AS shared, messages, content FROM recordings WHERE seq IN (SELECT value FROM json_each(?1))`);
  return new Map((await selectRows(db, statement.bind(JSON.stringify(seqs)))).map((row) => [integer(row, "seq"), row]));
}

/** The messages that were appended to a row, where they stand in it. */
function laterOf(row: Row): JsonObject[] | null {
  const later = textOrNull(row, "later");
  return later === null ? null : (parseJson(`[${later}]`) as JsonObject[]);
}

/** Those that stand apart, by the places of their rows, those first that were received first. */
async function appendedTo(db: D1Database, amended: Row[]): Promise<Map<number, JsonObject[]>> {
  const seqs = amended.filter((row) => row["appended"] !== 0 && row["later"] === null).map((row) => integer(row, "seq"));
  if (seqs.length === 0) return new Map();
  // A row for each list: all that may be appended to one recording is more than a value of D1's holds.
  const statement = db.prepare(`
    SELECT r.seq, m.messages FROM json_each(?1) AS g CROSS JOIN recordings AS r ON r.seq = g.value
    CROSS JOIN amendments AS s ON s.project_id = r.project_id AND s.recording_id = r.id CROSS JOIN json_each(s.appended) AS a
    CROSS JOIN appended_messages AS m ON m.project_id = r.project_id AND m.recording_id = r.id AND m.hash = a.key
    ORDER BY r.seq, a.value ->> 2, a.key`);
  const lists = Map.groupBy(await selectRows(db, statement.bind(JSON.stringify(seqs))), (row) => integer(row, "seq"));
  return new Map([...lists].map(([seq, rows]) => [seq, rows.flatMap((row) => parseJson(`[${text(row, "messages")}]`) as JsonObject[])]));
}

function amendedOf(row: Row, messages: JsonObject[]): KeptContent["amended"] {
  const evaluations = objectOrNull(row, "evaluations");
  return evaluations === null && messages.length === 0 ? null : { evaluations: evaluations ?? {}, messages };
}

function keptOf(row: Row): PostedContent {
  const [payload, blobs] = [textOrNull(row, "payload"), blobsOf(row)];
  if (payload !== null) return { ...toStored(row), keptText: null, payload, blobs };
  const keptText = row["messages"] === null ? text(row, "content") : contentOfTexts(messagesOf(row), text(row, "content"));
  return { ...toStored(row), keptText, payload, blobs };
}

function blobsOf(row: Row): string[] {
  const blobs = textOrNull(row, "blobs");
  return blobs === null ? [] : (JSON.parse(blobs) as string[]);
}

function messagesOf(row: Row): string {
  const own = text(row, "messages");
  if (row["transcript_id"] === null) return own;
  const shared = text(row, "shared");
  return own === "" ? shared : `${shared},${own}`;
}
