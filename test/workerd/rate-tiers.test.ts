import { expect, test } from "vitest";
import { askJson, makeKey, newProject } from "./collector";
import { collectorWith } from "./collector-with";

test("a key of a tier sends so many posts in ten seconds, and is told when to come again before its body is read", async () => {
  const project = newProject();
  const { id, key } = await makeKey({ scope: "ingest", project_id: project, rate_tier: "small" });
  const answers = await Promise.all(
    Array.from(
      { length: 110 },
      async () => await askJson("POST", "/v1/recordings", { key, body: "no JSON", headers: { "Content-Type": "application/json" } }),
    ),
  );
  const limited = answers.filter(({ status }) => status === 429);
  // Fifty in each window of ten seconds, of which there are two at most.
  expect(answers.length - limited.length).toBeGreaterThanOrEqual(50);
  expect(answers.length - limited.length).toBeLessThanOrEqual(100);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400, 429]));
  expect(limited[0]?.headers.get("Retry-After")).toBe("10");
  expect(limited[0]?.json).toMatchObject({ code: "rate_limited" });
  const { json } = await askJson("GET", "/v1/keys?limit=1000");
  expect((json["keys"] as { id: string }[]).find((one) => one.id === id)).toMatchObject({ rate_tier: "small" });
});

test("a key without a tier, and ADMIN_KEY, never ask the rate limiter; another route of a key with one does not either", async () => {
  const project = newProject();
  const asked: string[] = [];
  const limiter = { limit: async ({ key }: { key: string }) => ({ success: asked.push(key) > 0 }) };
  const { ask } = collectorWith({ rateLimiters: { small: limiter, medium: limiter, large: limiter } });
  const plain = await makeKey({ scope: "ingest", project_id: project });
  const tiered = await makeKey({ scope: "admin", project_id: project, rate_tier: "large" });
  const body = { project_id: project, all_messages: [{}] };
  expect((await ask("POST", "/v1/recordings", { key: plain.key, body })).status).toBe(201);
  expect((await ask("POST", "/v1/recordings", { body })).status).toBe(201);
  expect((await ask("GET", "/v1/recordings", { key: tiered.key })).status).toBe(200);
  expect(asked).toEqual([]);
  expect((await ask("POST", "/v1/recordings", { key: tiered.key, body })).status).toBe(201);
  expect(asked).toEqual([tiered.id]);
});

test.for<[string, RateLimit | undefined]>([
  ["throws", { limit: async () => await Promise.reject(new Error("no")) }],
  ["never answers", { limit: async () => await new Promise(() => undefined) }],
  ["is not bound", undefined],
])("a rate limiter that %s costs no recording", async ([, limiter]) => {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project, rate_tier: "small" });
  const { ask } = collectorWith({ rateLimiters: { small: limiter, medium: limiter, large: limiter } });
  expect((await ask("POST", "/v1/recordings", { key, body: { all_messages: [{}] } })).status).toBe(201);
});

test("a tier that is not known is refused", async () => {
  expect(await askJson("POST", "/v1/keys", { body: { scope: "ingest", rate_tier: "huge" } })).toMatchObject({
    status: 400,
    json: { issues: [{ path: "rate_tier" }] },
  });
});
