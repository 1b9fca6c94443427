import { limits } from "../limits";
import { jsonBody, type Operation } from "./operation";

const page = (max: number, preset: string) => ({ page: "Its number, from 1 on", page_size: `Rows on a page, 1–${max}; ${preset}` });
const listPage = page(limits.numberedRowsMax, `${limits.numberedRowsDefault} where none is named`);
const writers = "ingest, admin";
const readers = "ingest, read, admin";
const found = ["400", "404"];
const taken = [...found, "413", "415"];

const testCases: Record<string, Operation> = {
  post: {
    summary: `Add test cases, all or none: up to ${limits.testCasesPerPost} a post. One whose id is there already stays as it is`,
    scopes: writers,
    success: { "201": "The ids in their order, as test_case_ids; on the JVM's paths the cases, as data" },
    refusals: [...taken, "409"],
    body: jsonBody("TestCasesRequest"),
  },
  get: {
    summary: "The test cases in the order in which they were added: an array, on the JVM's paths a page",
    scopes: readers,
    success: { "200": ["Each under every name that an SDK reads it by", "TestCases"] },
    refusals: found,
    query: page(limits.datasetCasesMax, "all where none is named"),
  },
};

/** What the routes of datasets do, at one of their names. */
function datasetOperations(path: string, one: string): Record<string, Record<string, Operation>> {
  const dataset = `/v2/projects/{project}/${path}${one}/{dataset}`;
  return {
    [`/v2/projects/{project}/${path}`]: {
      post: {
        summary: "Make a dataset of test cases, by its name",
        scopes: writers,
        success: { "201": ["The dataset", "Dataset"], "200": ["The one that has the name already, unchanged", "Dataset"] },
        refusals: [...taken, "409"],
        body: jsonBody("DatasetRequest"),
      },
      get: {
        summary: "The project's datasets",
        scopes: readers,
        success: { "200": ["A page", "DatasetPage"] },
        refusals: found,
        query: { ...listPage, id: "One of this id", name: "One of this name" },
      },
    },
    [dataset]: { get: { summary: "One dataset", scopes: readers, success: { "200": ["The dataset", "Dataset"] }, refusals: found } },
    [`${dataset}/test-cases`]: testCases,
  };
}

function bulkOperation(path: string): Record<string, Record<string, Operation>> {
  const { post } = testCases;
  return post === undefined ? {} : { [`/v2/projects/{project}/${path}/{dataset}/test-cases/bulk`]: { post } };
}

const runs = "/v2/projects/{project}/test-runs";

const withoutPrefix: Record<string, Record<string, Operation>> = {
  ...datasetOperations("datasets", "/id"),
  ...datasetOperations("prompt-datasets", ""),
  ...datasetOperations("agent-datasets", ""),
  ...bulkOperation("prompt-datasets"),
  ...bulkOperation("agent-datasets"),
  [runs]: {
    post: {
      summary: "Begin a test run over a dataset, and take its test cases",
      scopes: writers,
      success: { "201": ["The run, and its cases in one of two lists", "TestRunStart"] },
      refusals: taken,
      body: jsonBody("TestRunRequest"),
    },
    get: {
      summary: "The test runs that were begun here, the newest first",
      scopes: readers,
      success: { "200": ["A page", "TestRunPage"] },
      refusals: found,
      query: listPage,
    },
  },
  [`${runs}/id/{run}`]: {
    get: {
      summary: `What a test run's recordings and traces come to: up to ${limits.summedRowsMax} of each. One that they alone name is told too`,
      scopes: readers,
      success: { "200": ["The run, with statistics of each evaluation", "TestRun"] },
      refusals: found,
    },
  },
  "/v2/projects/all": {
    get: {
      summary: "The projects that the key can see, as the Freeplay SDKs read them",
      scopes: readers,
      success: { "200": "{projects}" },
    },
  },
};

/** What the routes of datasets and test runs do, with and without `/api`. */
export const testRunOperations = Object.fromEntries(
  Object.entries(withoutPrefix).flatMap(([path, methods]) => [
    [path, methods],
    [`/api${path}`, methods],
  ]),
);
