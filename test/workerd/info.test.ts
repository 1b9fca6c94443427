import { expect, test } from "vitest";
import { ask, askJson, makeKey, newProject } from "./collector";

const site = "https://app.example.com";

test("anybody may ask what is taken, from any page", async () => {
  const { status, headers, json } = await askJson("GET", "/v1/info", { key: null, headers: { Origin: site } });
  expect(status).toBe(200);
  expect(headers.get("Access-Control-Allow-Origin")).toBe(site);
  expect(json).toMatchObject({
    limits: { body_bytes_max: 20_971_520, items_max: 500 },
    encodings: ["identity", "gzip"],
    routes: { record: "/v1/recordings", beacon: "/v1/r", client: "/client.js" },
    key: null,
  });
});

test("every route that it names is there", async () => {
  const { json } = await askJson("GET", "/v1/info", { key: null });
  for (const path of Object.values(json["routes"] as Record<string, string>).filter((one) => one !== "/api")) {
    const method = path.endsWith("js") || path.endsWith("json") ? "GET" : "POST";
    const { status } = await ask(method, path.replace("{id}", "a"), { key: null });
    expect([path, status]).toEqual([path, method === "GET" ? 200 : 401]);
  }
});

test("a key learns what it may, a page's from its address", async () => {
  const project = newProject();
  const bounds = { body_bytes_max: 5000, rate_tier: "small" };
  const { key } = await makeKey({ scope: "browser", project_id: project, origins: [site], expires_at: "2100-01-01T00:00:00Z", ...bounds });
  const asked = async (from: string) => await askJson("GET", `/v1/info?key=${key}`, { key: null, headers: { Origin: from } });
  expect((await asked(site)).json).toMatchObject({
    limits: { body_bytes_max: 5000 },
    key: { scope: "browser", project_id: project, ...bounds, expires_at: "2100-01-01T00:00:00.000000Z" },
  });
  expect((await asked("https://evil.test")).status).toBe(403);
  const { key: read } = await makeKey({ scope: "read", project_id: project });
  expect((await askJson("GET", "/v1/info", { key: read })).json["key"]).toMatchObject({ scope: "read", body_bytes_max: 20_971_520 });
  expect((await ask("GET", `/v1/info?key=${read}`, { key: null })).status).toBe(403);
  expect((await ask("GET", "/v1/info?key=ac_browser_x", { key: null })).status).toBe(401);
});
