// `npm run pack:client`: the client as an npm package, dist/aircheck-<version>.tgz.

import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { buildPackage } from "./client-bundle.mjs";

const folder = await buildPackage();
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const { status } = spawnSync(npm, ["pack", folder, "--ignore-scripts"], {
  cwd: dirname(folder),
  stdio: "inherit",
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;
