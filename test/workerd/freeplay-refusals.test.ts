import { beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, askJson, makeKey, newProject } from "./collector";
import { badFeedback, bodilessRoutes, bodyRoutes, datasetId } from "./freeplay-routes";
import { freeplaySession, json, messages } from "./freeplay-session";

const project = newProject();
let key: string;
let elsewhere: string;
let madeDatasetId: string;
beforeAll(async () => {
  key = (await makeKey({ scope: "admin", project_id: project })).key;
  elsewhere = (await makeKey({ scope: "admin", project_id: newProject() })).key;
  await askJson("POST", `/api/v2/projects/${project}/sessions/${freeplaySession}/completions`, {
    key,
    body: { completion_id: "c-1", messages },
  });
  madeDatasetId = (await askJson("POST", `/api/v2/projects/${project}/datasets`, { key, body: { name: "refusals" } })).json["dataset_id"];
});

const everyRoute = [
  ...bodyRoutes.map(({ method, path, good }) => ({ method, path, good })),
  ...bodilessRoutes.map(([method, path]) => ({ method, path, good: undefined })),
];

describe.each(["/api/v2", "/v2"])("under %s", (base) => {
  test.each(everyRoute)(
    "$method $path is 401 without a key or with a wrong one, and 404 for a key of another project",
    async ({ method, path, good: body }) => {
      const askWith = async (used: string | null) => await askJson(method, `${base}${inProject(path)}`, { key: used, body });
      for (const used of [null, "fp_wrong", `ac_admin_0123456789ab_${"0".repeat(64)}`]) {
        const refused = await askWith(used);
        expect(refusal(refused)).toEqual({ status: 401, ...said(refused.headers) });
        expect(refused.headers.get("WWW-Authenticate")).toBe("Bearer");
      }
      const refused = await askWith(elsewhere);
      expect(refusal(refused)).toEqual({ status: 404, ...said(refused.headers) });
      // A prompt is nowhere; of all else nothing tells whether the project has it.
      if (!path.startsWith("/prompt")) expect(refused.json["message"]).toMatch(/project/);
    },
  );
});

describe.each(bodyRoutes)("$method $path refuses", ({ method, path, good, bad }) => {
  test.each(bad)("$body, naming $path", async ({ body, path: field }) => {
    const refused = await askJson(method, `/api/v2${inProject(path)}`, { key, body });
    expect(refusal(refused)).toEqual({ status: 400, ...said(refused.headers) });
    if (field !== null) expect(refused.json["issues"]).toContainEqual({ path: field, message: expect.any(String) });
  });

  test("what is no JSON, or not in UTF-8", async () => {
    for (const body of ['{"a": ', "{'a': 1}", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]) {
      const refused = await askJson(method, `/api/v2${inProject(path)}`, { key, body, headers: json });
      expect(refusal(refused)).toEqual({ status: 400, ...said(refused.headers) });
      expect(refused.json["message"]).toMatch(/JSON|UTF-8/);
    }
  });

  test("another media type, charset or packing with 415", async () => {
    const text = JSON.stringify(good);
    for (const headers of [
      { "Content-Type": "text/csv" },
      { "Content-Type": "application/json; charset=utf-16" },
      { ...json, "Content-Encoding": "br" },
    ]) {
      const refused = await askJson(method, `/api/v2${inProject(path)}`, {
        key,
        body: text,
        headers,
      });
      expect(refusal(refused), JSON.stringify(headers)).toEqual({ status: 415, ...said(refused.headers) });
    }
  });

  test("more than any body may have with 413", async () => {
    const body = `{"a":"${"x".repeat(limits.bodyBytesMax)}"}`;
    const refused = await askJson(method, `/api/v2${inProject(path)}`, { key, body, headers: json });
    expect(refusal(refused)).toEqual({ status: 413, ...said(refused.headers) });
    expect(refused.json["message"]).toMatch(/\d/);
  });
});

test.each(everyRoute.filter(({ path }) => !path.startsWith("/prompt")))(
  "$method $path refuses ids that are none, naming which",
  async ({ method, path, good: body }) => {
    const ids = [freeplaySession, "c-1", "t-1", datasetId, "r-1"].filter((id) => path.includes(`/${id}`));
    const within = ids.map((id) => `/api/v2/projects/${project}${path.replace(`/${id}`, "/not%20an%20id")}`);
    for (const wrong of [`/api/v2/projects/not%20an%20id${path}`, ...within]) {
      const refused = await askJson(method, wrong, { key, body });
      expect(refusal(refused), wrong).toEqual({ status: 400, ...said(refused.headers) });
      expect(refused.json["issues"]).toEqual([{ path: expect.stringMatching(/^\w+$/), message: expect.any(String) }]);
    }
  },
);

describe("the old feedback route, whose project is the key's", () => {
  const path = "/api/v1/completion_feedback/c-1";
  test.each([
    ...badFeedback.map(({ body, path: field }) => ({ name: JSON.stringify(body), status: 400, body, field, used: () => key })),
    { name: "no key", status: 401, body: { stars: 5 }, field: null, used: () => null },
    { name: "a wrong key", status: 401, body: { stars: 5 }, field: null, used: () => "fp_wrong" },
  ])("refuses $name with $status", async ({ status, body, field, used }) => {
    const refused = await askJson("PUT", path, { key: used(), body });
    expect(refusal(refused)).toEqual({ status, ...said(refused.headers) });
    if (field !== null) expect(refused.json["issues"]).toContainEqual({ path: field, message: expect.any(String) });
  });

  test("with a key of all projects takes an id that exactly one of them holds", async () => {
    const id = `c-${crypto.randomUUID()}`;
    const send = async (used?: string) =>
      await askJson("PUT", `/api/v1/completion_feedback/${id}`, { ...(used === undefined ? {} : { key: used }), body: { stars: 5 } });
    expect(await send()).toMatchObject({ status: 404, json: { message: expect.stringMatching(/key/) } });
    const record = async (to: string) =>
      await askJson("POST", `/api/v2/projects/${to}/sessions/s/completions`, { body: { completion_id: id, messages } });
    await record(project);
    expect(await send()).toMatchObject({ status: 201, json: { message: expect.any(String) } });
    await record(newProject());
    expect(await send()).toMatchObject({ status: 409, json: { message: expect.any(String) } });
    expect(await send(key)).toMatchObject({ status: 201 });
  });
});

test("what is not there is 404, with a message that says what", async () => {
  const cases = [
    ["GET", `/api/v2/projects/${project}/test-runs/id/none`, /test run/i],
    ["GET", `/api/v2/projects/${project}/datasets/id/none/test-cases`, /dataset/i],
    ["DELETE", `/api/v2/projects/${project}/sessions/none`, /session/i],
    ["GET", `/v1/traces/none?project_id=${project}`, /trace/i],
    ["GET", `/v1/sessions/none?project_id=${project}`, /session/i],
  ] as const;
  for (const [method, path, message] of cases) {
    const refused = await askJson(method, path, { key });
    expect(refusal(refused), path).toEqual({ status: 404, ...said(refused.headers) });
    expect(refused.json["message"]).toMatch(message);
  }
  const run = await askJson("POST", `/api/v2/projects/${project}/test-runs`, { key, body: { dataset_name: "no such set" } });
  expect(run).toMatchObject({ status: 404, json: { message: expect.stringMatching(/dataset/i) } });
});

test("a page of more rows than a page may have is 400, naming page_size", async () => {
  for (const [method, path] of [
    ["GET", "/sessions?page_size=101"],
    ["GET", "/sessions?page=0"],
    ["POST", "/search/completions?page_size=101"],
  ] as const) {
    const refused = await askJson(method, `/api/v2${inProject(path)}`, { key, ...(method === "POST" ? { body: {} } : {}) });
    expect(refused, path).toMatchObject({ status: 400, json: { issues: [{ path: /\?(\w+)/.exec(path)?.[1] }] } });
  }
});

test("nothing is stored of what was refused", async () => {
  for (const path of ["/v1/recordings/c-1", "/v1/recordings/c-1/status"]) {
    const { status, json: read } = await askJson("GET", `${path}?project_id=${project}`, { key });
    expect(status).toBe(200);
    if (path === "/v1/recordings/c-1") expect(read).toMatchObject({ messages, feedback: null });
  }
  expect((await askJson("GET", `/v1/traces/t-1?project_id=${project}`, { key })).status).toBe(404);
});

/** A path within the project, with the id of the dataset that it has. */
function inProject(path: string): string {
  return `/projects/${project}${path.replace(`/${datasetId}`, `/${madeDatasetId}`)}`;
}

/** What an answer says, as errors do: with its id in the header too. */
function refusal({ status, json: body }: { status: number; json: Answer }): Answer {
  const { message, code, request_id } = body;
  return { status, message, code, request_id };
}

function said(headers: Headers): Answer {
  return { message: expect.stringMatching(/\w/), code: expect.stringMatching(/^[a-z_]+$/), request_id: headers.get("X-Request-Id") };
}
