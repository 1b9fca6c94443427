import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { recordingText, spooledText } from "../model/recording-wire";
import { joinContent } from "../model/content-text";
import { takenOf } from "../model/spooled-recording";
import { findRecording } from "../store/recordings";
import { boundDatabase } from "./bound-database";
import { type MediaForm, wholeContents } from "./contents";
import { isResting } from "./pressure";
import { findSpooled } from "./spool";

/**
 * A recording as it is answered, wherever it is kept: in D1, or else in the spool, and then it says so, and has its media inline,
 * for they are moved when it is stored. Null where it is in neither: it may still be in the Queue, for some minutes.
 * @throws CollectorError `unavailable` where it is not in the spool and D1 did not answer.
 */
export async function readRecordingText(projectId: string, id: string, deps: Deps, media: MediaForm): Promise<string | null> {
  // While D1 is known not to answer, nobody waits for it before the spool was looked into.
  const early = isResting(deps.db, deps) ? await readWaiting(projectId, id, deps).catch(asFailure) : null;
  if (typeof early === "string") return early;
  const stored = await readStored(projectId, id, deps, media).catch(asFailure);
  if (typeof stored === "string") return stored;
  const spooled = await readWaiting(projectId, id, deps);
  if (spooled !== null) return spooled;
  if (stored !== null) throw stored;
  // A drain may have moved it between the two.
  return await readStored(projectId, id, deps, media);
}

async function readStored(projectId: string, id: string, deps: Deps, media: MediaForm): Promise<string | null> {
  const kept = await findRecording(boundDatabase(deps.db, limits.readTimeoutMs), projectId, id);
  const [whole] = kept === null ? [] : await wholeContents([kept], deps, media);
  return whole === undefined ? null : recordingText(whole);
}

async function readWaiting(projectId: string, id: string, deps: Deps): Promise<string | null> {
  const spooled = await findSpooled(projectId, id, deps);
  return spooled === null ? null : spooledText(takenOf(spooled), joinContent(spooled.text));
}

/** A fault that may pass, to be thrown where nothing else is found. */
function asFailure(thrown: unknown): CollectorError {
  if (thrown instanceof CollectorError && thrown.retryable) return thrown;
  throw thrown;
}
