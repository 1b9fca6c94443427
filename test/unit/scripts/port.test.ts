import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { readPort, requireFreePort } from "../../../scripts/port.mjs";

test("the port is 8787 unless PORT says another", () => {
  expect([undefined, "", "1", "8080", "65535"].map(readPort)).toEqual([8787, 8787, 1, 8080, 65_535]);
});

test.each(["0", "65536", "-1", "80.5", "1e3", "0x50", " 80", "http", "123456"])("PORT=%j is refused", (text) => {
  expect(() => readPort(text)).toThrow(`PORT must be a whole number from 1 to 65535, not ${JSON.stringify(text)}.`);
});

test.each(["127.0.0.1", "0.0.0.0", "::1"])("a port in use on %s is refused in one line, a free one is not", async (host) => {
  const server = createServer().listen(0, host);
  const listening = await Promise.race([once(server, "listening").then(() => true), once(server, "error").then(() => false)]);
  if (!listening) return; // No IPv6 on this machine.
  const { port } = server.address() as AddressInfo;
  await expect(requireFreePort(port)).rejects.toThrow(new RegExp(`^Port ${port} is already in use: .*\\.$`));
  server.close();
  await once(server, "close");
  await requireFreePort(port);
});
