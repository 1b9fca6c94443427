import { env } from "cloudflare:workers";
import { createApp } from "../../src/app";
import { buildDeps, type Deps, type Env } from "../../src/env";
import { adminKey, type Answer, type Ask, holdAnswer, origin } from "./collector";

/** The collector with dependencies, or variables, of a test's own. What runs on after a reply is kept in `later`, not run to its end. */
export function collectorWith(
  own: Partial<Deps>,
  variables: Partial<Env> = {},
): {
  deps: Deps;
  later: Promise<void>[];
  ask: (method: string, path: string, options?: Ask) => Promise<{ status: number; headers: Headers; json: Answer }>;
} {
  const later: Promise<void>[] = [];
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as unknown as ExecutionContext;
  const deps: Deps = { ...buildDeps({ ...env, ...variables }, context), later: (work) => void later.push(work), ...own };
  const app = createApp(() => deps);
  return {
    deps,
    later,
    ask: async (method, path, { key = adminKey, headers = {}, body } = {}) => {
      const sent = { ...(key === null ? {} : { Authorization: `Bearer ${key}` }), "Content-Type": "application/json", ...headers };
      const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
      const answered = await app.request(`${origin}${path}`, { method, headers: sent, ...content }, { ...env, ...variables }, context);
      const response = await holdAnswer(method, path, answered);
      const text = await response.text();
      return { status: response.status, headers: response.headers, json: text === "" ? {} : (JSON.parse(text) as Answer) };
    },
  };
}

/** The tests' database as another binding, whose transactions may be kept from it: caches and buffers know it as one of its own. */
export function databaseApart(): D1Database & { fault: ((commit: () => Promise<unknown>) => Promise<unknown>) | null } {
  const apart = {
    fault: null as ((commit: () => Promise<unknown>) => Promise<unknown>) | null,
    prepare: (sql: string) => env.DB.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const commit = async () => await env.DB.batch(statements);
      return await (apart.fault === null ? commit() : apart.fault(commit));
    },
  };
  return apart as unknown as D1Database & { fault: typeof apart.fault };
}
