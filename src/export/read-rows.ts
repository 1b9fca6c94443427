import type { Deps } from "../env";
import { wholeContents } from "../keep/contents";
import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import type { LoggedLine } from "../store/log";
import { recordingsAt } from "../store/recordings";
import type { ExportRow } from "./pack/export-row";

/**
 * The rows of some lines of the log, in their order, so many at a time as may be in memory; the next are on their way while these
 * are packed. A recording that was deleted meanwhile is left out: its tombstone is on its way.
 */
export async function* readRows(lines: LoggedLine[], deps: Pick<Deps, "db" | "archive">): AsyncGenerator<ExportRow[]> {
  const chunks = chunksWithin(lines, ({ bytes }) => bytes + limits.lineHeadBytes, limits.packChunkBytes);
  let next = readChunk(chunks[0] ?? [], deps);
  for (let index = 1; index <= chunks.length; index += 1) {
    const rows = await next;
    next = readChunk(chunks[index] ?? [], deps);
    // Where the reader stops before, nobody hears of it; where he goes on, he does.
    next.catch(() => undefined);
    yield rows;
  }
}

async function readChunk(chunk: LoggedLine[], deps: Pick<Deps, "db" | "archive">): Promise<ExportRow[]> {
  const seqs = chunk.flatMap(({ subject }) => ("recordingSeq" in subject ? [subject.recordingSeq] : []));
  const found = seqs.length === 0 ? [] : await wholeContents(await recordingsAt(deps.db, seqs), deps);
  const recordings = new Map(found.map((recording) => [recording.seq, recording]));
  return chunk.flatMap(({ place, projectId, committedUs, subject }): ExportRow[] => {
    if ("deletedId" in subject) return [{ isDeleted: true, committedUs, projectId, id: subject.deletedId, seq: place }];
    const recording = recordings.get(subject.recordingSeq);
    return recording === undefined ? [] : [{ isDeleted: false, committedUs, recording }];
  });
}
