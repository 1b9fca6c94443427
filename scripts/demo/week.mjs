import { makeRandom } from "./random.mjs";
import { pickTimeOfDay, weekdayShare } from "./rhythm.mjs";
import { makeTestCases, makeTestRun } from "./test-runs.mjs";
import { makeVisit } from "./visit.mjs";

const DAY_MS = 86_400_000;
const CASES_MAX = 24;

/**
 * @typedef {object} Plan
 * @property {string} seed
 * @property {number} days
 * @property {number} recordings about how many there shall be
 * @property {number} untilMs nothing is later
 *
 * @typedef {object} Week
 * @property {import("./session.mjs").Moment[]} recordings by time, as all of these
 * @property {import("./session.mjs").Moment[]} traces
 * @property {import("./session.mjs").Moment[]} feedback
 * @property {ReturnType<typeof makeTestCases>} testCases
 * @property {string[]} testRuns their names
 */

/**
 * A product's week, or as many days. A day is made of the seed and its date alone, and in the same order however much is wanted of it: so
 * whoever asks again, for more or a day later, gets the same recordings with the same ids, and others besides.
 *
 * @param {Plan} plan
 * @returns {Week}
 */
export function makeWeek({ seed, days, recordings, untilMs }) {
  const sinceMs = untilMs - days * DAY_MS;
  const testCases = makeTestCases(seed, Math.min(CASES_MAX, Math.max(3, Math.round(recordings / 80))));
  const week = { recordings: [], traces: [], feedback: [], testCases, testRuns: [] };
  for (let startMs = floorDay(sinceMs); startMs <= untilMs; startMs += DAY_MS) {
    const day = new Date(startMs).toISOString().slice(0, 10);
    const wanted = (recordings / days) * weekdayShare[new Date(startMs).getUTCDay()];
    for (const visit of makeDay(seed, { day, startMs, wanted })) {
      if (visit.startMs < sinceMs) continue;
      for (const part of /** @type {const} */ (["recordings", "traces", "feedback"])) week[part].push(...visit.session[part]);
    }
    const run = makeTestRun(seed, { day, startMs }, testCases);
    if (run === null || run.recordings[0].atMs < sinceMs || run.recordings[0].atMs > untilMs) continue;
    week.recordings.push(...run.recordings);
    week.testRuns.push(run.name);
  }
  for (const part of /** @type {const} */ (["recordings", "traces", "feedback"])) {
    week[part] = week[part].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs);
  }
  return week;
}

function makeDay(seed, { day, startMs, wanted }) {
  const visits = [];
  const isWeekend = new Date(startMs).getUTCDay() % 6 === 0;
  for (let made = 0, index = 1; made < wanted; index += 1) {
    const random = makeRandom(`${seed}/${day}/${index}`);
    const atMs = startMs + pickTimeOfDay(random, isWeekend);
    const session = makeVisit(random, { id: `demo-${seed}-${day.replaceAll("-", "")}-${index}`, atMs });
    made += session.recordings.length;
    visits.push({ startMs: atMs, session });
  }
  return visits;
}

function floorDay(ms) {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}
