// `npm run deploy`: creates what is missing at Cloudflare, then deploys. Safe to repeat.

import { requireNode } from "./node-version.mjs";

requireNode();

// Only now: an old Node could not even parse these.
const { deploy, dryRun } = await import("./deployment.mjs");
const { exitWith } = await import("./stop-reason.mjs");

const { readArguments } = await import("./deploy-arguments.mjs");

try {
  const { isDryRun } = readArguments(process.argv.slice(2), process.env);
  await (isDryRun ? dryRun : deploy)(process.env);
} catch (error) {
  exitWith(error);
}
