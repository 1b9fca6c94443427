import { beforeAll, expect, test } from "vitest";
import { ask, askJson, makeKey, newProject, readRecording } from "./collector";
import { freeplaySession, messages } from "./freeplay-session";

const site = "https://app.example.com";
const project = newProject();
const inProject = "/api/v2/projects/{project}";
let key: string;
beforeAll(async () => {
  key = (await makeKey({ scope: "browser", project_id: project, origins: [site] })).key;
});

const feedbackRoutes = [
  ["POST", `${inProject}/completion-feedback/id/c-1`],
  ["POST", "/v2/projects/{project}/trace-feedback/id/t-1"],
  ["PUT", "/api/v1/completion_feedback/c-1"],
] as const;

test.each(feedbackRoutes)("a page asks whether it may %s %s, may, and reads the answer", async (method, pattern) => {
  const path = ours(pattern);
  const preflight = await ask("OPTIONS", path, {
    key: null,
    headers: {
      Origin: site,
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": "authorization,content-type",
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe(site);
  expect(preflight.headers.get("Access-Control-Allow-Methods")?.split(",")).toContain(method);
  const given = await askJson(method, path, { key, headers: { Origin: site }, body: { [method]: 5 } });
  expect(given.status).toBe(201);
  expect(given.headers.get("Access-Control-Allow-Origin")).toBe(site);
  const refused = await askJson(method, path, { key, headers: { Origin: "https://evil.test" }, body: { stars: 1 } });
  expect(refused).toMatchObject({ status: 403, json: { message: expect.stringMatching(/origin/) } });
  // That it may not, it may read.
  expect(refused.headers.get("Access-Control-Allow-Origin")).toBe("https://evil.test");
});

test("what a page said of a recording that it posted is with it", async () => {
  const body = { completion_id: "c-1", messages };
  const headers = { Origin: site };
  expect((await askJson("POST", ours(`${inProject}/sessions/${freeplaySession}/completions`), { key, headers, body })).status).toBe(201);
  const path = ours(`${inProject}/completion-feedback/id/c-1`);
  expect((await askJson("POST", path, { key, headers, body: { freeplay_feedback: "positive" } })).status).toBe(201);
  expect((await readRecording(project, "c-1"))["feedback"]).toMatchObject({ freeplay_feedback: "positive" });
});

test.each([
  ["POST", `${inProject}/completions/c-1`, { eval_results: { a: 1 } }],
  ["POST", `${inProject}/sessions/s/traces/id/t-1`, { input: 1, output: 2 }],
  ["PATCH", `${inProject}/sessions/s/traces/id/t-1`, { output: 2 }],
  ["PATCH", `${inProject}/sessions/id/s/metadata`, { a: 1 }],
  ["POST", `${inProject}/test-runs`, { dataset_name: "golden set" }],
  ["POST", `${inProject}/search/completions`, {}],
  ["GET", `${inProject}/sessions`, undefined],
  ["DELETE", `${inProject}/sessions/s`, undefined],
] as const)("a page may not %s %s, nor read why", async (method, path, body) => {
  const refused = await askJson(method, ours(path), { key, headers: { Origin: site }, ...(body === undefined ? {} : { body }) });
  expect(refused).toMatchObject({ status: 403, json: { message: expect.stringMatching(/scope/) } });
  expect(refused.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

function ours(path: string): string {
  return path.replace("{project}", project);
}
