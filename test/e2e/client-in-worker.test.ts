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

test.each(["own", "shared", "early", "called"])(
  "what a Worker records arrives after its response, of requests at once and after one another: %s",
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

test("a call whose answer a Worker streams on is recorded whole when the stream has ended, by the flush that its recording asks for", async () => {
  const project = "in-worker-streamed";
  const key = await collector.ingestKey(project);
  const answer = await collector.fetchOther("client-worker", `/streamed?key=${key}&ids=streamed`);
  expect((await answer.text()).trim()).toBe("It is blue.");
  await vi.waitFor(async () => expect(await collector.storedIds(project)).toEqual(["streamed"]), { timeout: 20_000, interval: 500 });
  const { json } = await collector.ask("GET", `/v1/recordings/streamed?project_id=${project}`);
  expect(json).toMatchObject({
    messages: [{ role: "user" }, { role: "assistant", content: "It is blue. " }],
    response_info: { is_complete: true },
  });
});
