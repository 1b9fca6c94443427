import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CollectorError } from "../../../src/errors";
import { checkAddress, checkEndpoint } from "../../../src/export/reach/address";
import { limits } from "../../../src/limits";
import { refusedHosts, takenHosts } from "./address-table";

test.each(refusedHosts)("%s is refused (%s), unless local destinations are allowed", (host, reason) => {
  expect(refusal(`https://${host}/hook`)).toContain(reason);
  expect(refusal(`https://${host}:8443/hook?a=b`)).toContain(reason);
  expect(checkAddress(`http://${host}:9000/hook`, true).port).toBe("9000");
});

test.each(takenHosts)("%s is taken", (host) => {
  expect(checkAddress(`https://${host}/hook?token=a`, false).href).toBe(new URL(`https://${host}/hook?token=a`).href);
});

test.each([
  ["http://example.com", "https://"],
  ["HTTP://example.com", "https://"],
  ["ftp://example.com", "https://"],
  ["file:///etc/passwd", "https://"],
  ["javascript:alert(1)", "https://"],
  ["data:text/plain,a", "https://"],
  ["https://name@example.com/", "user name"],
  ["https://:word@example.com/", "user name"],
  ["https://example.com%40evil@example.com", "user name"],
  ["https://example.com/#part", "fragment"],
  ["example.com/hook", "no URL"],
  ["//example.com", "no URL"],
  ["https://", "no URL"],
  ["https://exa mple.com", "no URL"],
  ["https://example.com:99999", "no URL"],
  ["https://[::1", "no URL"],
  ["https://[fe80::1%25eth0]/", "no URL"],
  ["https://1.2.3.4.5/", "no URL"],
  ["https://256.1.1.1/", "no URL"],
  ["", "no URL"],
  ["https:127.0.0.1", "loopback"],
  ["https:\\\\127.0.0.1\\hook", "loopback"],
  [" https://127.0.0.1 ", "loopback"],
  ["ht\ntps://127.0.\t0.1", "loopback"],
  ["https://example.com\\@127.0.0.1", ""],
])("%j is %s", (address, reason) => {
  if (reason === "") expect(checkAddress(address, false).hostname).toBe("example.com");
  else expect(refusal(address)).toContain(reason);
});

test("plain http and local hosts are all that the local flag allows", () => {
  expect(checkAddress("http://localhost:8787/hook", true).href).toBe("http://localhost:8787/hook");
  for (const address of ["ftp://localhost", "http://name:word@localhost", "http://localhost/#part", "localhost:80"])
    expect(() => checkAddress(address, true)).toThrow(CollectorError);
});

test("an address is taken up to its bound, as it is written and as it is kept", () => {
  const address = `https://example.com/${"a".repeat(limits.addressCharsMax - 20)}`;
  expect(address).toHaveLength(limits.addressCharsMax);
  expect(checkAddress(address, false).href).toBe(address);
  expect(refusal(`${address}a`)).toContain("longer");
  expect(refusal(`https://example.com/${"ü".repeat(1000)}`)).toContain("longer");
});

test("an endpoint has no query", () => {
  expect(checkEndpoint("https://project.supabase.co/storage/v1/s3", false).pathname).toBe("/storage/v1/s3");
  expect(() => checkEndpoint("https://s3.example.com/?list-type=2", false)).toThrow("must not hold a query");
});

test("no refusal repeats the address, nor what stands before its host", () => {
  for (const address of ["https://secretname:secretword@example.com", "https://secretname:secretword@", "ssh://secretname@127.0.0.1"]) {
    const { message, cause } = thrownBy(address);
    expect(message).not.toContain("secret");
    expect(cause).toBeUndefined();
  }
});

test("every address of a private range is refused in every notation", () => {
  const ranges: [base: number, bits: number][] = [
    [0x7f000000, 24],
    [0x0a000000, 24],
    [0xac100000, 20],
    [0xc0a80000, 16],
    [0xa9fe0000, 16],
    [0x64400000, 22],
    [0x00000000, 24],
    [0xe0000000, 28],
    [0xf0000000, 28],
  ];
  const address = fc.constantFrom(...ranges).chain(([base, bits]) => fc.nat(2 ** bits - 1).map((offset) => base + offset));
  const form = fc.constantFrom<(part: number) => string>(
    (part) => String(part),
    (part) => `0x${part.toString(16)}`,
    (part) => `0X${part.toString(16).toUpperCase()}`,
    (part) => `0${part.toString(8)}`,
    (part) => `000${part.toString(8)}`,
  );
  const dots = fc.constantFrom(".", "。", "．", "%2E");
  const forms = fc.tuple(form, form, form, form);
  fc.assert(
    fc.property(address, fc.integer({ min: 1, max: 4 }), forms, dots, fc.boolean(), (number, count, writers, dot, isDotted) => {
      const host = partsOf(number, count).map((part, index) => (writers[index] ?? String)(part));
      expect(() => checkAddress(`https://${host.join(dot)}${isDotted ? "." : ""}/`, false)).toThrow("not public");
    }),
    { numRuns: 5000 },
  );
});

test("every address of a private range is refused inside of IPv6", () => {
  const hex = (number: number) => `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
  const wraps: ((number: number) => string)[] = [
    (number) => `::ffff:${hex(number)}`,
    (number) => `::${hex(number)}`,
    (number) => `::ffff:0:${hex(number)}`,
    (number) => `64:ff9b::${hex(number)}`,
    (number) => `64:ff9b:1::${hex(number)}`,
    (number) => `2002:${hex(number)}::1`,
    (number) => `2001:0:${hex(number)}::1`,
  ];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(...wraps), (number, wrap) => {
      expect(() => checkAddress(`https://[${wrap(number)}]/`, false)).toThrow("not public");
    }),
    { numRuns: 2000 },
  );
});

/** An address as one to four parts, the last of which holds all that is left. */
function partsOf(number: number, count: number): number[] {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256);
  const last = number % 2 ** (8 * (5 - count));
  return [...octets.slice(0, count - 1), last];
}

function refusal(address: string): string {
  const { code, message } = thrownBy(address);
  expect(code).toBe("bad_request");
  return message;
}

function thrownBy(address: string): CollectorError {
  try {
    checkAddress(address, false);
  } catch (thrown) {
    if (thrown instanceof CollectorError) return thrown;
  }
  throw new Error("was taken");
}
