import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { connect } from "./collector.mjs";
import { fillProject } from "./fill.mjs";
import { goLive } from "./live.mjs";
import { readOptions, readTarget } from "./options.mjs";

const projectRoot = join(import.meta.dirname, "..", "..");

/**
 * Fills a running collector with a week, and with `--live` goes on until it is stopped.
 *
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 */
export async function runDemo(args, env) {
  const options = readOptions(args, Date.now());
  const target = await readTarget(env, readOwnKey);
  const ask = connect(target);
  const startMs = performance.now();
  const filled = await fillProject(ask, options, (done, of) => progress(`  ${done} of ${of} recordings`));
  print(summaryText(filled, { ...options, address: target.address, seconds: (performance.now() - startMs) / 1000 }));
  if (!options.isLive) return;

  print("Now one about every second, until Ctrl-C.\n");
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  await goLive(ask, options, { signal: stopping.signal, tell: (done) => progress(`  ${done} recorded live`) });
  print("");
}

/** @returns {Promise<string | undefined>} */
async function readOwnKey() {
  const text = await readFile(join(projectRoot, ".dev.vars"), "utf8").catch(() => "");
  return parseEnv(text).ADMIN_KEY;
}

/**
 * @param {Awaited<ReturnType<typeof fillProject>>} filled
 * @param {{ project: string, days: number, address: string, seconds: number }} about
 * @returns {string}
 */
function summaryText({ recordings, stored, duplicates, traces, feedback, testRuns }, { project, days, address, seconds }) {
  const beside = `${many(traces, "trace")} and tool spans, ${many(feedback, "piece")} of feedback and ${many(testRuns, "test run")}`;
  if (stored === 0)
    return `\nIt is there already: all ${recordings} recordings of project "${project}". Nothing was added.\n\nOpen ${address}\n`;
  const before = duplicates === 0 ? "" : ` (${duplicates} others were there already)`;
  return `\n${stored} recordings${before} of ${many(days, "day")} are stored in project "${project}", with ${beside}, in ${seconds.toFixed(0)} s.\n\nOpen ${address}\n`;
}

function many(count, what) {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** One line that is written over where it can be. */
function progress(line) {
  process.stdout.write(process.stdout.isTTY ? `\r${line}` : `${line}\n`);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
