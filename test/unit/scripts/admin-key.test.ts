import { expect, test } from "vitest";
import { adminKeyProblem, makeAdminKey } from "../../../scripts/admin-key.mjs";

test("a new admin key is another each time and holds 256 bits", () => {
  const keys = Array.from({ length: 100 }, makeAdminKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^ac_admin_root_[\w-]{43}$/);
  expect(keys.map(adminKeyProblem).filter(Boolean)).toEqual([]);
});

test("a key of one's own has to be long and in one word", () => {
  expect([undefined, "", "x".repeat(32)].map(adminKeyProblem)).toEqual([null, null, null]);
  for (const bad of ["short", `${"x".repeat(40)} y`, `${"x".repeat(40)}\n`]) expect(adminKeyProblem(bad)).toContain("32 or more");
});
