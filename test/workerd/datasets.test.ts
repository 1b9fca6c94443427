import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, ask, askJson, makeKey, newProject } from "./collector";

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

async function makeDataset(project: string, name = "golden", family = "datasets"): Promise<string> {
  const { status, json } = await askJson("POST", `/api/v2/projects/${project}/${family}`, { body: { name } });
  expect(status).toBe(201);
  return json["id"] as string;
}

const casesPath = (project: string, id: string) => `/api/v2/projects/${project}/datasets/id/${id}/test-cases`;

const whole = {
  inputs: { question: "Why?", depth: 2 },
  history: [{ role: "user", content: "Hi" }],
  output: "Because.",
  output_message: { role: "assistant", content: "Because." },
  metadata: { topic: "sky" },
  media_inputs: { photo: { type: "url", url: "https://example.com/a.png" } },
};

test("a dataset is made once by its name, and found by it", async () => {
  const project = newProject();
  const path = `/v2/projects/${project}/datasets`;
  const made = await askJson("POST", path, { body: { name: "golden", description: "the best" } });
  expect(made).toMatchObject({
    status: 201,
    json: { id: uuid, dataset_id: made.json["id"], name: "golden", description: "the best", kind: null, test_cases_count: 0 },
  });
  const again = await askJson("POST", `/api${path}`, { body: { name: "golden", description: "another" } });
  expect(again).toMatchObject({ status: 200, json: made.json });
  const other = await makeDataset(project, "silver");
  expect((await askJson("GET", `${path}/id/${other}`)).json).toMatchObject({ id: other, name: "silver" });
  const ids = async (query: string) => (await askJson("GET", `${path}${query}`)).json["data"].map(({ id }: Answer) => id);
  expect(await ids("")).toEqual([made.json["id"], other]);
  expect(await ids("?name=silver")).toEqual([other]);
  expect(await ids("?name=bronze")).toEqual([]);
  const first = await askJson("GET", `${path}?page=1&page_size=1`);
  expect(first.json).toMatchObject({ data: [made.json], pagination: { page: 1, page_size: 1, has_next: true } });
  expect((await askJson("GET", `${path}?page=2&page_size=1`)).json["pagination"]["has_next"]).toBe(false);
  // Other tests have made more projects than a page holds.
  const listed = await askJson("GET", `/v1/projects?limit=1&cursor=${project.slice(0, -1)}`);
  expect(listed.json["projects"]).toMatchObject([{ id: project }]);
});

test("test cases come back in the order in which they were added, under every SDK's names", async () => {
  const project = newProject();
  const path = casesPath(project, await makeDataset(project));
  const posted = await askJson("POST", path, { body: { examples: [whole, { id: "mine", inputs: {} }] } });
  expect(posted).toMatchObject({ status: 201, json: { test_case_ids: [uuid, "mine"] } });
  const later = await askJson("POST", path, { body: { examples: [{ testCaseId: "later", variables: { q: 1 }, customMetadata: null }] } });
  expect(later.status).toBe(201);
  const read = await askJson("GET", path);
  const [id] = posted.json["test_case_ids"] as string[];
  expect(read.status).toBe(200);
  expect(read.json).toEqual([
    {
      id,
      test_case_id: id,
      inputs: whole.inputs,
      values: whole.inputs,
      variables: whole.inputs,
      history: whole.history,
      output: "Because.",
      output_message: whole.output_message,
      metadata: whole.metadata,
      custom_metadata: whole.metadata,
      media_inputs: whole.media_inputs,
      media_variables: whole.media_inputs,
    },
    expect.objectContaining({ id: "mine", values: {}, output: null, history: null, metadata: null }),
    expect.objectContaining({ id: "later", variables: { q: 1 }, metadata: null }),
  ]);
  expect((await askJson("GET", `${path}?page=2&page_size=2`)).json).toEqual([read.json[2]]);
});

test("a test case whose id is there stays as it is, and counts once", async () => {
  const project = newProject();
  const id = await makeDataset(project);
  const path = casesPath(project, id);
  for (const output of ["first", "second"]) {
    expect((await ask("POST", path, { body: { examples: [{ id: "one", output }] } })).status).toBe(201);
  }
  expect((await askJson("GET", path)).json).toMatchObject([{ id: "one", output: "first" }]);
  expect((await askJson("GET", `/v2/projects/${project}/datasets/id/${id}`)).json).toMatchObject({
    kind: "completion",
    test_cases_count: 1,
  });
});

test.for([
  [{ inputs: "text" }, "examples.1.inputs"],
  [{ history: [1] }, "examples.1.history"],
  [{ output: 4 }, "examples.1.output"],
  [{ output_message: [] }, "examples.1.output_message"],
  [{ metadata: "x" }, "examples.1.metadata"],
  [{ media_inputs: 1 }, "examples.1.media_inputs"],
  [{ id: "no spaces" }, "examples.1.id"],
  [{ values: {}, inputs: {} }, "examples.1.inputs"],
  [{ input: "of a trace" }, "examples.1.input"],
  ["text", "examples.1"],
] as [unknown, string][])("one bad test case refuses all: %j", async ([bad, path]) => {
  const project = newProject();
  const cases = casesPath(project, await makeDataset(project));
  const refused = await askJson("POST", cases, { body: { examples: [whole, bad, whole] } });
  expect(refused).toMatchObject({ status: 400, json: { message: expect.stringContaining(path), issues: [{ path }] } });
  expect((await askJson("GET", cases)).json).toEqual([]);
});

test.for([
  [{}, "examples"],
  [{ examples: [] }, "examples"],
  [{ data: 1 }, "data"],
  [{ examples: [{}], data: [{}] }, "examples"],
] as [object, string][])("a post without a list of test cases is refused: %j", async ([body, path]) => {
  const project = newProject();
  const refused = await askJson("POST", casesPath(project, await makeDataset(project)), { body });
  expect(refused).toMatchObject({ status: 400, json: { issues: [{ path }] } });
});

test("a dataset has test cases of completions or of traces, never both", async () => {
  const project = newProject();
  const path = casesPath(project, await makeDataset(project));
  expect((await ask("POST", path, { body: { examples: [{ input: { q: 1 }, output: [2], metadata: { a: "b" } }] } })).status).toBe(201);
  expect((await askJson("GET", path)).json).toEqual([
    { id: uuid, test_case_id: uuid, input: { q: 1 }, output: [2], metadata: { a: "b" }, custom_metadata: { a: "b" } },
  ]);
  expect(await askJson("POST", path, { body: { examples: [whole] } })).toMatchObject({
    status: 400,
    json: { issues: [{ path: "examples.0.input" }] },
  });
});

test("what is too large is refused, and the limit is named", async () => {
  const project = newProject();
  const path = casesPath(project, await makeDataset(project));
  const sized = (bytes: number) => ({ output: "x".repeat(bytes) });
  const post = async (examples: unknown[]) => await askJson("POST", path, { body: { examples } });
  expect(await post([sized(limits.testCaseBytesMax)])).toMatchObject({
    status: 413,
    json: { message: expect.stringContaining(`${limits.testCaseBytesMax}`) },
  });
  expect(await post(Array.from({ length: limits.testCasesPerPost + 1 }, () => ({})))).toMatchObject({
    status: 413,
    json: { message: expect.stringContaining(`${limits.testCasesPerPost}`) },
  });
  expect((await post(Array.from({ length: 11 }, () => sized(460_000)))).status).toBe(413);
  expect((await post(Array.from({ length: 10 }, () => sized(450_000)))).status).toBe(201);
  const full = await post(Array.from({ length: 10 }, () => sized(450_000)));
  expect(full).toMatchObject({ status: 413, json: { message: expect.stringContaining(`${limits.datasetBytesMax}`) } });
  expect((await askJson("GET", path)).json["length"]).toBe(10);
});

test("the JVM's datasets have a kind, come in pages, and take test cases in bulk", async () => {
  const project = newProject();
  const base = `/api/v2/projects/${project}`;
  const prompts = await makeDataset(project, "prompts", "prompt-datasets");
  const agents = await makeDataset(project, "agents", "agent-datasets");
  expect(await ask("POST", `${base}/agent-datasets`, { body: { name: "prompts" } })).toMatchObject({ status: 409 });
  expect((await askJson("GET", `${base}/prompt-datasets?page=1&page_size=25`)).json["data"]).toMatchObject([{ id: prompts }]);
  expect((await askJson("GET", `${base}/agent-datasets/${agents}`)).json).toMatchObject({ name: "agents", kind: "trace" });
  expect((await ask("GET", `${base}/agent-datasets/${prompts}`)).status).toBe(404);
  const bulk = await askJson("POST", `${base}/prompt-datasets/${prompts}/test-cases/bulk`, { body: { data: [whole] } });
  expect(bulk).toMatchObject({ status: 201, json: { data: [{ id: uuid, inputs: whole.inputs, output: "Because." }] } });
  const traces = await askJson("POST", `${base}/agent-datasets/${agents}/test-cases/bulk`, {
    body: { data: [{ inputs: { query: "hello" }, outputs: { response: "world" }, metadata: null }] },
  });
  expect(traces).toMatchObject({ status: 201, json: { data: [{ input: { query: "hello" }, output: { response: "world" } }] } });
  const page = await askJson("GET", `${base}/agent-datasets/${agents}/test-cases?page=1&page_size=25`);
  expect(page.json).toEqual({ data: traces.json["data"], pagination: { page: 1, page_size: 25, has_next: false } });
});

test("what is not there, or another project's, is 404; what is no name, 400", async () => {
  const project = newProject();
  const id = await makeDataset(project);
  const { key } = await makeKey({ scope: "admin", project_id: newProject() });
  for (const path of [casesPath(project, id), `/v2/projects/${project}/datasets`, `/v2/projects/${project}/datasets/id/${id}`]) {
    expect((await ask("GET", path, { key })).status).toBe(404);
    expect((await ask("GET", path, { key: null })).status).toBe(401);
  }
  const missing = casesPath(project, crypto.randomUUID());
  expect((await ask("GET", missing)).status).toBe(404);
  expect((await ask("POST", missing, { body: { examples: [{}] } })).status).toBe(404);
  for (const body of [{}, { name: "" }, { name: 1 }, { name: "a\0b" }, { name: "x".repeat(limits.nameCharsMax + 1) }]) {
    expect(await askJson("POST", `/v2/projects/${project}/datasets`, { body })).toMatchObject({
      status: 400,
      json: { issues: [{ path: "name" }] },
    });
  }
  expect((await askJson("GET", `/v2/projects/${project}/datasets?page=0`)).json["issues"]).toMatchObject([{ path: "page" }]);
});

test("a project that is deleted takes its datasets and test runs with it", async () => {
  const project = newProject();
  const path = casesPath(project, await makeDataset(project));
  await ask("POST", path, { body: { examples: [whole] } });
  expect((await ask("DELETE", `/v1/projects/${project}`)).status).toBe(204);
  expect((await ask("GET", path)).status).toBe(404);
  expect((await ask("POST", `/v2/projects/${project}/test-runs`, { body: { dataset_name: "golden" } })).status).toBe(404);
});
