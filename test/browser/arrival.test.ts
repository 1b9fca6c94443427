import { expect, test } from "vitest";
import { setStage, type Stage } from "./stage";

/** Records on each occasion that a page has. */
const occasions = `
say("load");
document.getElementById("ask").addEventListener("click", () => say("click"));
addEventListener("pagehide", () => say(window.farewell));
`;
const ways = {
  "fetch with keepalive": "",
  // Firefox before 133 has none.
  "sendBeacon, where fetch has no keepalive": "delete Request.prototype.keepalive;",
};

test.each(Object.entries(ways))(
  "what a page records on load, on click, when it is left and when it is closed arrives, by %s",
  async (way, script) => {
    const stage = await setStage({ script: occasions });
    if (script !== "") await stage.browser.prepare(script);
    const page = await stage.browser.open(stage.site.origin);
    await page.evaluate("window.farewell = 'left'");
    await page.click("#ask");
    await page.goto("about:blank");
    expect(await stage.storedIn(10_000, 3)).toEqual(["click", "left", "load"]);
    const next = await stage.browser.open(stage.site.origin);
    await next.evaluate("window.farewell = 'closed'; say('last')");
    await next.close({ runBeforeUnload: true });
    expect(await stage.storedIn(10_000, 5)).toEqual(["click", "closed", "last", "left", "load"]);
    checkUnasked(stage);
    const types = stage.door.posts().map(({ headers }) => headers["content-type"]);
    if (way.startsWith("sendBeacon")) expect(types).toContain("text/plain;charset=UTF-8");
  },
);

test("a page's own fetch and sendBeacon arrive at the beacon route, unasked", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const address = JSON.stringify(`${stage.door.origin}/v1/r?key=${stage.key}`);
  const body = (id: string) => JSON.stringify(JSON.stringify({ id, allMessages: [{ role: "user", content: id }] }));
  const status = await page.evaluate(
    `fetch(${address}, { method: "POST", keepalive: true, body: ${body("fetched")} }).then(({ status }) => status)`,
  );
  expect(status).toBe(204);
  expect(await page.evaluate(`navigator.sendBeacon(${address}, ${body("beaconed")})`)).toBe(true);
  expect(await stage.storedIn(5000, 2)).toEqual(["beaconed", "fetched"]);
  checkUnasked(stage);
});

test("another origin gets a 403 that its page can read, and nothing of it is stored; so does no origin", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.foreign);
  const address = `${stage.door.origin}/v1/r?key=${stage.key}`;
  const answer = await page.evaluate(`fetch(${JSON.stringify(address)}, { method: "POST", body: '{"id":"foreign","allMessages":[{}]}' })
    .then(async (answer) => ({ status: answer.status, body: await answer.json() }))`);
  expect(answer).toMatchObject({ status: 403, body: { code: "forbidden", message: expect.stringMatching(/origin/) } });
  // The client says so too, and gives up.
  const told = page.waitForEvent("console", (line) => line.text().startsWith("aircheck"));
  await page.evaluate("say('foreign')");
  expect((await told).text()).toMatch(/^aircheck: recordings are dropped: 403 .*origin/);
  expect(await page.evaluate("recorder.stats()")).toEqual({ waiting: 0, sent: 0, dropped: 1 });
  const nowhere = await fetch(address, { method: "POST", body: '{"id":"nowhere","allMessages":[{}]}' });
  expect(nowhere.status).toBe(403);
  expect(await stage.stored()).toEqual([]);
});

test("a page's recording is as whole as a server's: tokens, cost, and the tab's session, which a reload keeps", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const record = (id: string) => `recorder.record({ id: "${id}", allMessages: [{ role: "user", content: "Why is the sky blue?" },
    { role: "assistant", content: "Rayleigh scattering." }], callInfo: { provider: "openai", model: "gpt-4o-mini", startTime: 1767323045.5, endTime: 1767323047 } })`;
  await page.evaluate(record("first"));
  await page.evaluate("recorder.feedback('first', 'up'); recorder.flush()");
  await page.reload();
  await page.waitForFunction("window.isReady === true");
  await page.evaluate(record("second"));
  await page.evaluate("recorder.flush()");
  const [first, second] = await Promise.all([stage.recording("first"), stage.recording("second")]);
  expect(first).toMatchObject({
    usage: { prompt_source: "estimated", completion_source: "estimated" },
    latency_ms: 1500,
    feedback: { freeplay_feedback: "positive" },
    messages: [{ content: "Why is the sky blue?" }, { content: "Rayleigh scattering." }],
  });
  expect(first?.["cost_usd"]).toBeGreaterThan(0);
  expect(first?.["session_id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.["session_id"]).toBe(first?.["session_id"]);
});

test("a page whose policy lets it connect to the collector alone records", async () => {
  const stage = await setStage({
    headers: { "Content-Security-Policy": "default-src 'none'; script-src 'nonce-n' http://localhost:*; connect-src http://localhost:*" },
  });
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("say('strict'); recorder.flush()");
  expect(await stage.stored()).toEqual(["strict"]);
});

test("what is large goes packed", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("say('large', { inputs: { text: 'x'.repeat(50_000) } }); recorder.flush()");
  expect(await stage.stored()).toEqual(["large"]);
  expect(stage.door.posts()[0]?.bytes).toBeLessThan(1000);
  checkUnasked(stage);
});

/** Nothing asked first, and no header that a browser would have had to ask about. */
function checkUnasked({ door }: Stage): void {
  expect(door.knocks.filter(({ method }) => method === "OPTIONS")).toEqual([]);
  for (const { headers } of door.posts()) {
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers.authorization).toBeUndefined();
    expect(headers["content-type"]).toMatch(/^text\/plain/);
  }
}
