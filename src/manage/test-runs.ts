import { Hono } from "hono";
import * as z from "zod";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import { numberedPage, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { TestRun } from "../model/dataset";
import { evaluationStatistics, type TestRunResults, testRunStatus } from "../model/evaluation-statistics";
import { readId } from "../model/id";
import type { JsonObject } from "../model/json";
import { testCaseAnswer } from "../model/test-case";
import { toIso } from "../model/time";
import { sumUpTestRun } from "../store/test-run-results";
import { findTestRun, insertTestRun, listTestRuns } from "../store/test-runs";
import { readTestRunRequest } from "./dataset-request";

/** Test runs over datasets: ordered here, run by the SDKs, summed up here. Mounted with and without `/api`. */
export const testRuns = new Hono<Http>();

/** The query string of the list of test runs. */
export const TestRunsQuery = z.strictObject(numberedPage(limits.numberedRowsMax, limits.numberedRowsDefault));
const jsonHeaders = { "Content-Type": "application/json" };

testRuns.post("/v2/projects/:project/test-runs", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const request = readTestRunRequest(await readCommand(c));
  const { dataset_name: datasetName, test_run_name: name = null, test_run_description: description = null } = request;
  const run = { id: deps.newId(), name, description, flavorName: request.flavor_name ?? null, createdUs: deps.now() * 1000 };
  const made = await insertTestRun(deps.db, projectId, datasetName, run);
  if (made === null) {
    const how = `Make it: POST /v2/projects/${projectId}/datasets {"name"}, then POST …/datasets/id/{id}/test-cases {"examples"}.`;
    throw new CollectorError("not_found", `There is no dataset of the name ${JSON.stringify(datasetName)} in this project. ${how}`);
  }
  const kind = made.kind ?? "completion";
  // Each is printed by itself: as values, all of them would take many times their bytes.
  const cases = `[${made.cases.map((testCase) => JSON.stringify(testCaseAnswer(testCase, kind, request.include_outputs))).join(",")}]`;
  const head = JSON.stringify({ test_run_id: run.id, id: run.id, test_run_name: name, test_run_description: description });
  const lists = kind === "trace" ? `"test_cases":null,"trace_test_cases":${cases}` : `"test_cases":${cases},"trace_test_cases":null`;
  return c.body(`${head.slice(0, -1)},${lists}}`, 201, jsonHeaders);
});

testRuns.get("/v2/projects/:project/test-runs", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "read", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const { page, page_size: pageSize } = readQuery(c, TestRunsQuery);
  const { rows, hasNext } = await listTestRuns(deps.db, projectId, { page, pageSize });
  return c.json({ data: rows.map(headAnswer), pagination: { page, page_size: pageSize, has_next: hasNext } });
});

testRuns.get("/v2/projects/:project/test-runs/id/:run", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "read", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const id = readId(c.req.param("run"), "run");
  const [run, results] = await Promise.all([findTestRun(deps.db, projectId, id), sumUpTestRun(deps.db, projectId, id)]);
  if (results === null) throw new CollectorError("not_found", "There is no such test run in this project.");
  return c.json(runAnswer(run ?? unordered(id, results), results));
});

/** A run that recordings alone name: it began with the first of them. */
function unordered(
  id: string,
  { firstUs }: TestRunResults,
): Omit<TestRun, "createdUs" | "datasetId"> & { createdUs: number | null; datasetId: null } {
  return { id, datasetId: null, name: null, description: null, flavorName: null, createdUs: firstUs };
}

function headAnswer(run: TestRun | ReturnType<typeof unordered>): JsonObject {
  const { id, datasetId, name, description, flavorName, createdUs } = run;
  return { id, test_run_id: id, name, description, flavor_name: flavorName, dataset_id: datasetId, created_at: toIso(createdUs) };
}

function runAnswer(run: TestRun | ReturnType<typeof unordered>, results: TestRunResults): JsonObject {
  return {
    ...headAnswer(run),
    status: testRunStatus(results),
    prompt_name: results.promptName,
    prompt_version: results.promptVersion,
    model_name: results.model,
    sessions_count: results.sessions,
    test_cases: results.cases === null ? null : { count: results.cases.all, done: results.cases.done },
    summed_up: { recordings: results.recordings, traces: results.traces, is_complete: results.isComplete },
    summary_statistics: {
      auto_evaluation: {},
      human_evaluation: {},
      client_evaluation: evaluationStatistics(results.evaluations),
    },
  };
}
