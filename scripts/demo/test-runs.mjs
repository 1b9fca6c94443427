import { recordCall } from "./call.mjs";
import { fillIn, pickExchange } from "./language.mjs";
import { english } from "./languages/english.mjs";
import { german } from "./languages/german.mjs";
import { models } from "./models.mjs";
import { makeRandom } from "./random.mjs";
import { openSession } from "./session.mjs";
import { makeFacts } from "./shop.mjs";

const HOUR_MS = 3_600_000;

/** The dataset's name: the collector finds it by that. */
export const datasetName = "Support: golden questions";

/** Which weekdays a run is held on, on what: the same questions to two models. */
const runsOn = { 2: "mini", 5: "flash" };

/**
 * The dataset's test cases: questions with the answer that is wanted.
 *
 * @param {string} seed
 * @param {number} count
 * @returns {{ id: string, inputs: { question: string, language: string }, output: string, metadata: object }[]}
 */
export function makeTestCases(seed, count) {
  return Array.from({ length: count }, (_, index) => {
    const random = makeRandom(`${seed}/case/${index}`);
    const language = index % 3 === 2 ? german : english;
    const topic = random.pick(/** @type {const} */ (["order", "advice", "return", "care"]));
    const exchange = pickExchange(random, language, topic);
    const { words } = makeFacts(random, language, exchange, 0);
    return {
      id: `demo-${seed}-case-${index + 1}`,
      inputs: { question: fillIn(exchange.ask, words), language: language.code },
      output: fillIn(exchange.answer, words),
      metadata: { topic, level: random.pick(["easy", "hard"]) },
    };
  });
}

/**
 * The run of a day; null on days without one. The collector gives a run its id, so recordings only name it here.
 *
 * @param {string} seed
 * @param {{ day: string, startMs: number }} day
 * @param {ReturnType<typeof makeTestCases>} cases
 * @returns {{ name: string, recordings: import("./session.mjs").Moment[] } | null}
 */
export function makeTestRun(seed, { day, startMs }, cases) {
  const model = models[runsOn[new Date(startMs).getUTCDay()]];
  if (model === undefined) return null;
  const name = `${day}, ${model.model} (seed ${seed})`;
  const recordings = cases.flatMap((testCase, index) => {
    const random = makeRandom(`${seed}/run/${day}/${index}`);
    const session = openSession({
      id: `demo-${seed}-${day.replaceAll("-", "")}-test-${index + 1}`,
      random,
      atMs: startMs + 2 * HOUR_MS + index * 4000,
      environment: "staging",
      prompt: "support-chat",
      model,
      metadata: { channel: "test", language: testCase.inputs.language },
      promptVersion: Math.floor(startMs / (168 * HOUR_MS)) - 2949,
    });
    const isSame = random.chance(0.8);
    const similarity = Math.min(1, Math.round(random.logNormal(isSame ? 0.88 : 0.6, 0.08) * 1000) / 1000);
    recordCall(session, {
      system: "Answer the customer of a music shop in at most six sentences, in his or her language.",
      said: [{ kind: "user", text: testCase.inputs.question }],
      answer: {
        kind: "answer",
        text: isSame
          ? testCase.output
          : testCase.output
              .split(/(?<=[.!?:])\s/)
              .slice(0, 2)
              .join(" "),
      },
      parameters: { temperature: 0 },
      fields: { inputs: testCase.inputs, eval_results: { similarity, passed: similarity >= 0.75, language_match: true } },
    });
    // A test that failed at first is repeated, and only its last attempt belongs to the run.
    const last = session.recordings.at(-1);
    return [{ ...last, testRun: name, body: { ...last.body, test_run_info: { test_case_id: testCase.id } } }];
  });
  return { name, recordings };
}
