import { expect, test } from "vitest";
import { setStage } from "./stage";

/** What a page may lack, or do wrong, before it begins to record. */
const lacks: Record<string, string> = {
  "no IndexedDB": "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined });",
  "an IndexedDB that may not be touched":
    "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('no', 'SecurityError'); } });",
  "an IndexedDB that does not open": "IDBFactory.prototype.open = () => { throw new Error('no'); };",
  "a full storage": "IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'QuotaExceededError'); };",
  "no sessionStorage": "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });",
  "no AbortSignal.timeout": "delete AbortSignal.timeout;",
  "no randomness of its own": "delete Crypto.prototype.getRandomValues;",
  "what is none of ours in its storage": `if (location.protocol === "http:") {
    localStorage.setItem("aircheck-unsent-x", "null");
    localStorage.setItem("aircheck-unsent-y", '[{"a":1}]');
  }`,
  "no CompressionStream": "delete window.CompressionStream;",
  "no sendBeacon": "delete Navigator.prototype.sendBeacon;",
};

test.each(Object.entries(lacks))("with %s a page records all the same", async (_, script) => {
  const stage = await setStage();
  await stage.browser.prepare(script);
  const page = await stage.browser.open(stage.site.origin);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.evaluate("say('here', { inputs: { text: 'x'.repeat(2000) } }); recorder.flush()");
  expect(await stage.stored()).toEqual(["here"]);
  await page.evaluate("addEventListener('pagehide', () => say('left'))");
  await page.goto("about:blank");
  expect(await stage.storedIn(5000, 2)).toEqual(["here", "left"]);
  expect(errors).toEqual([]);
});

test("nothing that a page gives in the place of options or recordings throws into it", async () => {
  const stage = await setStage({ script: "window.createRecorder = createRecorder;" });
  const page = await stage.browser.open(stage.site.origin);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.evaluate(`(async () => {
    const circular = {}; circular.self = circular;
    const wrong = [undefined, null, 1, "x", {}, { url: "no address", key: 5 }, { url: "http://localhost:1", key: "ac_browser_x", onDrop: 7, beforeSend: 7 },
      { url: "http://localhost:1", key: "ac_browser_x", beforeSend() { throw new Error("no"); }, onDrop() { throw new Error("no"); } }];
    for (const options of wrong) {
      const recorder = createRecorder(options);
      for (const payload of [undefined, null, 1, {}, { allMessages: [1n] }, { allMessages: [circular] }, { get allMessages() { throw new Error("no"); } }]) {
        recorder.record(payload);
      }
      recorder.feedback(undefined, undefined);
      recorder.stats();
      void recorder.flush();
      await recorder.clear();
    }
  })()`);
  await page.goto("about:blank");
  expect(errors).toEqual([]);
});

test("record returns before anything is sent, and a thousand of 4 KB do not hold the page up", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const { requests, frames } = (await page.evaluate(`(async () => {
    let requests = 0;
    const own = window.fetch;
    window.fetch = (...all) => { requests += 1; return own(...all); };
    let frames = 0;
    const text = "x".repeat(4000);
    for (let n = 0; n < 1000; n += 1) say("r-" + n, { inputs: { text } });
    const before = requests;
    await new Promise((resolve) => setTimeout(resolve, 0));
    frames += 1;
    return { requests: before, frames };
  })()`)) as { requests: number; frames: number };
  expect({ requests, frames }).toEqual({ requests: 0, frames: 1 });
  expect(await stage.storedIn(60_000, 1000)).toHaveLength(1000);
});
