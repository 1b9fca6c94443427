// Builds, before wrangler bundles the Worker, what pages load and the Worker serves: the client's modules, and the dashboard's assets; and the price table.

import { buildAssets } from "./asset-bundle.mjs";
import { buildClient } from "./client-bundle.mjs";
import { buildPriceTable } from "./price-table.mjs";

await Promise.all([buildClient(), buildAssets(), buildPriceTable()]);
