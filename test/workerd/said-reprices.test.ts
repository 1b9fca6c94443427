import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { buildDeps } from "../../src/env";
import { runReprice } from "../../src/jobs/reprice";
import { ask, askJson, newProject, readRecording } from "./collector";
import { databaseApart } from "./collector-with";
import { own, pricedCall, putPrices } from "./priced-call";

test("a recording of which something is said while it is priced anew has the new price all the same", async () => {
  const project = newProject();
  await askJson("POST", "/v1/recordings", { body: ["a", "said", "z"].map((id) => pricedCall(project, id)) });
  await putPrices(project, [own]);
  // The order alone: no consumer but this test's works on it.
  await env.DB.prepare(
    `INSERT INTO reprices (id, project_id, from_us, to_us, state, next_seq, end_seq, created_us, updated_us)
     SELECT ?1, ?1, 0, 4000000000000000, 'running', 0, max(seq), ?2, ?2 FROM recordings`,
  )
    .bind(project, Date.now() * 1000)
    .run();
  const db = databaseApart();
  let transactions = 0;
  db.fault = async (commit) => {
    transactions += 1;
    // The order and the page were read, and the costs are not written yet.
    if (transactions === 3) {
      const body = { stars: 5 };
      expect((await ask("POST", `/v2/projects/${project}/completion-feedback/id/said`, { body })).status).toBe(201);
    }
    return await commit();
  };
  await runReprice(project, { ...buildDeps(env, createExecutionContext()), db });
  for (const id of ["a", "said", "z"]) expect(await readRecording(project, id)).toMatchObject({ cost_usd: 3, price_version: "project 1" });
  expect((await askJson("GET", `/v1/projects/${project}/reprice/${project}`)).json).toMatchObject({
    state: "done",
    looked_at: 3,
    changed: 3,
  });
  expect((await readRecording(project, "said"))["feedback"]).toEqual({ stars: 5 });
});
