import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type InProcessCollector, startInProcess } from "./collector-in-process";
import { type App, installClient } from "./installed-client";

let app: App;
let collector: InProcessCollector;
beforeAll(async () => {
  app = await installClient("client-app");
  collector = await startInProcess({}, [join(app.folder, "worker/wrangler.toml")]);
});
afterAll(async () => {
  await collector.stop();
  await app.remove();
});

const idsOf = (request: number) => [1, 2, 3].map((n) => `r-${String(request).padStart(2, "0")}-${n}`);

test.each(["own", "shared"])(
  "what a Worker records by a recorder of its %s arrives after its response, of requests at once and after one another",
  async (kind) => {
    const project = `in-worker-${kind}`;
    const key = await collector.ingestKey(project);
    const post = async (request: number, bytes: number) => {
      const answer = await collector.fetchOther("client-worker", `/${kind}?key=${key}&ids=${idsOf(request).join()}&bytes=${bytes}`);
      expect(answer.status).toBe(200);
      await answer.json();
    };
    await Promise.all(Array.from({ length: 12 }, async (_, request) => await post(request, request * 500)));
    for (let request = 12; request < 16; request += 1) await post(request, 5000);
    const expected = Array.from({ length: 16 }, (_, request) => idsOf(request)).flat();
    await vi.waitFor(async () => expect(await collector.storedIds(project)).toEqual(expected), { timeout: 40_000, interval: 500 });
  },
);
