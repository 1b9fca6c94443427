// Builds what pages load: the two entry points of src/client/. wrangler runs it before it bundles the Worker, which serves them.

import { buildClient } from "./client-bundle.mjs";

await buildClient();
