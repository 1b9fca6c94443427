import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Ask, ask, askJson, gzip, makeKey, newProject, readRecording, wholePayload } from "./collector";
import { collectorWith } from "./collector-with";

const site = "https://app.example.com";
let project: string;
let key: string;
beforeAll(async () => {
  project = newProject();
  ({ key } = await makeKey({ scope: "browser", project_id: project, origins: [site] }));
});

/** One post of a page, without a header that a browser would ask about before. */
async function post(body: unknown, { headers = {}, ...more }: Ask & { shown?: string; from?: string | null } = {}): Promise<Response> {
  const { shown = key, from = site } = more;
  const origin: Record<string, string> = from === null ? {} : { Origin: from };
  const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  return await ask("POST", `/v1/r?key=${shown}`, {
    key: null,
    headers: { "Content-Type": "text/plain;charset=UTF-8", ...origin, ...headers },
    body: raw,
  });
}

const messages = [
  { role: "user", content: "Why is the sky blue?" },
  { role: "assistant", content: "Rayleigh scattering." },
];

describe("what is taken", () => {
  test.each([["text/plain;charset=UTF-8"], ["text/plain"], ["application/json"], [""]])(
    "one recording as %j is 204 without a body or a no-store, and reads back",
    async (type) => {
      const id = `one-${crypto.randomUUID()}`;
      const answer = await post(
        { id, allMessages: messages, callInfo: { provider: "openai", model: "gpt-4o-mini" } },
        { headers: { "Content-Type": type } },
      );
      expect(answer.status).toBe(204);
      expect(await answer.text()).toBe("");
      expect(answer.headers.get("Cache-Control")).toBeNull();
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(site);
      expect(answer.headers.get("Vary")).toContain("Origin");
      expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
      expect(await readRecording(project, id)).toMatchObject({ id, messages });
    },
  );

  test("many are 204, once more too, and each is there once", async () => {
    const items = [1, 2, 3].map((n) => ({ id: `many-${n}`, all_messages: messages }));
    for (const body of [items, items, await gzip(JSON.stringify(items))]) expect((await post(body)).status).toBe(204);
    const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=200`);
    expect(json["recordings"].filter(({ id }: Answer) => id.startsWith("many-"))).toHaveLength(3);
  });

  test("gzip is known by its first bytes, whatever the headers say", async () => {
    const id = "packed";
    const packed = await gzip(JSON.stringify({ id, allMessages: messages }));
    expect((await post(packed)).status).toBe(204);
    expect((await post(packed, { headers: { "Content-Encoding": "gzip" } })).status).toBe(204);
    expect(await readRecording(project, id)).toMatchObject({ messages });
  });

  test("a page's recording is as whole as a server's", async () => {
    const { call_info, session_info, ...whole } = wholePayload(project);
    const { usage: _, ...call } = call_info;
    const payload = { ...whole, session_info: { ...session_info, session_id: "page" }, call_info: call };
    expect((await post([{ ...payload, id: "by-page" }])).status).toBe(204);
    const { json } = await askJson("POST", "/v1/recordings", { body: { ...payload, id: "by-server" } });
    const ofBoth = await Promise.all(["by-page", "by-server"].map(async (id) => await readRecording(project, id)));
    const [page, server] = ofBoth.map(({ id: _id, seq: _seq, received_at: _at, ...rest }) => rest);
    expect(page).toEqual(server);
    expect(page).toMatchObject({ session_id: "page", usage: { prompt_source: "estimated" }, cost_usd: json["cost_usd"] });
    expect(json["cost_usd"]).toBeGreaterThan(0);
  });

  test("feedback goes along, before its recording, after it, in one post and alone", async () => {
    const feedback = { id: "said", feedback: { freeplay_feedback: "positive" } };
    expect((await post([feedback, { id: "said", allMessages: messages }])).status).toBe(204);
    expect((await post([{ completionId: "said", feedback: { stars: 4 } }])).status).toBe(204);
    expect((await post({ id: "said", feedback: { again: true } })).status).toBe(204);
    expect((await post({ id: "said", feedback: {} })).status).toBe(204);
    expect((await readRecording(project, "said"))["feedback"]).toEqual({ freeplay_feedback: "positive", stars: 4, again: true });
  });

  test("a secret key sends by its header", async () => {
    const { key: secret } = await makeKey({ scope: "ingest", project_id: project });
    const body = JSON.stringify([{ id: "by-worker", allMessages: messages }]);
    expect((await ask("POST", "/v1/r", { key: secret, body, headers: { "Content-Type": "text/plain" } })).status).toBe(204);
    expect(await readRecording(project, "by-worker")).toMatchObject({ messages });
  });
});

describe("what is refused", () => {
  test("of many, a bad one refuses only itself, and the answer says which", async () => {
    const answer = await post([
      { id: "good", allMessages: messages },
      { id: "bad" },
      { id: "good", feedback: 5 },
      { feedback: { a: 1 } },
      7,
    ]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      stored: 1,
      rejected: 4,
      results: [
        { index: 0, id: "good", status: "stored" },
        { index: 1, id: "bad", status: "rejected", error: { issues: [{ path: "all_messages" }] } },
        { index: 2, id: "good", status: "rejected", error: { issues: [{ path: "feedback" }] } },
        { index: 3, id: null, status: "rejected", error: { issues: [{ path: "id" }] } },
        { index: 4, id: null, status: "rejected" },
      ],
    });
  });

  test.each([
    ["no messages", { id: "x-1" }, 400],
    ["feedback with a field that it has not", { id: "x-1", feedback: { a: 1 }, sesion: "s" }, 400],
    ["feedback whose value is an object", { id: "x-1", feedback: { a: {} } }, 400],
    ["feedback whose id is none", { id: "a b", feedback: { a: 1 } }, 400],
    ["another project", { id: "x-1", project_id: "elsewhere", allMessages: messages }, 404],
    ["feedback on another project", { id: "x-1", project_id: "elsewhere", feedback: { a: 1 } }, 404],
    ["no JSON", "{", 400],
    ["no gzip, though it begins so", new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]), 400],
  ])("one with %s", async (_, body, status) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ message: expect.any(String), request_id: expect.any(String) });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(site);
    expect((await askJson("GET", `/v1/recordings/x-1?project_id=${project}`)).status).toBe(404);
  });

  test.each([
    ["another origin", 403, { from: "https://evil.test" }],
    ["no origin", 403, { from: null }],
    ["an unknown key", 401, { shown: `ac_browser_${"0".repeat(12)}_${"0".repeat(64)}` }],
    ["what is no key", 401, { shown: "ac_browser_" }],
    ["another type", 415, { headers: { "Content-Type": "text/html" } }],
    ["another encoding", 415, { headers: { "Content-Encoding": "br" } }],
    ["another charset", 415, { headers: { "Content-Type": "application/json; charset=utf-16" } }],
  ])("a post with %s, so that the page can read why, and nothing is stored", async (_, status, how) => {
    const id = `refused-${crypto.randomUUID()}`;
    const answer = await post([{ id, allMessages: messages }], how);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("from" in how ? how.from : site);
    expect(await answer.json()).toMatchObject({ message: expect.any(String) });
    expect((await askJson("GET", `/v1/recordings/${id}?project_id=${project}`)).status).toBe(404);
  });

  test("a secret key in the address, by whoever", async () => {
    const secrets = await Promise.all(["ingest", "admin", "read"].map(async (scope) => await makeKey({ scope, project_id: project })));
    for (const shown of secrets.map((one) => one.key)) {
      for (const from of [null, site, "http://collector.test"]) {
        const answer = await post([{ allMessages: messages }], { shown, from });
        expect(answer.status).toBe(403);
        expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/Only a browser key may stand in an address/) });
      }
    }
    expect((await ask("POST", "/v1/r", { key: null, body: [] })).status).toBe(401);
  });

  test("a secret key in a foreign page's header", async () => {
    const { key: secret } = await makeKey({ scope: "ingest", project_id: project });
    const answer = await ask("POST", "/v1/r", { key: secret, headers: { Origin: site }, body: [{ allMessages: messages }] });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/Revoke it/) });
  });

  test("more items than a post may have", async () => {
    expect((await post(Array.from({ length: 501 }, () => ({ allMessages: [{}] })))).status).toBe(413);
  });

  test("is counted", async () => {
    const own = newProject();
    const { key: shown } = await makeKey({ scope: "browser", project_id: own, origins: [site] });
    await post([{ id: "in", allMessages: messages }, { id: "out" }], { shown });
    await post({ id: "alone" }, { shown });
    const { json } = await askJson("GET", `/v1/recordings/alone/status?project_id=${own}`);
    expect(json).toMatchObject({ status: "rejected" });
  });
});

describe("the path", () => {
  test("an asking browser is answered for any origin and path of the route", async () => {
    const headers = {
      Origin: "https://any.test",
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type",
    };
    const answer = await ask("OPTIONS", "/v1/r", { key: null, headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://any.test");
    expect(answer.headers.get("Access-Control-Max-Age")).toBe("7200");
    expect(answer.headers.get("Vary")).toContain("Origin");
  });

  test("is the one that the variable names, beside the usual one; where it cannot be one the usual one stays", async () => {
    const body = [{ allMessages: messages }];
    const { ask: asked } = collectorWith({}, { BEACON_PATH: "/say/it" });
    for (const path of ["/say/it", "/v1/r"]) {
      expect((await asked("POST", `${path}?key=${key}`, { key: null, headers: { Origin: site }, body })).status).toBe(204);
    }
    expect((await askJson("POST", `/say/it?key=${key}`, { key: null, headers: { Origin: site }, body })).status).toBe(404);
    for (const path of ["/v1/recordings", "say", "/", "", "/healthz", "/a//b", "/a?b"]) {
      const { ask: other } = collectorWith({}, { BEACON_PATH: path });
      expect((await other("GET", "/healthz", { key: null })).status).toBe(200);
      expect((await other("GET", "/v1/recordings", {})).status).toBe(400);
      expect((await other("POST", `/v1/r?key=${key}`, { key: null, headers: { Origin: site }, body })).status).toBe(204);
    }
  });
});
