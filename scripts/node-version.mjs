// This file is loaded by Nodes too old for the rest: nothing newer than Node 16 in it.

const NEEDED = [22, 12];

/**
 * The one line that says why this Node will not do; null when it will.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string | null}
 */
export function nodeProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return null;
  const remedy = "run `npm ci` and start it through npm, which brings its own Node on Linux, or install a newer one (https://nodejs.org).";
  return `Aircheck needs Node ${NEEDED.join(".")} or later and this is Node ${version}: ${remedy}`;
}

/** Ends the process with one line on stderr and code 1 where Node is too old. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node);
  if (problem === null) return;
  process.stderr.write(problem + "\n");
  process.exit(1);
}
