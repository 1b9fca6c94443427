import { expect, test } from "vitest";
import { PriceOverrides } from "../../../src/model/price-override";

const price = { input: 1, output: 2 };

function parse(override: object) {
  return PriceOverrides.safeParse({ overrides: [{ model: "m", usd_per_million: price, ...override }] });
}

test("an override is read into the model's words", () => {
  const wire = {
    provider: "openai",
    model: "gpt-4o*",
    from: "2026-01-02T00:00:00Z",
    until: 1_800_000_000.5,
    usd_per_million: { ...price, cache_read: 0, cache_write_1h: 3 },
    usd_per_call: 0.01,
  };
  expect(parse(wire).data?.overrides).toEqual([
    {
      provider: "openai",
      model: "gpt-4o",
      match: "prefix",
      fromUs: Date.UTC(2026, 0, 2) * 1000,
      untilUs: 1_800_000_000_500_000,
      usdPerMillion: { ...price, cacheRead: 0, cacheWrite1h: 3 },
      usdPerCall: 0.01,
    },
  ]);
  expect(parse({}).data?.overrides[0]).toMatchObject({ provider: null, model: "m", match: "exact", fromUs: null, untilUs: null });
  expect(parse({ model: "*" }).data?.overrides[0]).toMatchObject({ model: "", match: "prefix" });
});

test.each([
  { model: "" },
  { model: "a*b" },
  { model: "a*", match: "exact" },
  { provider: "" },
  { from: 2, until: 2 },
  { from: 1_700_000_000_000 },
  { usd_per_million: { input: 1 } },
  { usd_per_million: { input: -1, output: 1 } },
  { usd_per_million: { input: Number.POSITIVE_INFINITY, output: 1 } },
  { usd_per_million: { input: 1_000_001, output: 1 } },
  { usd_per_million: { ...price, cached: 1 } },
  { usd_per_call: "1" },
  { price: 1 },
])("%j is refused", (override) => {
  expect(parse(override).success).toBe(false);
});

test("more overrides than a project may have are refused", () => {
  const one = { model: "m", usd_per_million: price };
  expect(PriceOverrides.safeParse({ overrides: Array.from({ length: 500 }, () => one) }).success).toBe(true);
  expect(PriceOverrides.safeParse({ overrides: Array.from({ length: 501 }, () => one) }).success).toBe(false);
});
