// `npm run pack:client [-- <folder>]`: the client as an npm package, `aircheck-<version>.tgz` in dist/ or the folder.

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage } from "./client-bundle.mjs";

const to = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url)));
await buildPackage(join(to, "npm"));
const isWindows = process.platform === "win32";
// Its own scripts would be run by those who pack alone, and it has none.
const { status } = spawnSync(isWindows ? "npm.cmd" : "npm", ["pack", "./npm", "--ignore-scripts"], {
  cwd: to,
  stdio: "inherit",
  shell: isWindows,
});
process.exitCode = status ?? 1;
