import { expect, test } from "vitest";
import { setStage } from "./stage";

test("of eight posts of 20 KB with keepalive at once a browser takes a few; the others find the room of those, whose answers nobody reads", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const address = JSON.stringify(`${stage.door.origin}/v1/r?key=${stage.key}`);
  const answered = (await page.evaluate(`(async () => {
    window.unread = [];
    const post = async (n) => {
      const body = JSON.stringify({ id: "r-" + n, allMessages: [{ role: "user", content: "x".repeat(20_000) }] });
      for (let refusals = 0; ; refusals += 1) {
        try {
          window.unread.push(await fetch(${address}, { method: "POST", keepalive: true, body }));
          return refusals;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    };
    const refusals = await Promise.all(Array.from({ length: 8 }, (_, n) => post(n)));
    return { atOnce: refusals.filter((count) => count === 0).length, statuses: unread.map(({ status }) => status) };
  })()`)) as { atOnce: number; statuses: number[] };
  expect(answered.statuses).toEqual(Array.from({ length: 8 }, () => 204));
  expect(answered.atOnce).toBeGreaterThanOrEqual(3);
  expect(answered.atOnce).toBeLessThan(8);
  expect(await stage.storedIn(10_000, 8)).toEqual(Array.from({ length: 8 }, (_, n) => `r-${n}`));
});

test("where the browser has no room for a fetch with keepalive, a beacon takes what a page records when it is left", async () => {
  const stage = await setStage({ script: "addEventListener('pagehide', () => say('left'));" });
  // Nor is an ordinary post quicker than the leaving, however slow that is: it waits.
  await stage.browser.prepare(`window.fetch = (address, init) =>
    init?.keepalive ? Promise.reject(new TypeError("Failed to fetch")) : new Promise(() => undefined);`);
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("say('before')");
  // Not left for another page: only what the page itself sends on its way out can arrive.
  await page.goto("about:blank");
  expect(await stage.storedIn(5000, 2)).toEqual(["before", "left"]);
  expect(new Set(stage.door.posts().map(({ headers }) => headers["sec-fetch-mode"]))).toEqual(new Set(["no-cors"]));
});

test("a collector that takes a connection and never answers holds up neither what comes after nor the next page", async () => {
  const stage = await setStage();
  // Its half minute, in a second.
  await stage.browser.prepare("const own = AbortSignal.timeout; AbortSignal.timeout = (ms) => own.call(AbortSignal, ms / 30);");
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide((post) => (post < 2 ? "hang" : "pass"));
  await page.evaluate("say('first')");
  expect(await stage.storedIn(10_000, 1)).toEqual(["first"]);
  stage.door.decide(() => "hang");
  await page.evaluate("say('second')");
  await page.waitForTimeout(1500);
  stage.door.decide(() => "pass");
  await page.goto(stage.site.origin);
  expect(await stage.storedIn(10_000, 2)).toEqual(["first", "second"]);
});

test("a page's worker records, and what it left unsent goes from the page", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const source = `import { createRecorder } from "${stage.door.origin}/client.js";
    const recorder = createRecorder({ url: "${stage.door.origin}", key: "${stage.key}" });
    onmessage = ({ data: id }) => postMessage(recorder.record({ id, allMessages: [{ role: "user", content: id }] }));
    postMessage("ready");`;
  const heard = "new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)))";
  await page.evaluate(`window.worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(source)}], { type: "text/javascript" })), { type: "module" });
    ${heard}`);
  const say = async (id: string) => await page.evaluate(`{ const told = ${heard}; worker.postMessage("${id}"); told }`);
  expect(await say("sent")).toBe("sent");
  expect(await stage.storedIn(5000, 1)).toEqual(["sent"]);
  stage.door.decide(() => "cut");
  await say("unsent");
  await page.waitForTimeout(500);
  await page.evaluate("worker.terminate()");
  stage.door.decide(() => "pass");
  await page.reload();
  expect(await stage.storedIn(5000, 2)).toEqual(["sent", "unsent"]);
});

test("a call that a page makes is recorded with the usage that its stream reports", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const heard = await page.evaluate(`(async () => {
    const { recordCall } = await import("${stage.door.origin}/record-call.js");
    async function* answer() {
      yield { object: "chat.completion.chunk", choices: [{ index: 0, delta: { role: "assistant", content: "Rayleigh " } }] };
      yield { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "scattering." }, finish_reason: "stop" }] };
      yield { object: "chat.completion.chunk", choices: [], usage: { prompt_tokens: 12, completion_tokens: 5 } };
    }
    const request = { model: "gpt-4o-mini", stream: true, messages: [{ role: "user", content: "Why is the sky blue?" }] };
    const stream = await recordCall(request, answer, { recorder, id: "streamed" });
    let text = "";
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
    await recordCall(request, () => Promise.reject(new Error("no")), { recorder, id: "failed" }).catch(() => undefined);
    await recorder.flush();
    return text;
  })()`);
  expect(heard).toBe("Rayleigh scattering.");
  expect(await stage.storedIn(5000, 2)).toEqual(["failed", "streamed"]);
  expect(await stage.recording("streamed")).toMatchObject({
    usage: { prompt_tokens: 12, completion_tokens: 5, prompt_source: "reported", completion_source: "reported" },
    messages: [{ content: "Why is the sky blue?" }, { role: "assistant", content: "Rayleigh scattering." }],
  });
  expect((await stage.recording("streamed"))["cost_usd"]).toBeGreaterThan(0);
});
