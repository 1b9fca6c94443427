import { expect, test, vi } from "vitest";
import { createApp } from "../../src/app";
import { beaconPathOf, buildDeps } from "../../src/env";
import { onDemand } from "../../src/on-demand";
import { adminKey, ask, askJson, makeKey, newProject } from "./collector";
import { collectorWith } from "./collector-with";
import { messages, openPage, site } from "./beacon-page";

test.each([["ingest"], ["read"], ["admin"]])(
  "an address with a key of scope %s is refused, whatever else is shown, with a word on why",
  async (scope) => {
    const { project, key } = await openPage();
    const { key: secret } = await makeKey({ scope, project_id: project });
    for (const shown of [secret, adminKey]) {
      for (const [bearer, headers] of [
        [null, {}],
        [null, { Origin: site }],
        [secret, {}],
        [key, { Origin: site }],
      ] as const) {
        const body = [{ allMessages: messages }];
        for (const answer of [
          await askJson("POST", `/v1/r?key=${shown}`, { key: bearer, headers, body }),
          await askJson("GET", `/v1/info?key=${shown}`, { key: bearer, headers }),
        ]) {
          expect(answer).toMatchObject({ status: 403, json: { message: expect.stringMatching(/browser key.*logs.*Revoke/) } });
          expect(JSON.stringify(answer.json)).not.toContain(shown);
        }
      }
    }
  },
);

test.each([
  ["", "Send a key"],
  ["undefined", "unknown"],
  ["ac_browser_", "unknown"],
])("an address with %j in the place of a key is 401", async (shown, message) => {
  const { post } = await openPage();
  const answer = await post([{ allMessages: messages }], { shown });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining(message) });
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(site);
});

test("a key in the address counts for nothing where it may not stand", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "browser", project_id: project, origins: [site] });
  const more = { key: null, headers: { Origin: site }, body: { all_messages: messages } };
  for (const path of ["/v1/recordings", "/v1/recordings/a/feedback", `/v2/projects/${project}/sessions/s/completions`]) {
    expect((await ask("POST", `${path}?key=${key}`, more)).status).toBe(401);
  }
});

test.each([["text/plain;charset=utf-16"], ["text/plain; charset=ISO-8859-1"], ["application/json;charset=utf-16"]])(
  "a body that its headers call %s is 415, for it would be read as another text",
  async (type) => {
    const { project, post } = await openPage();
    expect((await post([{ id: "a", allMessages: messages }], { headers: { "Content-Type": type } })).status).toBe(415);
    expect((await askJson("GET", `/v1/recordings/a?project_id=${project}`)).status).toBe(404);
  },
);

test.each([["text/plain"], ["Text/Plain; Charset=UTF-8"], ['text/plain;charset="utf-8"'], ["application/json"], [""]])(
  "a body that its headers call %j is read",
  async (type) => {
    const { post } = await openPage();
    expect((await post([{ allMessages: messages }], { headers: { "Content-Type": type } })).status).toBe(204);
  },
);

test.each([["/say"], ["/say/it.here"], ["/-/~x_Y"], ["/v10/say"], ["/..."], ["/..say"]])(
  "pages may post to %s, where the variable says so, and GET /v1/info tells them",
  async (path) => {
    const { key } = await openPage();
    const { ask: asked } = collectorWith({}, { BEACON_PATH: path });
    expect((await asked("GET", "/v1/info", { key: null })).json["routes"]).toMatchObject({ beacon: path });
    const headers = { Origin: site };
    expect((await asked("POST", `${path}?key=${key}`, { key: null, headers, body: [] })).status).toBe(204);
    const refused = await asked("POST", path, { key: null, headers, body: [] });
    expect(refused).toMatchObject({ status: 401 });
    expect(refused.headers.get("Access-Control-Allow-Origin")).toBe(site);
  },
);

test.each([
  ["/."],
  ["/.."],
  ["/a/../b"],
  ["/a/./b"],
  ["/v1"],
  ["/v1/r/x"],
  ["/api/x"],
  ["/healthz"],
  ["/client.js"],
  ["/a/"],
  ["/ü"],
  ["/a%62"],
])("a variable that names %s, where no post can come or others do, is ignored, and told so", async (path) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const { ask: asked } = collectorWith({}, { BEACON_PATH: path });
  expect(log.mock.calls.flat()).toContainEqual(expect.stringMatching(/variable_ignored.*BEACON_PATH/));
  log.mockRestore();
  expect((await asked("GET", "/v1/info", { key: null })).json["routes"]).toMatchObject({ beacon: "/v1/r" });
});

test("no route of the collector's may be named by the variable", () => {
  const paths = [...createApp(buildDeps).routes, ...onDemand.routes].flatMap(({ method, path }) =>
    method === "ALL" ? [] : [path.replaceAll(/:\w+/g, "x")],
  );
  expect(paths.length).toBeGreaterThan(60);
  expect(paths.filter((path) => beaconPathOf({ BEACON_PATH: path }) !== "/v1/r")).toEqual([]);
});
