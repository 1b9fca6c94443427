import { describe, expect, test } from "vitest";
import { ask, askJson, gzip, makeKey, newProject } from "./collector";
import { collectorWith } from "./collector-with";

const site = "https://app.example.com";
const messages = [{ role: "user", content: "Hi." }];

describe("how long a key is valid", () => {
  test("it is valid until the very millisecond, though it was just looked up", async () => {
    const project = newProject();
    const startMs = Date.now();
    const { key } = await makeKey({ scope: "ingest", project_id: project, expires_at: new Date(startMs + 60_000).toISOString() });
    let nowMs = startMs;
    const { ask: asked } = collectorWith({ now: () => nowMs });
    const post = async () => await asked("POST", "/v1/recordings", { key, body: { all_messages: messages } });
    expect((await post()).status).toBe(201);
    nowMs = startMs + 59_999;
    expect((await post()).status).toBe(201);
    nowMs = startMs + 60_000;
    const late = await post();
    expect(late).toMatchObject({ status: 401, json: { message: expect.stringMatching(/expired/) } });
    expect(late.headers.get("WWW-Authenticate")).toBe("Bearer");
  });

  test("its end is Unix seconds or ISO 8601, and reads back", async () => {
    const endS = Math.floor(Date.now() / 1000) + 86_400;
    for (const expires_at of [endS, new Date(endS * 1000).toISOString()]) {
      const { json } = await askJson("POST", "/v1/keys", { body: { scope: "read", expiresAt: expires_at } });
      expect(json["expires_at"]).toBe(new Date(endS * 1000).toISOString().replace("Z", "000Z"));
    }
    expect((await askJson("POST", "/v1/keys", { body: { scope: "read", expires_at: null } })).json["expires_at"]).toBeNull();
  });

  test.each([["yesterday"], [Date.now()], [0], [-1], [Date.now() / 1000 - 1], ["2020-01-01T00:00:00Z"], [{}], [true]])(
    "an end of %j makes no key",
    async (expires_at) => {
      const answer = await askJson("POST", "/v1/keys", { body: { scope: "read", expires_at } });
      expect(answer).toMatchObject({ status: 400, json: { issues: [{ path: "expires_at" }] } });
      expect(answer.json["key"]).toBeUndefined();
    },
  );
});

describe("how large its posts are", () => {
  const bodyOf = (bytes: number) => {
    const empty = JSON.stringify({ all_messages: [{ role: "user", content: "" }] });
    return JSON.stringify({ all_messages: [{ role: "user", content: "x".repeat(bytes - empty.length) }] });
  };
  const routes = [
    "/v1/recordings",
    "/v1/r",
    "/api/v2/projects/{project}/sessions/s/completions",
    "/v1/recordings/a/feedback",
    "/v2/projects/{project}/completion-feedback/id/a",
    "/v2/projects/{project}/trace-feedback/id/a",
  ];

  test.each(routes)("a body of just so many bytes may come to %s, packed or not, and one of a byte more may not", async (pattern) => {
    const project = newProject();
    const path = pattern.replace("{project}", project);
    const { key } = await makeKey({ scope: "browser", project_id: project, origins: [site], body_bytes_max: 2000 });
    const headers = { Origin: site, "Content-Type": "application/json" };
    for (const packed of [false, true]) {
      const send = async (bytes: number) => {
        const body = packed ? await gzip(bodyOf(bytes)) : bodyOf(bytes);
        return await askJson("POST", path, { key, body, headers: { ...headers, ...(packed ? { "Content-Encoding": "gzip" } : {}) } });
      };
      // Where it is no body of the route's, it is at least one that was read.
      expect((await send(2000)).status).toBeOneOf([201, 204, 400]);
      const over = await send(2001);
      expect(over).toMatchObject({ status: 413, json: { message: expect.stringMatching(/2000 bytes/) } });
      expect(over.headers.get("Access-Control-Allow-Origin")).toBe(site);
    }
  });

  test("a page's key that names none takes 4 MiB, and a server's 20", async () => {
    const project = newProject();
    const page = await makeKey({ scope: "browser", project_id: project, origins: [site] });
    const server = await makeKey({ scope: "ingest", project_id: project });
    const { json } = await askJson("GET", "/v1/keys?limit=1000");
    const boundOf = (id: string) => json["keys"].find((one: { id: string }) => one.id === id)["body_bytes_max"];
    expect([boundOf(page.id), boundOf(server.id)]).toEqual([4_194_304, 20_971_520]);
    const headers = { Origin: site, "Content-Type": "text/plain" };
    expect((await ask("POST", `/v1/r?key=${page.key}`, { key: null, headers, body: bodyOf(4_194_305) })).status).toBe(413);
    expect((await ask("POST", `/v1/r?key=${page.key}`, { key: null, headers, body: bodyOf(4_194_304) })).status).toBe(204);
    expect((await ask("POST", "/v1/r", { key: server.key, body: bodyOf(4_194_305) })).status).toBe(204);
    // A gigabyte of zeros in a megabyte is not unpacked to its end.
    const bomb = await gzip("0".repeat(30_000_000));
    expect((await ask("POST", `/v1/r?key=${page.key}`, { key: null, headers, body: bomb })).status).toBe(413);
  });

  test.each([[1023], [20_971_521], [0], [1.5], ["2000"], [-1]])("a bound of %j makes no key", async (body_bytes_max) => {
    expect(await askJson("POST", "/v1/keys", { body: { scope: "ingest", body_bytes_max } })).toMatchObject({
      status: 400,
      json: { issues: [{ path: "body_bytes_max" }] },
    });
  });
});
