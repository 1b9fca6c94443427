import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Freeplay, { FilesystemTemplateResolver, FreeplayClientError, getCallInfo, getSessionInfo, getTestRunInfo } from "freeplay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "./running-collector";
import { type Answer, failureOf, openProject, type SdkProject } from "./sdk-project";

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

const examples = [
  {
    inputs: { question: "Why is the sky blue?", tags: ["a", "b"], nested: { deep: 0.5 } },
    output: "Rayleigh scattering.",
    history: [{ role: "user", content: "Hi" }],
    metadata: { level: "easy" },
  },
  { inputs: { question: "And sunsets?" }, output: null, history: null, metadata: null },
];

describe("testRuns", () => {
  test("create gives the dataset's cases, with their outputs for who asks for them", async () => {
    const sdk = await openProject(collector);
    await makeDataset(sdk, "golden set");
    const wanted = { projectId: sdk.projectId, testList: "golden set", name: "nightly", description: "d", flavorName: "openai_chat" };
    const run = await sdk.client.testRuns.create({ ...wanted, includeOutputs: true });
    expect(run.testRunId).toMatch(/^[\w-]+$/);
    expect(run.testCases).toEqual(
      examples.map(({ inputs, output, history, metadata }) => ({
        id: expect.any(String),
        variables: inputs,
        output,
        history,
        customMetadata: metadata,
      })),
    );
    expect(() => run.tracesTestCases).toThrow(/testCases/);
    const blind = await sdk.client.testRuns.create(wanted);
    expect(blind.testCases.map(({ output }) => output)).toEqual([null, null]);
    expect(blind.testCases.map(({ id }) => id)).toEqual(run.testCases.map(({ id }) => id));
    expect(blind.testRunId).not.toBe(run.testRunId);
  });

  test("create gives the cases of whole traces as such", async () => {
    const sdk = await openProject(collector);
    const traceExamples = [
      { input: "Plan a trip.", output: "By train.", metadata: { level: "hard" } },
      { input: "Plan another.", output: null, metadata: null },
    ];
    await makeDataset(sdk, "agents", traceExamples);
    const run = await sdk.client.testRuns.create({ projectId: sdk.projectId, testList: "agents", includeOutputs: true });
    expect(run.tracesTestCases).toEqual(
      traceExamples.map(({ input, output, metadata }) => ({ id: expect.any(String), input, output, customMetadata: metadata })),
    );
    expect(() => run.testCases).toThrow(/tracesTestCases/);
    for (const { id, input } of run.tracesTestCases) {
      const trace = sdk.client.sessions.create().createTrace(input);
      await trace.recordOutput(sdk.projectId, "By car.", { good: false }, getTestRunInfo(run, id));
    }
    const { summaryStatistics } = await sdk.client.testRuns.get({ projectId: sdk.projectId, testRunId: run.testRunId });
    expect((summaryStatistics as Answer)["client_evaluation"]).toMatchObject({ good: { count: 2, true_ratio: 0 } });
    expect(await sdk.get(`test-runs/id/${run.testRunId}`)).toMatchObject({ status: "complete", sessions_count: 2 });
  });

  test("get sums up what its recordings and traces were found to be worth", async () => {
    const sdk = await openProject(collector);
    await makeDataset(sdk, "golden set");
    const wanted = { projectId: sdk.projectId, testList: "golden set", name: "nightly", description: "every night" };
    const run = await sdk.client.testRuns.create(wanted);
    const get = async () => await sdk.client.testRuns.get({ projectId: sdk.projectId, testRunId: run.testRunId });
    const empty = { auto_evaluation: {}, human_evaluation: {}, client_evaluation: {} };
    expect(await get()).toEqual({ testRunId: run.testRunId, name: "nightly", description: "every night", summaryStatistics: empty });

    const completionIds: string[] = [];
    for (const [index, testCase] of run.testCases.entries()) {
      const session = sdk.client.sessions.create();
      const call = { inputs: testCase.variables, sessionInfo: getSessionInfo(session), testRunInfo: getTestRunInfo(run, testCase.id) };
      const { completionId } = await sdk.client.recordings.create(sdk.call({ ...call, evalResults: { f1: index, exact: index === 0 } }));
      completionIds.push(completionId);
      expect((await sdk.recording(completionId))["test_run_info"]).toEqual({
        test_run_id: run.testRunId,
        test_case_id: testCase.id,
      });
    }
    await sdk.client.recordings.update({
      projectId: sdk.projectId,
      completionId: completionIds[0] ?? "",
      newMessages: [],
      evalResults: { f1: 0.5 },
    });
    const { client_evaluation: evaluation } = (await get()).summaryStatistics as Answer;
    expect(evaluation["f1"]).toMatchObject({ count: 2, mean: 0.75, min: 0.5, max: 1 });
    expect(evaluation["exact"]).toMatchObject({ count: 2, true: 1, false: 1, true_ratio: 0.5 });

    const read = await sdk.get(`test-runs/id/${run.testRunId}`);
    expect(read).toMatchObject({
      id: run.testRunId,
      test_run_id: run.testRunId,
      status: "complete",
      sessions_count: 2,
      model_name: "gpt-4o-mini",
    });
    expect(Date.parse(read["created_at"])).toBeGreaterThan(Date.now() - 600_000);
    const found = await sdk.post("search/completions", { filters: { field: "test_run_id", op: "eq", value: run.testRunId } });
    expect(new Set(found["data"].map((row: Answer) => row["completion_id"]))).toEqual(new Set(completionIds));
    expect(await sdk.get(`sessions?test_run_id=${run.testRunId}`)).toHaveLength(2);
    expect(await sdk.get(`sessions?test_run_id=${randomUUID()}`)).toHaveLength(0);
  });

  test("get knows a run that recordings and traces alone name", async () => {
    const sdk = await openProject(collector);
    const testRunInfo = { testRunId: randomUUID(), testCaseId: randomUUID() };
    await sdk.client.recordings.create(sdk.call({ testRunInfo, evalResults: { f1: 1 } }));
    await sdk.client.sessions.create().createTrace("in").recordOutput(sdk.projectId, "out", { f1: 0, good: true }, testRunInfo);
    const { testRunId, summaryStatistics } = await sdk.client.testRuns.get({ projectId: sdk.projectId, testRunId: testRunInfo.testRunId });
    expect(testRunId).toBe(testRunInfo.testRunId);
    expect((summaryStatistics as Answer)["client_evaluation"]).toMatchObject({
      f1: { count: 2, mean: 0.5 },
      good: { count: 1, true_ratio: 1 },
    });
  });

  test("what is not there is a FreeplayClientError that names it", async () => {
    const sdk = await openProject(collector);
    const created = await failureOf(sdk.client.testRuns.create({ projectId: sdk.projectId, testList: "no such set" }));
    expect(created).toBeInstanceOf(FreeplayClientError);
    expect(created.message).toMatch(/^Unable to create test run\. Received status 404\. .*dataset/);
    const got = await failureOf(sdk.client.testRuns.get({ projectId: sdk.projectId, testRunId: randomUUID() }));
    expect(got).toBeInstanceOf(FreeplayClientError);
    expect(got.message).toMatch(/^Unable to get test run\. Received status 404\. .*test run/);
  });
});

describe("prompts", () => {
  test("are not kept here, and the error names the way to have them", async () => {
    const { client, projectId } = await openProject(collector);
    const version = { projectId, promptTemplateId: randomUUID(), promptTemplateVersionId: randomUUID() };
    const named = { projectId, templateName: "ask me", environment: "prod" };
    const calls = [
      client.prompts.get(named),
      client.prompts.getFormatted({ ...named, variables: {} }),
      client.prompts.getByVersionId(version),
      client.prompts.getFormattedByVersionId({ ...version, variables: {} }),
    ];
    for (const error of await Promise.all(calls.map(failureOf))) {
      expect(error).toBeInstanceOf(FreeplayClientError);
      expect(error.message).toMatch(/Received status 404\. .*FilesystemTemplateResolver/);
    }
  });

  test("from the file system work with this collector, and a recording keeps whose it is", async () => {
    const sdk = await openProject(collector);
    const folder = await mkdtemp(join(tmpdir(), "aircheck-prompts-"));
    const prompts = join(folder, "freeplay", "prompts", sdk.projectId, "prod");
    await mkdir(prompts, { recursive: true });
    const template = { prompt_template_id: randomUUID(), prompt_template_version_id: randomUUID(), prompt_template_name: "ask" };
    const content = [
      { role: "system", content: "Answer briefly." },
      { role: "user", content: "{{question}}" },
    ];
    const metadata = { model: "gpt-4o-mini", provider: "openai", flavor: "openai_chat", params: { temperature: 0.2 } };
    await writeFile(join(prompts, "ask.json"), JSON.stringify({ format_version: 2, ...template, content, metadata }));
    const client = new Freeplay({
      freeplayApiKey: sdk.key,
      baseUrl: `${collector.origin}/api`,
      templateResolver: new FilesystemTemplateResolver(folder),
    });
    const inputs = { question: "Why is the sky blue?" };
    const prompt = await client.prompts.getFormatted({
      projectId: sdk.projectId,
      templateName: "ask",
      environment: "prod",
      variables: inputs,
    });
    const { completionId } = await client.recordings.create({
      allMessages: prompt.allMessages({ role: "assistant", content: "Rayleigh." }),
      inputs,
      sessionInfo: getSessionInfo(client.sessions.create()),
      promptInfo: prompt.promptInfo,
      callInfo: getCallInfo(
        prompt.promptInfo,
        new Date(1_767_323_045_678),
        new Date(1_767_323_047_250),
        { promptTokens: 25, completionTokens: 4 },
        "default",
      ),
      responseInfo: { isComplete: true },
    });
    await rm(folder, { recursive: true });
    expect(await sdk.recording(completionId)).toMatchObject({
      messages: [content[0], { role: "user", content: "Why is the sky blue?" }, { role: "assistant", content: "Rayleigh." }],
      inputs,
      prompt_info: { prompt_template_version_id: template.prompt_template_version_id, environment: "prod" },
      call_info: { provider: "openai", model: "gpt-4o-mini", model_parameters: { temperature: 0.2 }, api_style: "default" },
      latency_ms: 1572,
      cost_source: "priced",
    });
  });
});

/** A dataset as a script makes one; its cases. */
async function makeDataset(sdk: SdkProject, name: string, cases: object[] = examples): Promise<Answer> {
  const { dataset_id: id } = await sdk.post("datasets", { name });
  await sdk.post(`datasets/id/${id}/test-cases`, { examples: cases });
  return await sdk.get(`datasets/id/${id}/test-cases`);
}
