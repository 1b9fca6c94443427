// `npm run demo`: a believable week of recordings for the collector that `npm start` runs.

import { requireNode } from "./node-version.mjs";

requireNode();

// Only now: an old Node could not even parse these.
const { runDemo } = await import("./demo/run.mjs");
const { exitWith } = await import("./stop-reason.mjs");

await runDemo(process.argv.slice(2), process.env).catch(exitWith);
