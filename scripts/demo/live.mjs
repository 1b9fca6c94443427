import { setTimeout as sleep } from "node:timers/promises";
import { postFeedback, postRecordings, postTraces } from "./fill.mjs";
import { makeRandom } from "./random.mjs";
import { makeVisit } from "./visit.mjs";

const LOOK_EVERY_MS = 250;
/** A session makes some two calls, so this is about one call a second. */
const VISIT_EVERY_MS = 2000;
const PAUSE_MAX_MS = 60_000;

/**
 * Goes on recording, about one call a second, as if the product were in use, until it is stopped. Everything is posted when it happens.
 *
 * @param {import("./collector.mjs").Ask} ask
 * @param {{ project: string, seed: string }} plan
 * @param {{ signal: AbortSignal, tell: (done: number) => void }} run
 * @returns {Promise<void>}
 */
export async function goLive(ask, { project, seed }, { signal, tell }) {
  const beganMs = Date.now();
  const random = makeRandom(`${seed}/live/${beganMs}`);
  const coming = { recordings: [], traces: [], feedback: [] };
  let nextMs = beganMs;
  for (let visits = 0, done = 0; !signal.aborted;) {
    const nowMs = Date.now();
    // A machine that slept does not catch up.
    if (nowMs - nextMs > PAUSE_MAX_MS) nextMs = nowMs;
    for (; nextMs <= nowMs; nextMs += random.logNormal(VISIT_EVERY_MS, 0.6)) {
      visits += 1;
      const visit = makeVisit(random.fork(visits), { id: `demo-${seed}-live-${beganMs.toString(36)}-${visits}`, atMs: Math.round(nextMs) });
      for (const [part, moments] of Object.entries(coming)) moments.push(...visit[part]);
    }
    const recordings = takeDue(coming.recordings, nowMs);
    if (recordings.length > 0) await postRecordings(ask, project, recordings);
    await postTraces(ask, project, takeDue(coming.traces, nowMs));
    await postFeedback(ask, project, takeDue(coming.feedback, nowMs));
    done += recordings.length;
    if (recordings.length > 0) tell(done);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** Takes out what has happened by now, in its order. */
function takeDue(moments, nowMs) {
  const due = moments.filter(({ atMs }) => atMs <= nowMs).toSorted((a, b) => a.atMs - b.atMs);
  moments.splice(0, moments.length, ...moments.filter(({ atMs }) => atMs > nowMs));
  return due;
}
