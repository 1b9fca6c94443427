import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { buildDeps } from "../../src/env";
import { calibrate } from "../../src/jobs/calibrate";
import { forgetSettings } from "../../src/project-settings";
import { type Answer, askJson, newProject, transactionsDuring } from "./collector";

const words = "sky blue why river stone quiet green walk under seven lamps carry home the old".split(" ");

/** A call of its own length; what is reported of it is made up from what is estimated. */
function call(project: string, index: number, usage: object | null): Answer {
  const content = Array.from({ length: 30 + 11 * index }, (_, place) => words[(place * 7 + index) % words.length]).join(" ");
  return {
    project_id: project,
    id: `c-${index}-${usage === null ? "estimated" : "reported"}`,
    all_messages: [
      { role: "user", content },
      { role: "assistant", content },
    ],
    call_info: { provider: "own-host", model: "some-model", usage },
  };
}

async function post(body: object): Promise<Answer> {
  const { status, json } = await askJson("POST", "/v1/recordings", { body });
  if (status !== 201) throw new Error(`POST answered ${status}`);
  return json;
}

const deps = () => buildDeps(env, createExecutionContext());

test("a project's reported usage corrects its later estimates of the same model, says so, and no other project's", async () => {
  // What other tests reported is looked at before: a minute's sample is of so many calls.
  await calibrate(deps());
  const project = newProject();
  const plain: number[] = [];
  for (let index = 0; index < 10; index += 1) plain.push((await post(call(project, index, null)))["usage"].prompt_tokens);
  for (const [index, tokens] of plain.entries()) {
    await post(call(project, index, { prompt_tokens: Math.round(tokens * 1.5), completion_tokens: Math.round(tokens * 0.5) }));
    // Two minutes' worth: each looks at a few calls of a model.
    if (index === 4) await calibrate(deps());
  }
  await calibrate(deps());
  forgetSettings(project, deps());
  const estimated = await post(call(project, 20, null));
  const other = await post(call(newProject(), 20, null));
  expect(estimated["usage"].prompt_tokens / other["usage"].prompt_tokens).toBeCloseTo(1.5, 1);
  expect(estimated["usage"]).toMatchObject({
    prompt_source: "estimated",
    prompt_estimate: {
      plain_tokens: other["usage"].prompt_estimate.plain_tokens,
      calibration: { ratio: expect.closeTo(1.5, 1), calls: 10 },
    },
    completion_estimate: { calibration: { calls: 10 } },
  });
  expect(other["usage"]).toMatchObject({ prompt_estimate: { calibration: null } });
  expect((await askJson("GET", `/v1/projects/${project}/calibrations`)).json["calibrations"]).toMatchObject([
    { provider: "own-host", model: "some-model", prompt: { calls: 10, ratio: expect.closeTo(1.5, 1) } },
  ]);
});

test("a minute without anything new writes nothing, and a request never writes a calibration", async () => {
  await calibrate(deps());
  const project = newProject();
  await post(call(project, 0, null));
  const during = await transactionsDuring(() => post(call(project, 1, { prompt_tokens: 5, completion_tokens: 5 })));
  expect(during).toHaveLength(1);
  await calibrate(deps());
  const idle = await transactionsDuring(() => calibrate(deps()));
  expect(idle.flat().reduce((sum, { meta }) => sum + meta.rows_written, 0)).toBe(0);
});

test("state is bounded: models that were not called for longest are forgotten", async () => {
  const project = newProject();
  const body = Array.from({ length: 250 }, (_, index) => {
    const { call_info: info, ...rest } = call(project, index % 5, { prompt_tokens: 9, completion_tokens: 9 });
    return { ...rest, id: `m-${index}`, call_info: { ...info, model: `model-${index}` } };
  });
  for (let start = 0; start < body.length; start += 50) {
    await askJson("POST", "/v1/recordings", { body: body.slice(start, start + 50) });
    await calibrate(deps());
  }
  const { json } = await askJson("GET", `/v1/projects/${project}/calibrations`);
  expect(json["calibrations"]).toHaveLength(200);
  expect(json["calibrations"].map(({ model }: Answer) => model)).toContain("model-249");
});

test("a project that is loud at the end of a minute keeps no other from learning", async () => {
  await calibrate(deps());
  const [quiet, loud] = [newProject(), newProject()];
  await post(call(quiet, 1, { prompt_tokens: 90, completion_tokens: 80 }));
  const body = Array.from({ length: 500 }, (_, index) => ({
    ...call(loud, index % 9, { prompt_tokens: 9, completion_tokens: 9 }),
    id: `l-${index}`,
  }));
  await askJson("POST", "/v1/recordings", { body });
  await calibrate(deps());
  expect((await askJson("GET", `/v1/projects/${quiet}/calibrations`)).json["calibrations"]).toHaveLength(1);
});

test("what was observed by another method is not shown as used", async () => {
  const project = newProject();
  const observations = {
    method: "chat-of-before/other",
    prompt: Array.from({ length: 10 }, (_, at) => [at + 10, 2 * at + 20]),
    completion: [],
  };
  const statement = env.DB.prepare(
    "INSERT INTO calibrations (project_id, provider, model, observations, updated_us) VALUES (?1, 'own-host', 'some-model', ?2, 1)",
  );
  await statement.bind(project, JSON.stringify(observations)).run();
  expect((await post(call(project, 0, null)))["usage"]).toMatchObject({ prompt_estimate: { calibration: null } });
  expect((await askJson("GET", `/v1/projects/${project}/calibrations`)).json["calibrations"]).toMatchObject([
    { prompt: { calls: 0, ratio: null } },
  ]);
});

test("two crons at once learn from a call once", async () => {
  const project = newProject();
  await post(call(project, 3, { prompt_tokens: 90, completion_tokens: 80 }));
  await Promise.all([calibrate(deps()), calibrate(deps())]);
  const { json } = await askJson("GET", `/v1/projects/${project}/calibrations`);
  expect(json["calibrations"]).toMatchObject([{ prompt: { calls: 1, ratio: null } }]);
});
