import { expect, test } from "vitest";
import { readArguments } from "../../../scripts/deploy-arguments.mjs";

test("a dry run is one however npm passes it on", () => {
  expect(readArguments([], {})).toEqual({ isDryRun: false });
  expect(readArguments(["--dry-run"], {})).toEqual({ isDryRun: true });
  expect(readArguments([], { npm_config_dry_run: "true" })).toEqual({ isDryRun: true });
});

test.for(["--dryrun", "--help", "-n", "dry-run", "--dry-run=false"])("%s deploys nothing", (arg) => {
  expect(() => readArguments([arg], {})).toThrow("is not known");
  expect(() => readArguments(["--dry-run", arg], {})).toThrow("is not known");
});
