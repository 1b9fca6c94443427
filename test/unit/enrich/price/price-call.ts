import { loadPriceTable, priceCall as priceBy, type PricedCall } from "../../../../src/enrich/price/cost";
import type { ProjectPrices } from "../../../../src/model/price-override";
import type { Cost } from "../../../../src/model/recording";
import type { ReportedUsage } from "../../../../src/model/usage";

const table = await loadPriceTable();

/** As the collector prices a call, by the table that it has. */
export function priceCall(call: PricedCall, usage: ReportedUsage, prices: ProjectPrices | null): Cost {
  return priceBy(call, usage, prices, table);
}
