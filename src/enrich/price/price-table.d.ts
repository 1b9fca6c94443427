/** The price table's package, its data parted from its code: scripts/price-table.mjs makes it. These types are for where it has not been made yet. */
declare module "*/price-table.js" {
  export { calcPrice, findProvider } from "@pydantic/genai-prices";
}
