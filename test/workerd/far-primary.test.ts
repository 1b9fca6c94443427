import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../../src/app";
import { buildDeps } from "../../src/env";
import { adminKey, type Answer, makeKey, newProject, origin } from "./collector";

/** What each call of D1 takes more: a primary on another continent. */
const farMs = 150;

/**
 * A collector whose D1 is far away, and how many of its calls were waited for one after another until the answer stood: a call's
 * place is behind all that were done when it began.
 */
function openFar() {
  let done = 0;
  const db = new Proxy(env.DB, {
    get: (real, name) => {
      if (name !== "batch") return (Reflect.get(real, name) as () => unknown).bind(real);
      return async (statements: D1PreparedStatement[]) => {
        const place = done + 1;
        await new Promise((resolve) => setTimeout(resolve, farMs));
        const results = await real.batch(statements);
        done = Math.max(done, place);
        return results;
      };
    },
  });
  const behind: Promise<void>[] = [];
  let aheadMs = 0;
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as unknown as ExecutionContext;
  const deps = {
    ...buildDeps(env, context),
    db,
    now: () => Date.now() + aheadMs,
    later: (work: Promise<void>) => void behind.push(work),
  };
  const app = createApp(() => deps);
  return {
    wait: (seconds: number) => void (aheadMs += seconds * 1000),
    /** Posts, and tells the status and how many calls the answer waited for. */
    post: async (path: string, body: unknown, key = adminKey): Promise<{ status: number; calls: number }> => {
      done = 0;
      const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
      const { status } = await app.request(`${origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) }, env, context);
      const calls = done;
      await Promise.all(behind.splice(0));
      return { status, calls };
    },
  };
}

let recordings = 0;
function recordingOf(project: string, more: Answer = {}): Answer {
  recordings += 1;
  return {
    project_id: project,
    id: `r-${recordings}`,
    all_messages: [
      { role: "user", content: `Why is the sky blue? ${recordings}` },
      { role: "assistant", content: "Rayleigh scattering." },
    ],
    call_info: { provider: "openai", model: "gpt-4o-mini" },
    ...more,
  };
}

test.each([
  ["with usage", { call_info: { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 9, completion_tokens: 4 } } }],
  ["without usage", {}],
  ["in a session of its own", { session_id: "another" }],
  ["of 500,000 characters, to be counted later", { all_messages: [{ role: "user", content: "sky ".repeat(130_000) }] }],
])("a warm single post %s waits for one call of D1", async (_, more) => {
  const far = openFar();
  const project = newProject();
  expect((await far.post("/v1/recordings", recordingOf(project, { session_id: "known" }))).status).toBe(201);
  expect(await far.post("/v1/recordings", recordingOf(project, { session_id: "known", ...more }))).toEqual({ status: 201, calls: 1 });
});

test("so it is with each way to post, and with keys of the database", async () => {
  const far = openFar();
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  const { id: _, ...nameless } = recordingOf(project);
  const path = `/api/v2/projects/${project}/sessions/s/completions`;
  const completion = { messages: nameless["all_messages"], call_info: nameless["call_info"] };
  for (const [at, body, status] of [
    ["/v1/recordings", () => recordingOf(project), 201],
    ["/v1/recordings", () => Array.from({ length: 100 }, () => recordingOf(project)), 200],
    [path, () => completion, 201],
  ] as const) {
    await far.post(at, body(), key);
    expect(await far.post(at, body(), key), at).toEqual({ status, calls: 1 });
  }
});

test("what an isolate knows of a project for over a minute is read anew behind the answer", async () => {
  const far = openFar();
  const project = newProject();
  await far.post("/v1/recordings", recordingOf(project));
  far.wait(61);
  expect((await far.post("/v1/recordings", recordingOf(project))).calls).toBe(1);
});
