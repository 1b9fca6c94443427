// `npm run deploy`: creates what is missing at Cloudflare, then deploys. Safe to repeat.

import { requireNode } from "./node-version.mjs";

requireNode();

// Only now: an old Node could not even parse these.
const { deploy, dryRun } = await import("./deployment.mjs");
const { exitWith } = await import("./stop-reason.mjs");

const run = process.argv.includes("--dry-run") ? dryRun : deploy;
await run(process.env).catch(exitWith);
