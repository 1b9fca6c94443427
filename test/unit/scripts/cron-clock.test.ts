import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { startCron } from "../../../scripts/cron-clock.mjs";

test("the cron fires again and again, and a failure is told once until it has worked again", async () => {
  const fired: string[] = [];
  const statuses = [200, 500, 500, 200, 500];
  const server = createServer((request, response) => {
    response.writeHead(statuses[fired.length] ?? 200);
    response.end("as it went");
    fired.push(request.url ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const warnings: string[] = [];
  const { port } = server.address() as AddressInfo;
  const stop = startCron(`http://127.0.0.1:${port}`, { everyMs: 40, warn: (line: string) => warnings.push(line) });
  await vi.waitFor(() => expect(fired.length).toBeGreaterThan(statuses.length), { timeout: 10_000 });
  server.close().closeAllConnections();
  await vi.waitFor(() => expect(warnings).toHaveLength(3), { timeout: 10_000 });
  stop();
  expect(new Set(fired)).toEqual(new Set(["/cdn-cgi/local/scheduled?cron=*+*+*+*+*"]));
  expect(warnings[0]).toBe("The cron's minute failed (500 as it went); it goes on trying.");
  expect(warnings[1]).toBe(warnings[0]);
  expect(warnings[2]).toContain("ECONN");
});
