import { limits } from "../limits";
import type { BatchPart } from "../model/batch";
import type { Destination } from "../model/destination";
import { dayOf } from "../model/time";
import type { NewBatch } from "../store/batches";
import type { LogEntry } from "../store/log";

/** How much a batch may hold: beyond any of these it is full. */
export interface BatchSize {
  changes: number;
  bytes: number;
  parts: number;
}

/** How much a batch of a destination may hold, of `changes` at most. */
export function batchSize({ target }: Pick<Destination, "target">, changes: number): BatchSize {
  return target.kind === "webhook"
    ? { changes: Math.min(changes, limits.webhookChangesMax), bytes: limits.webhookBytesMax, parts: Number.POSITIVE_INFINITY }
    : { changes, bytes: limits.batchBytesMax, parts: limits.batchPartsMax };
}

/** A batch in the making. */
interface Filling extends NewBatch {
  bytes: number;
}

/**
 * Parts the log behind a cursor into batches, each full in changes, bytes or objects; the last, which is not, is cut too where its
 * oldest change was committed by `committedByUs` (null: never), or where there is more of the log than was looked at. Answers
 * where the cursor stands behind them: places that the destination does not want belong to no batch, and it passes them.
 */
export function chooseRanges(
  entries: LogEntry[],
  fromSeq: number,
  destination: Pick<Destination, "selection">,
  rule: { size: BatchSize; committedByUs: number | null; hasMore: boolean },
): { batches: NewBatch[]; cursorSeq: number } {
  const { size, committedByUs, hasMore } = rule;
  const batches: NewBatch[] = [];
  let cursorSeq = fromSeq;
  let filling: Filling | null = null;
  const close = ({ fromSeq: from, toSeq, parts, changes, oldestUs }: Filling): null => {
    batches.push({ fromSeq: from, toSeq, parts, changes, oldestUs });
    cursorSeq = toSeq;
    return null;
  };
  for (const entry of entries) {
    if (!isWanted(entry, destination)) {
      if (filling === null) cursorSeq = entry.seq;
      else filling.toSeq = entry.seq;
      continue;
    }
    const part = { projectId: entry.projectId, date: dayOf(entry.committedUs) };
    const bytes = entry.bytes + limits.lineHeadBytes;
    if (filling !== null && !fits(filling, part, bytes, size)) filling = close(filling);
    filling = add(filling, entry, part, bytes, cursorSeq);
    if (filling.changes >= size.changes) filling = close(filling);
  }
  if (filling !== null && (hasMore || (committedByUs !== null && filling.oldestUs <= committedByUs))) close(filling);
  return { batches, cursorSeq };
}

function isWanted(entry: LogEntry, { selection: { projectId, environment } }: Pick<Destination, "selection">): boolean {
  return (projectId === null || entry.projectId === projectId) && (environment === null || entry.environment === environment);
}

function fits(filling: Filling, part: BatchPart, bytes: number, size: BatchSize): boolean {
  return filling.bytes + bytes <= size.bytes && (filling.parts.length < size.parts || hasPart(filling, part));
}

function add(filling: Filling | null, entry: LogEntry, part: BatchPart, bytes: number, cursorSeq: number): Filling {
  const into = filling ?? { fromSeq: cursorSeq, toSeq: entry.seq, parts: [], changes: 0, oldestUs: entry.committedUs, bytes: 0 };
  if (!hasPart(into, part)) into.parts.push(part);
  into.toSeq = entry.seq;
  into.changes += 1;
  into.bytes += bytes;
  into.oldestUs = Math.min(into.oldestUs, entry.committedUs);
  return into;
}

function hasPart({ parts }: Filling, { projectId, date }: BatchPart): boolean {
  return parts.some((one) => one.projectId === projectId && one.date === date);
}
