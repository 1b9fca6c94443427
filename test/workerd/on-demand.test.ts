import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { createApp } from "../../src/app";
import { buildDeps } from "../../src/env";
import { adminKey } from "./collector";

const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };

afterEach(() => vi.restoreAllMocks());

test("a route on demand answers under the app's headers and the request's id, its own errors and HEAD too", async () => {
  const app = createApp(buildDeps);
  const get = async (path: string, method = "GET") => await app.request(path, { method, headers }, env, createExecutionContext());
  for (const [path, status] of [
    ["/v1/projects", 200],
    ["/v1/recordings", 400],
    ["/v1/info", 200],
    ["/nothing", 404],
  ] as const) {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    const { request_id: told } = await response.json<{ request_id?: string }>();
    expect(told ?? response.headers.get("X-Request-Id")).toBe(response.headers.get("X-Request-Id"));
    const head = await get(path, "HEAD");
    expect([head.status, head.body, head.headers.get("Content-Type")]).toEqual([status, null, response.headers.get("Content-Type")]);
  }
});

test("a fault is logged by the route's own pattern, whether the app knows it from the start or not", async () => {
  // What can only be a mistake of ours, wherever a route comes to it.
  const fail = () => {
    throw new TypeError("not a function");
  };
  const db = { prepare: fail } as unknown as D1Database;
  const app = createApp((bindings, context) => ({ ...buildDeps(bindings, context), newId: fail, db }));
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const recording = JSON.stringify({ project_id: "p", all_messages: [{}] });
  for (const [method, path, route, body] of [
    ["GET", "/v1/recordings/one?project_id=p", "/v1/recordings/:id"],
    ["POST", "/v1/recordings", "/v1/recordings", recording],
  ] as const) {
    const sent = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await app.request(path, sent, env, createExecutionContext());
    expect(response.status).toBe(500);
    expect(log.mock.calls.flat().at(-1)).toContain(`"route":"${route}"`);
  }
});
