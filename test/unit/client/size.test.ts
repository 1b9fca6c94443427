import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

test.each([
  ["client", 4096],
  ["record-call", 3072],
])("%s.js, as it is served, has %i bytes at most when packed", (name, bytesMax) => {
  expect(gzipSync(readFileSync(`dist/served/${name}.txt`), { level: 9 }).length).toBeLessThanOrEqual(bytesMax);
});
