// The local collector as `npm start` runs it, by the configuration beside this file.

import { runCollector } from "../../../scripts/local-collector.mjs";

await runCollector(process.env, ["--config", "test/slow/flaky/wrangler.toml", "--env-file", ".dev.vars"]);
