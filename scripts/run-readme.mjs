// `node scripts/run-readme.mjs`: runs the commands of the README and of docs/ as they are written, in order, on a collector of their own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkedPages, shellBlocks } from "./readme/shell-blocks.mjs";
import { furnish, runBlock } from "./readme/workplace.mjs";
import { stopReason } from "./stop-reason.mjs";
import { onStopRequest } from "./stop-request.mjs";
import { projectRoot } from "./wrangler.mjs";

const START = "npm ci && npm start";
const MARKS = ["needs an account", "takes long"];
const ADDRESS = "http://localhost:8787";

const workFolder = await mkdtemp(join(tmpdir(), "aircheck-readme-"));
try {
  await runAll(await readBlocks(), workFolder);
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${error.message}\n`);
} finally {
  await rm(workFolder, { recursive: true, force: true, maxRetries: 5 });
}

/** The README's, then those of the pages in the order in which it links to them, then those of pages that it does not name. */
async function readBlocks() {
  const readme = await readFile(join(projectRoot, "README.md"), "utf8");
  const files = (await readdir(join(projectRoot, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  const pages = [...new Set(["README.md", ...linkedPages(readme), ...files.toSorted()])];
  const texts = await Promise.all(pages.map(async (page) => await readFile(join(projectRoot, page), "utf8")));
  const blocks = pages.flatMap((page, at) => shellBlocks(page, texts[at] ?? ""));
  const unknown = blocks.find(({ mark }) => mark !== null && !MARKS.includes(mark));
  if (unknown !== undefined) throw stopReason(`${unknown.place} is marked "${unknown.mark}", which is none of: ${MARKS.join(", ")}.`);
  if (blocks[0]?.text !== START) throw stopReason(`The README must begin with the block ${START}.`);
  return blocks;
}

async function runAll([, ...blocks], folder) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), PERSIST_TO: join(folder, "state") };
  // What the shell of whoever runs this has set is none of what the README has its reader set.
  for (const name of ["AIRCHECK_KEY", "AIRCHECK_URL", "ADMIN_KEY"]) delete env[name];
  const collector = await startCollector(env);
  try {
    const workplace = await furnish(folder, projectRoot);
    let failures = 0;
    for (const { place, text, mark } of blocks) {
      const failure = mark === null ? await runBlock(workplace, text.replaceAll(ADDRESS, `http://localhost:${port}`), env) : null;
      failures += failure === null ? 0 : 1;
      process.stdout.write(`${place} ${failure ?? (mark === null ? "ran" : `was not run: it ${mark}`)}\n`);
    }
    if (failures > 0) throw stopReason(`${failures} of ${blocks.length} blocks failed.`);
  } finally {
    await collector.stop();
  }
}

/** `npm start`, which stands behind `npm ci` in the README: that was run already, for else this script would not. */
async function startCollector(env) {
  // A group of its own: npm and what it starts are ended together.
  const child = spawn("npm", ["start"], { cwd: projectRoot, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  };
  onStopRequest(async () => {
    await stop();
    process.exit(1);
  });
  let printed = "";
  const up = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        printed += chunk;
        if (/^Ctrl-C stops it/m.test(printed)) resolve(true);
      });
    }
  });
  const isUp = await Promise.race([up, ended.then(() => false)]);
  if (!isUp) throw stopReason(`npm start ended before the collector was up. It printed:\n${printed}`);
  return { stop };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
