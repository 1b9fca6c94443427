import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import { type Batch, batchId, exportSchemaVersion, type Manifest } from "../model/batch";
import { joinBytes } from "../model/bytes";
import type { WebhookTarget } from "../model/destination";
import { sha256Hex } from "../model/sha256";
import { linesInRange } from "../store/log";
import type { ExportRow } from "./pack/export-row";
import { exportLine, omittedLine } from "./pack/line";
import { readRows } from "./read-rows";
import { postWebhook, webhookId } from "./reach/webhook";

/** A line as it will be sent, and its bytes. */
interface BodyLine {
  row: ExportRow;
  bytes: Uint8Array;
}

/**
 * Posts a batch to a webhook as plain NDJSON, in one request with one id however often it is repeated. What is gone of a batch is
 * left out; of a batch of which nothing is left, nothing is sent.
 * @throws CollectorError as `postWebhook` does.
 */
export async function postLines(batch: Batch, target: WebhookTarget, deps: Deps): Promise<Manifest> {
  const encoder = new TextEncoder();
  const lines: BodyLine[] = [];
  for await (const rows of readRows(await linesInRange(deps.db, batch, batch.selection), deps)) {
    for (const row of rows) lines.push({ row, bytes: encoder.encode(exportLine(row, batch.selection.content)) });
  }
  if (lines.length === 0) return { schemaVersion: exportSchemaVersion, rows: 0, objects: [] };
  const omitted = omitWhatIsTooLarge(lines);
  if (omitted > 0) logEvent("export_contents_omitted", { batch: batchId(batch), lines: omitted });
  const body = joinBytes(lines.map(({ bytes }) => bytes));
  await postWebhook(target, { id: webhookId(batch), batch: batchId(batch), rows: lines.length, body }, deps);
  const times = lines.map(({ row }) => row.committedUs);
  const [minUs, maxUs] = [Math.min(...times), Math.max(...times)];
  const object = { key: null, part: null, rows: lines.length, bytes: body.length, sha256: await sha256Hex(body), minUs, maxUs };
  return { schemaVersion: exportSchemaVersion, rows: lines.length, objects: [object] };
}

/**
 * Sends the largest lines without their contents until the body is as small as it must be, and where that is not enough, without
 * their metadata too. Answers of how many.
 */
function omitWhatIsTooLarge(lines: BodyLine[]): number {
  const encoder = new TextEncoder();
  const omitted = new Set<BodyLine>();
  let size = lines.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const present = lines.filter(({ row }) => !row.isDeleted);
  for (const left of ["metadata", "head"] as const) {
    for (const line of present.toSorted((a, b) => b.bytes.length - a.bytes.length)) {
      if (size <= limits.webhookBytesMax) return omitted.size;
      size -= line.bytes.length;
      line.bytes = encoder.encode(omittedLine(line.row, left));
      size += line.bytes.length;
      omitted.add(line);
    }
  }
  return omitted.size;
}
