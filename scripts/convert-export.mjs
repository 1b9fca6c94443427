// `node scripts/convert-export.mjs langfuse|freeplay <file> <project>`: what another tool exported, as NDJSON that POST /v1/recordings takes.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { exitWith, stopReason } from "./stop-reason.mjs";
import { recordingsOfFreeplay } from "./convert/freeplay.mjs";
import { recordingsOfLangfuse } from "./convert/langfuse.mjs";

const readers = { langfuse: recordingsOfLangfuse, freeplay: recordingsOfFreeplay };
const usage = "node scripts/convert-export.mjs langfuse|freeplay <file of one JSON object a line> <project> > recordings.ndjson";

try {
  const [source = "", file, project] = process.argv.slice(2);
  const read = Object.hasOwn(readers, source) ? readers[source] : undefined;
  if (read === undefined || file === undefined || project === undefined) throw stopReason(usage);
  await convert(read, file, project);
} catch (error) {
  exitWith(error.code === "ENOENT" ? stopReason(`There is no file ${error.path}.`) : error);
}

/** A line that is no JSON is told and passed over: an export that broke off should not keep what came before it. */
async function convert(read, file, project) {
  let [lines, written, passed] = [0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    lines += 1;
    if (line.trim() === "") continue;
    const recordings = recordingsOf(read, line, lines);
    if (recordings.length === 0) passed += 1;
    for (const recording of recordings) process.stdout.write(`${JSON.stringify({ project_id: project, ...recording })}\n`);
    written += recordings.length;
  }
  process.stderr.write(`${written} recordings; ${passed} of ${lines} lines hold no call of a model.\n`);
}

function recordingsOf(read, line, number) {
  try {
    return read(JSON.parse(line));
  } catch {
    process.stderr.write(`Line ${number} is no JSON object of such an export.\n`);
    return [];
  }
}
