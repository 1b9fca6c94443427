import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { openapi } from "../../src/openapi/describe";

test("the API's description passes the linter's recommended rules, without a warning", async () => {
  const response = await openapi.request("https://collector.test/openapi.json");
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: await response.text(), absoluteRef: "openapi.json", config });
  const told = problems.map(({ ruleId, message, location }) => `${location[0]?.pointer ?? ""}: ${message} (${ruleId})`);
  expect(told).toEqual([]);
});
