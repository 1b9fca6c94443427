import { stopReason } from "../stop-reason.mjs";
import { datasetName } from "./test-runs.mjs";
import { makeWeek } from "./week.mjs";

const POST_ITEMS = 100;
/** Traces go one by one: so many at a time. */
const TRACES_AT_ONCE = 4;

/**
 * Fills a project with a week, oldest first, so that lists are in the order in which things happened. What is there already stays as it is.
 *
 * @param {import("./collector.mjs").Ask} ask
 * @param {import("./week.mjs").Plan & { project: string }} plan
 * @param {(done: number, of: number) => void} tell called after each post of recordings
 * @returns {Promise<{ recordings: number, stored: number, duplicates: number, traces: number, feedback: number, testRuns: number }>}
 */
export async function fillProject(ask, plan, tell) {
  const { project } = plan;
  const week = makeWeek(plan);
  const runIds = await orderTestRuns(ask, project, week);
  const total = { stored: 0, duplicates: 0 };
  for (let from = 0; from < week.recordings.length; from += POST_ITEMS) {
    const part = week.recordings.slice(from, from + POST_ITEMS);
    const sinceMs = from === 0 ? -Infinity : week.recordings[from - 1].atMs;
    const untilMs = from + POST_ITEMS >= week.recordings.length ? Infinity : part.at(-1).atMs;
    const isNow = ({ atMs }) => atMs > sinceMs && atMs <= untilMs;
    const answer = await postRecordings(ask, project, part, runIds);
    total.stored += answer.stored + answer.spooled;
    total.duplicates += answer.duplicates;
    await postTraces(ask, project, week.traces.filter(isNow));
    await postFeedback(ask, project, week.feedback.filter(isNow));
    tell(from + part.length, week.recordings.length);
  }
  const { recordings, traces, feedback } = week;
  return { recordings: recordings.length, ...total, traces: traces.length, feedback: feedback.length, testRuns: runIds.size };
}

/**
 * One post of recordings.
 *
 * @param {import("./collector.mjs").Ask} ask
 * @param {string} project
 * @param {import("./session.mjs").Moment[]} recordings
 * @param {Map<string, string>} runIds of test runs, by name
 */
export async function postRecordings(ask, project, recordings, runIds = new Map()) {
  const items = recordings.map(({ body, testRun }) => {
    const item = { project_id: project, ...body };
    return testRun === undefined ? item : { ...item, test_run_info: { ...body.test_run_info, test_run_id: runIds.get(testRun) } };
  });
  const answer = await ask("POST", "/v1/recordings", items);
  const refused = answer.results.find(({ status }) => status === "rejected");
  if (refused !== undefined) throw stopReason(`${answer.rejected} recordings were refused, the first with: ${JSON.stringify(refused)}`);
  return answer;
}

/**
 * @param {import("./collector.mjs").Ask} ask
 * @param {string} project
 * @param {import("./session.mjs").Moment[]} traces
 */
export async function postTraces(ask, project, traces) {
  for (let from = 0; from < traces.length; from += TRACES_AT_ONCE) {
    const some = traces.slice(from, from + TRACES_AT_ONCE);
    await Promise.all(
      some.map(async ({ session, body: { id, ...body } }) => {
        await ask("POST", `/v2/projects/${project}/sessions/${session}/traces/id/${id}`, body);
      }),
    );
  }
}

/**
 * @param {import("./collector.mjs").Ask} ask
 * @param {string} project
 * @param {import("./session.mjs").Moment[]} feedback
 */
export async function postFeedback(ask, project, feedback) {
  if (feedback.length === 0) return;
  const items = feedback.map(({ body }) => ({ project_id: project, ...body }));
  await ask("POST", "/v1/r", items);
}

/** The dataset and its runs, made where they are not there; the ids of the runs by their names. */
async function orderTestRuns(ask, project, { testCases, testRuns }) {
  const ids = new Map();
  if (testRuns.length === 0) return ids;
  const path = `/v2/projects/${project}`;
  const dataset = await ask("POST", `${path}/datasets`, {
    name: datasetName,
    description: "Questions with the answers that the team wants.",
  });
  await ask("POST", `${path}/datasets/id/${dataset.id}/test-cases`, { examples: testCases });
  const known = await ask("GET", `${path}/test-runs?page_size=100`);
  for (const name of testRuns) {
    const found = known.data.find((run) => run.name === name);
    const run = found ?? (await ask("POST", `${path}/test-runs`, { dataset_name: datasetName, test_run_name: name }));
    ids.set(name, run.id);
  }
  return ids;
}
