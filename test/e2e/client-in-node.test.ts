import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InProcessCollector, startInProcess } from "./collector-in-process";
import { type App, installClient, run } from "./installed-client";

const ids = Array.from({ length: 200 }, (_, n) => `call-${String(n).padStart(3, "0")}`);
/** The script ends by itself, or the test fails. */
const endsWithinMs = 30_000;

let app: App;
let collector: InProcessCollector;
beforeAll(async () => {
  app = await installClient("client-app", ["@types/node"]);
  // Node 20 reads no TypeScript.
  await app.tool("typescript/bin/tsc", "-p", "node", "--noEmit", "false");
  collector = await startInProcess();
});
afterAll(async () => {
  await collector.stop();
  await app.remove();
});

/** Makes 200 calls in a process of plain Node, or of another if the environment names one; what its recorder counted when it ended. */
async function makeCalls(origin: string, key: string, how: "flush" | "end"): Promise<Record<string, number>> {
  const node = process.env["AIRCHECK_NODE"] ?? process.execPath;
  const { stdout } = await run(node, [join(app.folder, "node/record.js"), origin, key, how], { timeout: endsWithinMs });
  return JSON.parse(stdout) as Record<string, number>;
}

test.each(["flush", "end"] as const)("200 calls of a Node process arrive, once, before it ends by itself: %s", async (how) => {
  const project = `in-node-${how}`;
  const counted = await makeCalls(collector.origin, await collector.ingestKey(project), how);
  expect(counted).toEqual({ waiting: 0, sent: 200, dropped: 0 });
  expect(await collector.storedIds(project)).toEqual(ids);
  const { json } = await collector.ask("GET", `/v1/recordings/call-199?project_id=${project}`);
  expect(json).toMatchObject({
    messages: [{ role: "user" }, { role: "assistant", content: "Hello." }],
    call_info: { provider: "openai", model: "gpt-4o-mini" },
  });
});

test("a Node process does not stay for a collector that is away", async () => {
  // The port of a service that no machine has any more.
  expect(await makeCalls("http://127.0.0.1:9", "ac_ingest_0_0", "end")).toEqual({ waiting: 200, sent: 0, dropped: 0 });
});

test("what a revoked key sends is refused, told, and not tried again", async () => {
  const { json } = await collector.ask("POST", "/v1/keys", { scope: "ingest", project_id: "in-node-revoked" });
  await collector.ask("DELETE", `/v1/keys/${json["id"]}`);
  expect(await makeCalls(collector.origin, json["key"] as string, "flush")).toEqual({ waiting: 0, sent: 0, dropped: 200 });
  expect(await collector.storedIds("in-node-revoked")).toEqual([]);
});
