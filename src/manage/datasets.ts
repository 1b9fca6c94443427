import { type Context, Hono } from "hono";
import * as z from "zod";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import { numberedPage, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { Dataset, DatasetKind } from "../model/dataset";
import { Id, readId } from "../model/id";
import type { JsonObject } from "../model/json";
import { columnText } from "../model/name";
import { readTestCases, testCaseAnswer } from "../model/test-case";
import { toIso } from "../model/time";
import { findDataset, insertDataset, insertTestCases, listDatasets, listTestCases } from "../store/datasets";
import { readDatasetRequest, readExamples } from "./dataset-request";

/** Datasets of test cases, by the paths of each SDK, mounted with and without `/api`. */
export const datasets = new Hono<Http>();

/** One name that datasets have in paths: the JVM's have a kind, and come in pages. */
interface Family {
  path: string;
  one: string;
  kind: DatasetKind | null;
}

const families: Family[] = [
  { path: "/v2/projects/:project/datasets", one: "/id/:dataset", kind: null },
  { path: "/v2/projects/:project/prompt-datasets", one: "/:dataset", kind: "completion" },
  { path: "/v2/projects/:project/agent-datasets", one: "/:dataset", kind: "trace" },
];

/** The query string of the list of datasets. */
export const DatasetsQuery = z.strictObject({
  ...numberedPage(limits.numberedRowsMax, limits.numberedRowsDefault),
  id: Id.optional().describe("The one of this id"),
  name: columnText(limits.nameCharsMax).optional().describe("The one of this name"),
});
/** The query string of the list of test cases. */
export const TestCasesQuery = z.strictObject(numberedPage(limits.datasetCasesMax, limits.datasetCasesMax));

for (const family of families) {
  const { path, one, kind } = family;
  datasets.post(path, async (c) => await postDataset(c, family));
  datasets.get(path, async (c) => await getDatasets(c, family));
  datasets.get(path + one, async (c) => c.json(datasetAnswer((await knownDataset(c, family, "read")).dataset)));
  datasets.get(`${path}${one}/test-cases`, async (c) => await getTestCases(c, family));
  datasets.post(`${path}${one}/test-cases`, async (c) => await postTestCases(c, family));
  if (kind !== null) datasets.post(`${path}${one}/test-cases/bulk`, async (c) => await postTestCases(c, family));
}

/** A name that is there answers 200 with what has it, so that a script may make its dataset each time it runs. */
async function postDataset(c: Context<Http>, { kind }: Family): Promise<Response> {
  const { deps } = c.var;
  const projectId = await admittedProject(c, "write");
  const { name, description = null } = readDatasetRequest(await readCommand(c));
  const made = await insertDataset(deps.db, projectId, { id: deps.newId(), name, description, kind, createdUs: deps.now() * 1000 });
  if (made === null)
    throw new CollectorError("conflict", `There are ${limits.datasetsMax} datasets in the project, the most that there may be.`);
  const { dataset, isNew } = made;
  if (kind !== null && dataset.kind !== null && dataset.kind !== kind)
    throw new CollectorError("conflict", `There is a dataset of this name, of test cases of ${dataset.kind}s.`);
  return c.json(datasetAnswer(dataset), isNew ? 201 : 200);
}

async function getDatasets(c: Context<Http>, { kind }: Family): Promise<Response> {
  const projectId = await admittedProject(c, "read");
  const { page, page_size: pageSize, id = null, name = null } = readQuery(c, DatasetsQuery);
  const { rows, hasNext } = await listDatasets(c.var.deps.db, projectId, { page, pageSize, id, name, kind });
  return c.json({ data: rows.map(datasetAnswer), pagination: { page, page_size: pageSize, has_next: hasNext } });
}

async function getTestCases(c: Context<Http>, family: Family): Promise<Response> {
  const { projectId, dataset } = await knownDataset(c, family, "read");
  const { page, page_size: pageSize } = readQuery(c, TestCasesQuery);
  const { rows, hasNext } = await listTestCases(c.var.deps.db, projectId, dataset.id, { page, pageSize });
  // Each is printed by itself: as values, all of them would take many times their bytes.
  const list = `[${rows.map((row) => JSON.stringify(testCaseAnswer(row, dataset.kind ?? "completion"))).join(",")}]`;
  const pagination = JSON.stringify({ page, page_size: pageSize, has_next: hasNext });
  return c.body(family.kind === null ? list : `{"data":${list},"pagination":${pagination}}`, 200, { "Content-Type": "application/json" });
}

async function postTestCases(c: Context<Http>, family: Family): Promise<Response> {
  const { deps } = c.var;
  const { projectId, dataset } = await knownDataset(c, family, "write");
  const { examples, path } = readExamples(await readCommand(c, limits.testCasesPostBytesMax));
  const kind = dataset.kind ?? family.kind;
  const read = readTestCases(examples, { kind, areAgents: family.kind === "trace", path, newId: deps.newId });
  if (!(await insertTestCases(deps.db, projectId, dataset.id, read))) await refuseTestCases(c, projectId, dataset.id, read.kind);
  if (family.kind === null) return c.json({ dataset_id: dataset.id, test_case_ids: read.cases.map(({ id }) => id) }, 201);
  return c.json({ data: read.cases.map((testCase) => testCaseAnswer(testCase, read.kind)) }, 201);
}

/** Says why a dataset did not take test cases. */
async function refuseTestCases(c: Context<Http>, projectId: string, id: string, kind: DatasetKind): Promise<never> {
  const dataset = await findDataset(c.var.deps.db, projectId, id, null);
  if (dataset === null) throw noSuchDataset();
  if (dataset.kind !== null && dataset.kind !== kind)
    throw new CollectorError("conflict", `The dataset has test cases of ${dataset.kind}s, and no others.`);
  const most = `${limits.datasetCasesMax} test cases and ${limits.datasetBytesMax} bytes`;
  throw new CollectorError("too_large", `A dataset may have ${most} of them, and this one has ${dataset.cases} already. Make another.`);
}

/** The dataset that the path names. @throws CollectorError `not_found` where there is none of the family's kind. */
async function knownDataset(c: Context<Http>, { kind }: Family, use: "read" | "write"): Promise<{ projectId: string; dataset: Dataset }> {
  const projectId = await admittedProject(c, use);
  const dataset = await findDataset(c.var.deps.db, projectId, readId(c.req.param("dataset") ?? "", "dataset"), kind);
  if (dataset === null) throw noSuchDataset();
  return { projectId, dataset };
}

/** An SDK has one key, which sends, and reads the cases that it runs. */
async function admittedProject(c: Context<Http>, use: "read" | "write"): Promise<string> {
  const principal = await admit(c, c.var.deps, use === "read" ? ["ingest", "read", "admin"] : ["ingest", "admin"]);
  return projectOf(principal, readId(c.req.param("project") ?? "", "project"));
}

function noSuchDataset(): CollectorError {
  return new CollectorError("not_found", "There is no such dataset in this project.");
}

function datasetAnswer({ id, name, description, kind, cases, createdUs }: Dataset): JsonObject {
  return { id, dataset_id: id, name, description, kind, test_cases_count: cases, created_at: toIso(createdUs) };
}
