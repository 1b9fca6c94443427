import { expect, test } from "vitest";
import { isOriginAllowed, OriginPattern } from "../../../src/admit/origin";

test.for([
  ["https://app.example.com", "https://app.example.com", true],
  ["https://app.example.com", "https://app.example.com:443", true],
  ["https://app.example.com:8443", "https://app.example.com", false],
  ["http://app.example.com", "https://app.example.com", false],
  ["https://a.b.example.com", "https://*.example.com", true],
  ["https://example.com", "https://*.example.com", false],
  ["https://evilexample.com", "https://*.example.com", false],
  ["https://example.com.evil.test", "https://*.example.com", false],
  ["http://localhost:3000", "http://localhost:*", true],
  ["http://localhost", "http://localhost:*", true],
  ["http://localhost.evil.test:3000", "http://localhost:*", false],
  ["HTTPS://APP.EXAMPLE.COM", "https://app.example.com", true],
  ["null", "https://app.example.com", false],
  ["https://app.example.com@evil.test", "https://app.example.com", false],
] as const)("%s against %s: %s", ([origin, pattern, isAllowed]) => {
  expect(isOriginAllowed(origin, [pattern])).toBe(isAllowed);
});

test.for([
  "*",
  "https://*",
  "https://",
  "https://exa mple.com",
  "ftp://example.com",
  "https://example.com/",
  "https://*.*.com",
  "example.com",
])("%s is no pattern", (pattern) => {
  expect(OriginPattern.safeParse(pattern).success).toBe(false);
});
