// `npm start`: a whole collector on this machine.

import { requireNode } from "./node-version.mjs";

requireNode();

// Only now: an old Node could not even parse these.
const { runCollector } = await import("./local-collector.mjs");
const { exitWith } = await import("./stop-reason.mjs");

await runCollector(process.env).catch(exitWith);
