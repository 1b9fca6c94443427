import { expect, test } from "vitest";
import { parseSpoolKey, spoolKey } from "../../../src/keep/spool-keys";

test("a spooled recording's key tells its project, id, receipt and time, whatever characters the ids have", () => {
  const name = { projectId: "a:b@c.-_", id: "r-1:2", receipt: "0123abcz", receivedUs: 1_767_323_045_678_000 };
  expect(spoolKey(name)).toBe("spool/a:b@c.-_/r-1:2/1767323045678000-0123abcz");
  expect(parseSpoolKey(spoolKey(name))).toEqual(name);
});

test.for(["spool/a/b/c/1-r", "spool/a/b/1", "spool/../b/1-r", "spool//b/1-r", "exports/a/b/1-r", "spool/a/b/-r", "spool/a b/c/1-r"])(
  "%s is no spooled recording's key",
  (key) => {
    expect(parseSpoolKey(key)).toBeNull();
  },
);
