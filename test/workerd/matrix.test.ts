import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app";
import { assets } from "../../src/dashboard/assets";
import { dashboard } from "../../src/dashboard/dashboard";
import { buildDeps } from "../../src/env";
import { sha256Hex } from "../../src/model/sha256";
import { onDemand } from "../../src/on-demand";
import { adminKey, type Answer, ask, askJson, makeKey, newProject, origin } from "./collector";

/** Who asks. `browser` comes from its origin, `page` is a secret (ingest) key in a foreign page. */
const callers = [
  "none",
  "wrong",
  "revoked",
  "ingest",
  "read",
  "browser",
  "browserElsewhere",
  "browserNowhere",
  "page",
  "otherProject",
  "oneProjectAdmin",
  "admin",
] as const;
type Caller = (typeof callers)[number];

/** Statuses written down by hand: each route by each caller, about one project that exists. */
const expected: Record<string, Record<Caller, number>> = {
  //                                     none wrong revoked ingest read browser elsewhere nowhere page otherProject oneProjectAdmin admin
  "GET /": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  "GET /healthz": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  "GET /readyz": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  "GET /openapi.json": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  "GET /docs": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  "GET /client.js": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  "GET /record-call.js": row(200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
  // Who shows a key is judged by it.
  "GET /v1/info": row(200, 401, 401, 200, 200, 200, 403, 403, 403, 200, 200, 200),
  "POST /v1/r": row(401, 401, 401, 204, 403, 204, 403, 403, 403, 404, 204, 204),
  "POST /v1/recordings/:id/feedback": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "POST /v1/recordings": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "GET /v1/recordings": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/recordings/:id": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/recordings/:id/status": row(401, 401, 401, 200, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/metrics": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/tail": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/ledger": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "DELETE /v1/recordings/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 204, 204),
  "GET /v1/media/:sha256": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /v2/projects/:project/sessions/:session/completions": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "POST /api/v2/projects/:project/sessions/:session/completions": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "POST /v2/projects/:project/completions/:completion": row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
  "POST /api/v2/projects/:project/completions/:completion": row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
  "POST /v2/projects/:project/sessions/:session/traces/id/:trace": row(401, 401, 401, 201, 403, 403, 403, 403, 403, 404, 201, 201),
  "POST /api/v2/projects/:project/sessions/:session/traces/id/:trace": row(401, 401, 401, 201, 403, 403, 403, 403, 403, 404, 201, 201),
  "PATCH /v2/projects/:project/sessions/:session/traces/id/:trace": row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
  "PATCH /api/v2/projects/:project/sessions/:session/traces/id/:trace": row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
  "PATCH /v2/projects/:project/sessions/:session/traces/id/:trace/metadata": row(
    401,
    401,
    401,
    200,
    403,
    403,
    403,
    403,
    403,
    404,
    200,
    200,
  ),
  "PATCH /api/v2/projects/:project/sessions/:session/traces/id/:trace/metadata": row(
    401,
    401,
    401,
    200,
    403,
    403,
    403,
    403,
    403,
    404,
    200,
    200,
  ),
  "PATCH /v2/projects/:project/sessions/id/:session/metadata": row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
  "PATCH /api/v2/projects/:project/sessions/id/:session/metadata": row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
  "POST /v2/projects/:project/trace-feedback/id/:trace": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "POST /api/v2/projects/:project/trace-feedback/id/:trace": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "POST /v2/projects/:project/completion-feedback/id/:completion": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  "POST /api/v2/projects/:project/completion-feedback/id/:completion": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 404, 201, 201),
  // It names no project: another project's key says it of its own.
  "PUT /v1/completion_feedback/:completion": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 201, 201, 201),
  "PUT /api/v1/completion_feedback/:completion": row(401, 401, 401, 201, 403, 201, 403, 403, 403, 201, 201, 201),
  "DELETE /v2/projects/:project/sessions/:session": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 201, 201),
  "DELETE /api/v2/projects/:project/sessions/:session": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 201, 201),
  "GET /v1/traces/:id": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/sessions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/sessions/:id": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /v2/projects/:project/search/completions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /v2/projects/:project/search/sessions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /v2/projects/:project/search/traces": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v2/projects/:project/sessions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /api/v2/projects/:project/search/completions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /api/v2/projects/:project/search/sessions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /api/v2/projects/:project/search/traces": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /api/v2/projects/:project/sessions": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "DELETE /v1/sessions/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 204, 204),
  "DELETE /v1/projects/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 404, 404),
  "POST /v1/keys": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 201, 201),
  "GET /v1/keys": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200),
  "DELETE /v1/keys/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 204, 204),
  "GET /v1/projects": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 200, 200, 200),
  "PUT /v1/projects/:project/prices": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/projects/:project/prices": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /v1/projects/:project/reprice": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 202, 202),
  "GET /v1/projects/:project/reprice/:id": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/projects/:project/calibrations": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "POST /v1/destinations": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 201, 201),
  "GET /v1/destinations": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200),
  "GET /v1/destinations/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 200, 200),
  "PATCH /v1/destinations/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 200, 200),
  "DELETE /v1/destinations/:id": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 204, 204),
  "POST /v1/destinations/:id/replay": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 202, 202),
  "POST /v1/destinations/:id/retry": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 202, 202),
  "GET /v1/destinations/:id/batches": row(401, 401, 401, 403, 200, 403, 403, 403, 403, 404, 200, 200),
  "GET /v1/destinations/:id/batches/:batch": row(401, 401, 401, 403, 404, 403, 403, 403, 403, 404, 404, 404),
  "POST /v1/destinations/:id/batches/:batch/retry": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 404, 404, 404),
  "POST /v1/exports": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 202),
  "GET /v1/exports": row(401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 200),
  "GET /v1/exports/:id": row(401, 401, 401, 403, 404, 403, 403, 403, 403, 404, 404, 404),
  ...mounted({
    "GET /v2/projects/all": row(401, 401, 401, 200, 200, 403, 403, 403, 403, 200, 200, 200),
    "POST /v2/projects/:project/test-runs": row(401, 401, 401, 201, 403, 403, 403, 403, 403, 404, 201, 201),
    "GET /v2/projects/:project/test-runs": row(401, 401, 401, 200, 200, 403, 403, 403, 403, 404, 200, 200),
    "GET /v2/projects/:project/test-runs/id/:run": row(401, 401, 401, 200, 200, 403, 403, 403, 403, 404, 200, 200),
    ...datasetRows("datasets", "/id"),
    ...datasetRows("prompt-datasets", ""),
    ...datasetRows("agent-datasets", ""),
    ...bulkRow("prompt-datasets"),
    ...bulkRow("agent-datasets"),
  }),
};

/** Routes that are there with and without `/api`. */
function mounted(routes: Record<string, Record<Caller, number>>): Record<string, Record<Caller, number>> {
  return { ...routes, ...Object.fromEntries(Object.entries(routes).map(([route, statuses]) => [route.replace(" ", " /api"), statuses])) };
}

function bulkRow(name: string): Record<string, Record<Caller, number>> {
  const route = `POST /v2/projects/:project/${name}/:dataset/test-cases/bulk`;
  return { [route]: row(401, 401, 401, 201, 403, 403, 403, 403, 403, 404, 201, 201) };
}

/** Datasets by one of their names. A name that is taken answers 200. */
function datasetRows(name: string, one: string): Record<string, Record<Caller, number>> {
  const path = `/v2/projects/:project/${name}`;
  return {
    [`POST ${path}`]: row(401, 401, 401, 200, 403, 403, 403, 403, 403, 404, 200, 200),
    [`GET ${path}`]: row(401, 401, 401, 200, 200, 403, 403, 403, 403, 404, 200, 200),
    [`GET ${path}${one}/:dataset`]: row(401, 401, 401, 200, 200, 403, 403, 403, 403, 404, 200, 200),
    [`GET ${path}${one}/:dataset/test-cases`]: row(401, 401, 401, 200, 200, 403, 403, 403, 403, 404, 200, 200),
    [`POST ${path}${one}/:dataset/test-cases`]: row(401, 401, 401, 201, 403, 403, 403, 403, 403, 404, 201, 201),
  };
}

const project = newProject();
const site = "https://app.example.com";
const keys = new Map<Caller, { key: string | null; headers: Record<string, string> }>();

beforeAll(async () => {
  const revoked = await makeKey({ scope: "admin" });
  expect((await ask("DELETE", `/v1/keys/${revoked.id}`)).status).toBe(204);
  const ingest = (await makeKey({ scope: "ingest", project_id: project })).key;
  const browser = (await makeKey({ scope: "browser", project_id: project, origins: ["https://*.example.com"] })).key;
  const known: Record<Caller, [key: string | null, origin?: string]> = {
    none: [null],
    wrong: [`ac_admin_0123456789ab_${"0".repeat(64)}`],
    revoked: [revoked.key],
    ingest: [ingest],
    read: [(await makeKey({ scope: "read", project_id: project })).key],
    browser: [browser, site],
    browserElsewhere: [browser, "https://evil.test"],
    browserNowhere: [browser],
    page: [ingest, site],
    otherProject: [(await makeKey({ scope: "admin", project_id: newProject() })).key],
    oneProjectAdmin: [(await makeKey({ scope: "admin", project_id: project })).key],
    admin: [adminKey],
  };
  for (const caller of callers) {
    const [key, from] = known[caller];
    keys.set(caller, { key, headers: from === undefined ? {} : { Origin: from } });
  }
});

const pages = new Set([...dashboard.routes, ...assets.routes].map(({ method, path }) => `${method} ${path}`));

test("every route of the app is in the table, and in the API's description", async () => {
  const routes = [...createApp(buildDeps).routes, ...onDemand.routes]
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`)
    // Pages are for people who signed in, and have tests of their own.
    .filter((route) => route === "GET /" || !pages.has(route));
  expect(new Set(routes)).toEqual(new Set(Object.keys(expected)));
  const { json } = await askJson("GET", "/openapi.json", { key: null });
  const described = Object.entries(json["paths"] as Record<string, Answer>).flatMap(([path, { servers = json["servers"], ...methods }]) =>
    servers.flatMap(({ url }: Answer) =>
      Object.keys(methods).map((method) => {
        return `${method.toUpperCase()} ${url.slice(origin.length)}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
      }),
    ),
  );
  expect(new Set(described)).toEqual(new Set(routes));
});

test.for(Object.entries(expected))("%s admits whom it should", async ([route, statuses]) => {
  const got: Record<string, number> = {};
  for (const caller of callers) {
    const access = keys.get(caller);
    if (access === undefined) throw new Error(caller);
    const { method, path, body } = await requestFor(route);
    const response = await ask(method, path, { ...access, ...(body === undefined ? {} : { body }) });
    got[caller] = response.status;
    await response.body?.cancel();
  }
  expect(got).toEqual(statuses);
});

test("a page may read why it was refused, and anybody may ask first", async () => {
  const paths = ["/v1/recordings", "/v1/r", "/v1/recordings/a/feedback", `/api/v2/projects/${project}/sessions/s/completions`];
  for (const path of paths) {
    const preflight = await ask("OPTIONS", path, {
      key: null,
      headers: {
        Origin: "https://any.test",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe("https://any.test");
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain("Authorization");
    expect(preflight.headers.get("Access-Control-Max-Age")).toBe("7200");
    const refused = await askJson("POST", path, { key: null, headers: { Origin: "https://any.test" }, body: {} });
    expect(refused.status).toBe(401);
    expect(refused.json).toMatchObject({ code: "unauthorized", request_id: refused.headers.get("X-Request-Id") });
    expect(refused.headers.get("Access-Control-Allow-Origin")).toBe("https://any.test");
    expect(refused.headers.get("Vary")).toContain("Origin");
    expect(refused.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
  }
  const elsewhere = await ask("GET", `/v1/keys`, { headers: { Origin: origin } });
  expect(elsewhere.status).toBe(200);
  expect(elsewhere.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

test("a key of all projects must name the one it means", async () => {
  for (const [method, path] of [
    ["GET", "/v1/recordings"],
    ["GET", "/v1/recordings/x"],
    ["DELETE", "/v1/recordings/x"],
  ] as const) {
    expect(await askJson(method, path)).toMatchObject({ status: 400, json: { issues: [{ path: "project_id" }] } });
  }
  expect((await askJson("POST", "/v1/recordings", { body: { all_messages: [{}] } })).status).toBe(400);
});

test("a key of one project implies it, and another's recording is not there", async () => {
  const { key } = await makeKey({ scope: "admin", project_id: project });
  const posted = await askJson("POST", "/v1/recordings", { key, body: { id: "implied", all_messages: [{}] } });
  expect(posted).toMatchObject({ status: 201, json: { project_id: project } });
  expect((await askJson("GET", "/v1/recordings/implied", { key })).status).toBe(200);
  const other = await makeKey({ scope: "admin", project_id: newProject() });
  expect((await askJson("GET", "/v1/recordings/implied", { key: other.key })).status).toBe(404);
  expect((await askJson("DELETE", "/v1/recordings/implied", { key: other.key })).status).toBe(404);
  const list = await askJson("POST", "/v1/recordings", { key, body: [{ project_id: "elsewhere", all_messages: [{}] }] });
  expect(list).toMatchObject({ status: 200, json: { rejected: 1, results: [{ error: { code: "not_found" } }] } });
});

test("only the SHA-256 of a key is kept, and its text is shown once", async () => {
  const { id, key } = await makeKey({ scope: "read", project_id: project, label: "for the test" });
  const { results } = await env.DB.prepare("SELECT * FROM keys WHERE id = ?1").bind(id).all();
  expect(JSON.stringify(results)).not.toContain(key.split("_").at(-1));
  const { json } = await askJson("GET", "/v1/keys");
  expect(JSON.stringify(json)).not.toContain(key.split("_").at(-1));
  expect(json["keys"]).toContainEqual(
    expect.objectContaining({ id, scope: "read", project_id: project, label: "for the test", revoked_at: null }),
  );
});

test("a browser key takes well-formed origins, others none", async () => {
  const statusOf = async (body: object) => (await askJson("POST", "/v1/keys", { body })).status;
  expect(await statusOf({ scope: "browser" })).toBe(400);
  expect(await statusOf({ scope: "browser", origins: ["*"] })).toBe(400);
  expect(await statusOf({ scope: "browser", origins: ["https://example.com/path"] })).toBe(400);
  expect(await statusOf({ scope: "ingest", origins: ["https://example.com"] })).toBe(400);
  expect(await statusOf({ scope: "root" })).toBe(400);
  expect(await statusOf({ scope: "read", label: "\ud800" })).toBe(400);
  expect(await statusOf({ scope: "browser", origins: ["http://localhost:*", "https://*.example.com"] })).toBe(201);
});

test("a key that is asked for in words that are not known is refused, not made wider", async () => {
  expect(await askJson("POST", "/v1/keys", { body: { scope: "read", project, expires: "tomorrow" } })).toMatchObject({
    status: 400,
    json: { issues: [{ path: "project" }, { path: "expires" }] },
  });
  expect(await askJson("POST", "/v1/keys", { body: { scope: "read", projectId: project } })).toMatchObject({
    status: 201,
    json: { project_id: project },
  });
  expect((await askJson("GET", `/v1/recordings?projectId=${project}`)).json["issues"]).toMatchObject([{ path: "projectId" }]);
});

test("a key revoked in another isolate is believed for a minute at most", async () => {
  const { id, key } = await makeKey({ scope: "read", project_id: project });
  let nowMs = Date.now();
  const app = createApp((bindings, context) => ({ ...buildDeps(bindings, context), now: () => nowMs }));
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as unknown as ExecutionContext;
  const status = async () => (await app.request("/v1/projects", { headers: { Authorization: `Bearer ${key}` } }, env, context)).status;
  expect(await status()).toBe(200);
  await env.DB.prepare("UPDATE keys SET revoked_us = 1 WHERE id = ?1").bind(id).run();
  expect(await status()).toBe(200);
  nowMs += 60_001;
  expect(await status()).toBe(401);
});

test("keys and projects come in pages", async () => {
  for (const path of ["/v1/keys", "/v1/projects"]) {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { json }: { json: Answer } = await askJson("GET", `${path}?limit=2&cursor=${cursor}`);
      seen.push(...json[path.slice(4)].map(({ id }: Answer) => id));
      cursor = json["next_cursor"];
    }
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen).size).toBe(seen.length);
  }
});

test("a collector without an ADMIN_KEY admits nobody and says so", async () => {
  const app = createApp((bindings, context) => ({ ...buildDeps(bindings, context), adminKey: null }));
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as unknown as ExecutionContext;
  const response = await app.request("/v1/projects", { headers: { Authorization: `Bearer ${adminKey}` } }, env, context);
  expect(response.status).toBe(401);
  expect(await response.text()).toContain("ADMIN_KEY");
});

async function requestFor(route: string): Promise<{ method: string; path: string; body?: unknown }> {
  const [method = "", pattern = ""] = route.split(" ");
  const recording = { project_id: project, id: `r-${crypto.randomUUID()}`, all_messages: [{ role: "user", content: "hi" }] };
  const inProject = `?project_id=${project}`;
  switch (route) {
    case "POST /v1/recordings":
    case "POST /v1/r":
      return { method, path: pattern, body: recording };
    case "GET /v1/recordings":
    case "GET /v1/metrics":
    case "GET /v1/tail":
    case "GET /v1/sessions":
    case "GET /v1/ledger":
      return { method, path: pattern + inProject };
    case "POST /v1/recordings/:id/feedback":
      return { method, path: `/v1/recordings/${recording.id}/feedback${inProject}`, body: { stars: 5 } };
    case "GET /v1/recordings/:id":
    case "DELETE /v1/recordings/:id":
      await ask("POST", "/v1/recordings", { body: recording });
      return { method, path: `/v1/recordings/${recording.id}${inProject}` };
    case "POST /v2/projects/:project/completions/:completion":
    case "POST /api/v2/projects/:project/completions/:completion":
      return {
        method,
        path: pattern.replace(":project", project).replace(":completion", recording.id),
        body: { eval_results: { ok: true } },
      };
    case "GET /v1/traces/:id":
      await ask("POST", `/v2/projects/${project}/sessions/s/traces/id/${recording.id}`, { body: {} });
      return { method, path: `/v1/traces/${recording.id}${inProject}` };
    case "DELETE /v2/projects/:project/sessions/:session":
    case "DELETE /api/v2/projects/:project/sessions/:session":
      await ask("POST", "/v1/recordings", { body: { ...recording, session_id: recording.id } });
      return { method, path: pattern.replace(":project", project).replace(":session", recording.id) };
    case "PUT /v1/completion_feedback/:completion":
    case "PUT /api/v1/completion_feedback/:completion":
      await ask("POST", "/v1/recordings", { body: recording });
      return { method, path: pattern.replace(":completion", recording.id), body: { stars: 5 } };
    case "GET /v1/sessions/:id":
    case "DELETE /v1/sessions/:id":
      await ask("POST", "/v1/recordings", { body: { ...recording, session_id: recording.id } });
      return { method, path: `/v1/sessions/${recording.id}${inProject}` };
    case "DELETE /v1/projects/:id":
      // Not the project of all the other rows.
      return { method, path: `/v1/projects/${recording.id}` };
    case "GET /v1/recordings/:id/status":
      await ask("POST", "/v1/recordings", { body: recording });
      return { method, path: `/v1/recordings/${recording.id}/status${inProject}` };
    case "GET /v1/media/:sha256":
      await ask("POST", "/v1/recordings", { body: { ...recording, media_inputs: { photo: { data: photo.toBase64() } } } });
      return { method, path: `/v1/media/${await sha256Hex(photo)}${inProject}` };
    case "POST /v1/keys":
      return { method, path: pattern, body: { scope: "read", project_id: project } };
    case "DELETE /v1/keys/:id":
      return { method, path: `/v1/keys/${(await makeKey({ scope: "read", project_id: project })).id}` };
    case "PUT /v1/projects/:project/prices":
      return { method, path: `/v1/projects/${project}/prices`, body: { overrides: [] } };
    case "POST /v1/projects/:project/reprice":
      return { method, path: `/v1/projects/${project}/reprice`, body: { from: 0, to: 1 } };
    case "GET /v1/projects/:project/reprice/:id":
      return { method, path: `/v1/projects/${project}/reprice/${await repriceOnce()}` };
    case "POST /v1/destinations":
      return { method, path: pattern, body: { kind: "r2", project_id: project, paused: true } };
    case "GET /v1/exports/:id":
      return { method, path: "/v1/exports/default.0.0-1" };
    default:
      if (/datasets|test-runs/.test(pattern)) return await testRunRequest(method, pattern);
      if (pattern.startsWith("/v1/destinations/")) {
        const path = pattern.replace(":id", await pausedDestination(method === "DELETE")).replace(":batch", "default.0.0-1");
        return {
          method,
          path,
          ...(method === "POST" || method === "PATCH" ? { body: route.endsWith("replay") ? { from: "now" } : {} } : {}),
        };
      }
      return {
        method,
        path: pattern
          .replace(":project", project)
          .replace(":session", "s")
          .replace(/:(trace|completion)/, recording.id),
        ...(/trace\/|feedback|metadata|:trace/.test(pattern) ? { body: { stars: 5 } } : {}),
        ...(method === "POST" && pattern.endsWith("/:session/completions") ? { body: { messages: recording.all_messages } } : {}),
      };
  }
}

/** About a dataset of the family, and a run over it, that are there already. */
async function testRunRequest(method: string, pattern: string): Promise<{ method: string; path: string; body?: unknown }> {
  const [family = "datasets"] = /[a-z]*-?datasets/.exec(pattern) ?? [];
  const made = await askJson("POST", `/v2/projects/${project}/${family}`, { body: { name: family } });
  const run = pattern.includes(":run")
    ? (await askJson("POST", `/v2/projects/${project}/test-runs`, { body: { dataset_name: family } })).json["id"]
    : "";
  const path = pattern.replace(":project", project).replace(":dataset", made.json["id"]).replace(":run", run);
  const testCase = family === "agent-datasets" ? { input: "x" } : { inputs: {} };
  const body = pattern.includes("test-cases") ? { examples: [testCase] } : { name: family, dataset_name: family };
  return method === "POST" ? { method, path, body } : { method, path };
}

/** Large enough to be an object of its own. */
const photo = new Uint8Array(5000);

let destinationId: string | undefined;

/** One for all callers, but for those who delete it. Paused, so that nothing is exported to it. */
async function pausedDestination(isDeleted: boolean): Promise<string> {
  const make = async () =>
    (await askJson("POST", "/v1/destinations", { body: { kind: "r2", project_id: project, paused: true } })).json["id"] as string;
  if (isDeleted) return await make();
  destinationId ??= await make();
  return destinationId;
}

let repriceId: string | undefined;

/** One for all callers: a project may have few of them running. */
async function repriceOnce(): Promise<string> {
  repriceId ??= (await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: 1 } })).json["id"] as string;
  return repriceId;
}

function row(...statuses: number[]): Record<Caller, number> {
  return Object.fromEntries(callers.map((caller, index) => [caller, statuses[index] ?? 0])) as Record<Caller, number>;
}
