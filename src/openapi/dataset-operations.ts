import { limits } from "../limits";
import { DatasetsQuery, TestCasesQuery } from "../manage/datasets";
import { TestRunsQuery } from "../manage/test-runs";
import { jsonBody, type Operation, type Operations } from "./operation";

const tag = "test runs";
const writers = "ingest, admin";
const readers = "ingest, read, admin";
const found = ["400", "404"];
const taken = [...found, "413", "415"];

/** One name that datasets have in paths. Those of the JVM's SDK come in pages. */
interface Family {
  path: string;
  one: string;
  /** What an operationId calls them. */
  noun: string;
  isPaged: boolean;
  example: unknown;
}

const promptCase = { inputs: { question: "Why is the sky blue?" }, output: "Rayleigh scattering." };
const families: Family[] = [
  { path: "datasets", one: "/id/{dataset}", noun: "Dataset", isPaged: false, example: { examples: [promptCase] } },
  { path: "prompt-datasets", one: "/{dataset}", noun: "PromptDataset", isPaged: true, example: { data: [promptCase] } },
  { path: "agent-datasets", one: "/{dataset}", noun: "AgentDataset", isPaged: true, example: { data: [{ inputs: "Plan a trip." }] } },
];

/** What the routes of datasets do, at one of their names. */
function datasetOperations(family: Family): Operations {
  const { path, one, noun, isPaged } = family;
  const all = `/v2/projects/{project}/${path}`;
  const cases = `${all}${one}/test-cases`;
  const answer = { success: { "200": ["The dataset", "Dataset"] } } satisfies Pick<Operation, "success">;
  return {
    [all]: {
      post: {
        id: `make${noun}`,
        tag,
        summary: "Make a dataset of test cases, by its name",
        scopes: writers,
        success: { "201": ["The dataset", "Dataset"], "200": ["The one that has the name already, unchanged", "Dataset"] },
        refusals: [...taken, "409"],
        body: jsonBody("DatasetRequest", { name: "questions" }),
      },
      get: {
        id: `list${noun}s`,
        tag,
        summary: "The project's datasets",
        scopes: readers,
        success: { "200": ["A page", "DatasetPage"] },
        refusals: found,
        query: DatasetsQuery,
      },
    },
    [`${all}${one}`]: { get: { id: `get${noun}`, tag, summary: "One dataset", scopes: readers, ...answer, refusals: found } },
    [cases]: {
      post: addition(family, `add${noun}Cases`),
      get: {
        id: `list${noun}Cases`,
        tag,
        summary: "The test cases in the order in which they were added",
        scopes: readers,
        success: { "200": ["Each under every name that an SDK reads it by", isPaged ? "TestCasePage" : "TestCases"] },
        refusals: found,
        query: TestCasesQuery,
      },
    },
    ...(isPaged ? { [`${cases}/bulk`]: { post: addition(family, `add${noun}CasesInBulk`) } } : {}),
  };
}

function addition({ isPaged, example }: Family, id: string): Operation {
  return {
    id,
    tag,
    summary: `Add test cases, all or none: up to ${limits.testCasesPerPost} a post. One whose id is there already stays as it is`,
    scopes: writers,
    success: { "201": isPaged ? ["The cases", "AddedTestCases"] : ["Their ids, in their order", "TestCaseIds"] },
    refusals: [...taken, "409"],
    body: jsonBody("TestCasesRequest", example),
  };
}

const runs = "/v2/projects/{project}/test-runs";

/** What the routes of datasets and test runs do. */
export const testRunOperations: Operations = {
  ...Object.assign({}, ...families.map(datasetOperations)),
  [runs]: {
    post: {
      id: "beginTestRun",
      tag,
      summary: "Begin a test run over a dataset, and take its test cases",
      scopes: writers,
      success: { "201": ["The run, and its cases in one of two lists", "TestRunStart"] },
      refusals: taken,
      body: jsonBody("TestRunRequest", { dataset_name: "questions", test_run_name: "After the new prompt" }),
    },
    get: {
      id: "listTestRuns",
      tag,
      summary: "The test runs that were begun here, the newest first",
      scopes: readers,
      success: { "200": ["A page", "TestRunPage"] },
      refusals: found,
      query: TestRunsQuery,
    },
  },
  [`${runs}/id/{run}`]: {
    get: {
      id: "getTestRun",
      tag,
      summary: `What a test run's recordings and traces come to: up to ${limits.summedRowsMax} of each. One that they alone name is told too`,
      scopes: readers,
      success: { "200": ["The run, with statistics of each evaluation", "TestRun"] },
      refusals: found,
    },
  },
  "/v2/projects/all": {
    get: {
      id: "listFreeplayProjects",
      tag: "Freeplay",
      summary: "The projects that the key can see, as the Freeplay SDKs read them",
      scopes: readers,
      success: { "200": ["A list", "FreeplayProjects"] },
    },
  },
};
