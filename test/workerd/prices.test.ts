import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { createApp } from "../../src/app";
import { buildDeps } from "../../src/env";
import { adminKey, type Answer, askJson, newProject } from "./collector";
import { own, pricedCall, putPrices } from "./priced-call";

afterEach(() => vi.restoreAllMocks());

test("a project's own price wins over the table, says its version, and is another project's not", async () => {
  const project = newProject();
  expect((await askJson("GET", `/v1/projects/${project}/prices`)).json).toMatchObject({ version: 0, overrides: [] });
  expect((await askJson("POST", "/v1/recordings", { body: pricedCall(project, "before") })).json).toMatchObject({
    cost_usd: 12.5,
    cost_source: "priced",
  });
  expect(await putPrices(project, [own])).toMatchObject({ project_id: project, version: 1, overrides: [own] });
  expect((await askJson("GET", `/v1/projects/${project}/prices`)).json).toMatchObject({ version: 1, overrides: [own] });
  expect((await askJson("POST", "/v1/recordings", { body: pricedCall(project, "after") })).json).toMatchObject({
    cost_usd: 3,
    cost_source: "overridden",
    price_version: "project 1",
  });
  expect((await askJson("POST", "/v1/recordings", { body: pricedCall(newProject(), "other") })).json).toMatchObject({ cost_usd: 12.5 });
  expect(await putPrices(project, [])).toMatchObject({ version: 2, overrides: [] });
  expect((await askJson("POST", "/v1/recordings", { body: pricedCall(project, "again") })).json).toMatchObject({
    cost_usd: 12.5,
    cost_source: "priced",
  });
});

test("prices that are not valid are refused by name, and change nothing", async () => {
  const project = newProject();
  await putPrices(project, [own]);
  for (const overrides of [
    [{ model: "gpt-4o" }],
    [{ ...own, usd_per_million: { input: -1, output: 0 } }],
    [{ ...own, per_token: 5 }],
    "none",
  ]) {
    const { status, json } = await askJson("PUT", `/v1/projects/${project}/prices`, { body: { overrides } });
    expect(status).toBe(400);
    expect(json["issues"].length).toBeGreaterThan(0);
  }
  expect((await askJson("GET", `/v1/projects/${project}/prices`)).json).toMatchObject({ version: 1 });
});

test("prices put in another isolate count here within a minute, and no request waits for them", async () => {
  const project = newProject();
  let nowMs = Date.now();
  const app = createApp((bindings, context) => ({ ...buildDeps(bindings, context), now: () => nowMs }));
  const post = async (id: string) => (await postThrough(app, pricedCall(project, id)))["cost_source"];
  expect(await post("before")).toBe("priced");
  await putPricesElsewhere(project);
  expect(await post("still")).toBe("priced");
  nowMs += 60_001;
  // Answered from memory once more, and read anew behind the reply.
  expect(await post("once-more")).toBe("priced");
  expect(await post("after")).toBe("overridden");
});

test("settings that cannot be read leave the cost open, and the recording kept", async () => {
  const project = newProject();
  vi.spyOn(env.DB, "batch").mockRejectedValueOnce(new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long."));
  expect(await askJson("POST", "/v1/recordings", { body: pricedCall(project, "kept") })).toMatchObject({
    status: 201,
    json: { cost_usd: null, cost_source: "unpriced", usage: { prompt_source: "reported" } },
  });
});

test("the same prices again are no new version, old versions are forgotten, and 500 with all their parts fit", async () => {
  const project = newProject();
  for (let again = 0; again < 3; again += 1) expect(await putPrices(project, [own])).toMatchObject({ version: 1 });
  for (let input = 0; input < 101; input += 1) await putPrices(project, [{ model: "*", usd_per_million: { input, output: 1 } }]);
  const kept = await env.DB.prepare("SELECT count(*) AS n, max(version) AS newest FROM project_prices WHERE project_id = ?1")
    .bind(project)
    .first();
  expect(kept).toEqual({ n: 100, newest: 102 });
  const price = {
    input: 2.5,
    output: 10,
    cache_read: 1.25,
    cache_write: 2.5,
    cache_write_1h: 5,
    input_audio: 40,
    output_audio: 80,
    reasoning: 10,
  };
  const many = Array.from({ length: 500 }, (_, index) => ({
    provider: "openai",
    model: `gpt-4o-mini-2024-${index}`,
    usd_per_million: price,
    usd_per_call: 0.01,
  }));
  expect(await putPrices(project, many)).toMatchObject({ version: 103, overrides: many });
});

test("prices that an idle isolate remembers are not believed", async () => {
  const project = newProject();
  let nowMs = Date.now();
  const app = createApp((bindings, context) => ({ ...buildDeps(bindings, context), now: () => nowMs }));
  await postThrough(app, pricedCall(project, "before"));
  await putPricesElsewhere(project);
  nowMs += 24 * 3_600_000;
  expect(await postThrough(app, pricedCall(project, "after"))).toMatchObject({ cost_source: "overridden" });
});

/** As another isolate puts them: without a word to this one. */
async function putPricesElsewhere(project: string): Promise<void> {
  const overrides = [
    { provider: null, model: "gpt-4o", match: "exact", fromUs: null, untilUs: null, usdPerMillion: { input: 1, output: 2 } },
  ];
  const statement = env.DB.prepare("INSERT INTO project_prices (project_id, version, overrides, created_us) VALUES (?1, 1, ?2, 0)");
  await statement.bind(project, JSON.stringify(overrides)).run();
}

/** Posts, and waits for what runs behind the reply. */
async function postThrough(app: ReturnType<typeof createApp>, body: object): Promise<Answer> {
  const context = createExecutionContext();
  const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };
  const response = await app.request("/v1/recordings", { method: "POST", headers, body: JSON.stringify(body) }, env, context);
  await waitOnExecutionContext(context);
  return await response.json<Answer>();
}
