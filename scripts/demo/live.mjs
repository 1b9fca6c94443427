import { setTimeout as sleep } from "node:timers/promises";
import { postFeedback, postRecordings, postTraces } from "./fill.mjs";
import { makeRandom } from "./random.mjs";
import { makeVisit } from "./visit.mjs";

/** Conversations that go on at the same time. */
const AT_ONCE = 4;

/**
 * Goes on recording, about one call a second, as if the product were in use, until it is stopped.
 *
 * @param {import("./collector.mjs").Ask} ask
 * @param {{ project: string, seed: string }} plan
 * @param {{ signal: AbortSignal, tell: (done: number) => void, everyMs?: number }} run
 * @returns {Promise<void>}
 */
export async function goLive(ask, { project, seed }, { signal, tell, everyMs = 1000 }) {
  const startMs = Date.now();
  const random = makeRandom(`${seed}/live/${startMs}`);
  const open = [];
  for (let done = 0, visits = 0; !signal.aborted; done += 1) {
    while (open.length < AT_ONCE) {
      visits += 1;
      const id = `demo-${seed}-live-${startMs.toString(36)}-${visits}`;
      open.push(makeVisit(random.fork(visits), { id, atMs: Date.now() }));
    }
    const visit = random.pick(open);
    const recording = visit.recordings.shift();
    if (recording !== undefined) await postRecordings(ask, project, [endNow(recording)]);
    if (visit.recordings.length === 0) {
      open.splice(open.indexOf(visit), 1);
      await postTraces(ask, project, visit.traces);
      await postFeedback(ask, project, visit.feedback);
    }
    tell(done + 1);
    await sleep(random.logNormal(everyMs, 0.4), undefined, { signal }).catch(() => {});
  }
}

/** The recording as if its call had ended this moment. */
function endNow({ body, ...moment }) {
  const { call_info: call } = body;
  const endMs = Date.now();
  const startMs = endMs - Math.round((call.end_time - call.start_time) * 1000);
  return { ...moment, atMs: endMs, body: { ...body, call_info: { ...call, start_time: startMs / 1000, end_time: endMs / 1000 } } };
}
