// Builds what pages load, before wrangler bundles the Worker, which serves it: the client's modules, and the dashboard's assets.

import { buildAssets } from "./asset-bundle.mjs";
import { buildClient } from "./client-bundle.mjs";

await Promise.all([buildClient(), buildAssets()]);
