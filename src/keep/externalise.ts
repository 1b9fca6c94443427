import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { type ContentText, contentBytesOf, encodeContent } from "../model/content-text";
import type { EnrichedRecording, StorableRecording } from "../model/recording";
import { sha256Hex } from "../model/sha256";
import { blobKey, putBlob } from "./blobs";
import { openLanes } from "./lanes";
import { decodeMedium, findMedia, markMedia, type MediaRun } from "./media";

/**
 * Brings into the bucket what does not belong into a row: media, each once, and a content that is too large even without. When this
 * returns all objects stand there, for as long as a commit that follows at once may take: `limits.doomedSeconds` says why.
 * Where R2 fails, a recording that fits into a row stays whole, its media in its text.
 * @throws CollectorError `unavailable` where R2 fails and one fits into no row.
 */
export async function externalise(recordings: EnrichedRecording[], deps: Pick<Deps, "archive" | "now">): Promise<StorableRecording[]> {
  const putter = openPutter(deps);
  const kept: CollectorError[] = [];
  const storable = await Promise.all(
    recordings.map(async (recording) => {
      try {
        return await moveOut(recording, putter);
      } catch (thrown) {
        const error = toCollectorError(thrown);
        if (!error.retryable || recording.contentBytes > limits.rowBytesMax) throw error;
        kept.push(error);
        return { ...recording, blobs: [], payload: null };
      }
    }),
  );
  const [first] = kept;
  if (first !== undefined) logEvent("media_left_in_rows", { recordings: kept.length, cause: causeText(first) });
  return storable;
}

/** Puts the objects of one event, each once. */
interface Putter {
  /** Puts what `read` gives, and answers with its SHA-256; null where it gives nothing. What waits for its turn takes no memory. */
  put: (projectId: string, contentType: string, read: () => Uint8Array<ArrayBuffer> | null) => Promise<string | null>;
  /** As many of some runs as may still be moved. */
  take: (runs: MediaRun[]) => MediaRun[];
}

function openPutter(deps: Pick<Deps, "archive" | "now">): Putter {
  const inLane = openLanes(limits.blobLanes);
  const untilMs = deps.now() + limits.blobPutsSeconds * 1000;
  const pending = new Map<string, Promise<void>>();
  let failure: unknown;
  let room: number = limits.mediaMovedMax;
  return {
    put: async (projectId, contentType, read) =>
      await inLane(async () => {
        if (failure !== undefined) throw failure;
        if (deps.now() > untilMs) throw new CollectorError("unavailable", "The bucket was too slow. Try again.");
        const bytes = read();
        if (bytes === null) return null;
        const sha256 = await sha256Hex(bytes);
        const key = blobKey({ projectId, sha256 });
        try {
          const put = pending.get(key) ?? putBlob({ projectId, sha256 }, bytes, contentType, deps);
          pending.set(key, put);
          await put;
        } catch (thrown) {
          // Once R2 fails, what is left is not tried: each would be waited for as long.
          failure = thrown;
          throw thrown;
        }
        return sha256;
      }),
    take: (runs) => {
      const taken = runs.slice(0, room);
      room -= taken.length;
      return taken;
    },
  };
}

async function moveOut(recording: EnrichedRecording, putter: Putter): Promise<StorableRecording> {
  const { projectId, text } = recording;
  const blobs = new Set<string>();
  const move = async (whole: string): Promise<string> => {
    const moved = await Promise.all(
      putter.take(findMedia(whole)).map(async (run) => {
        const sha256 = await putter.put(projectId, run.contentType, () => decodeMedium(whole, run));
        return sha256 === null ? [] : [{ run, sha256 }];
      }),
    );
    for (const { sha256 } of moved.flat()) blobs.add(sha256);
    return markMedia(whole, moved.flat());
  };
  const [rest = "", ...messages] = await Promise.all([text.rest, ...text.messages].map(move));
  const left: ContentText = blobs.size === 0 ? text : { messages, rest };
  const blobBytes = blobs.size * listedBlobBytes;
  const leftBytes =
    blobs.size === 0 || recording.contentBytes + blobBytes <= limits.rowBytesMax ? recording.contentBytes : contentBytesOf(left);
  if (leftBytes + blobBytes <= limits.rowBytesMax) return { ...recording, text: left, blobs: [...blobs], payload: null };
  const payload = await putter.put(projectId, "application/json", () => encodeContent(left));
  if (payload === null) throw new CollectorError("internal", "A content has no text.");
  return { ...recording, text: left, blobs: [...blobs, payload], payload };
}

/** A SHA-256 in a row's list, with its quotes and comma. */
const listedBlobBytes = 67;
