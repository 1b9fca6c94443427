// The local collector as `npm start` runs it, by the configuration beside this file.

import { copyFile } from "node:fs/promises";
import { readAdminKey } from "../../../scripts/dev-vars.mjs";
import { runCollector } from "../../../scripts/local-collector.mjs";
import { projectRoot } from "../../../scripts/wrangler.mjs";

await readAdminKey(projectRoot);
// wrangler looks for it beside the configuration.
await copyFile(".dev.vars", "test/slow/flaky/.dev.vars");
await runCollector(process.env, ["--config", "test/slow/flaky/wrangler.toml"]);
