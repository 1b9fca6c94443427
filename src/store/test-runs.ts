import type { DatasetKind, NumberedPage, TestCase, TestRun } from "../model/dataset";
import { toTestCase } from "./datasets";
import { integer, type Row, selectRows, text, textOrNull, transact } from "./transact";

const columns = "id, dataset_id, name, description, flavor_name, created_us";

/** Makes a test run over all the cases that a dataset has now, and answers with them; null where there is no dataset of the name. */
export async function insertTestRun(
  db: D1Database,
  projectId: string,
  datasetName: string,
  run: Omit<TestRun, "datasetId">,
): Promise<{ kind: DatasetKind | null; cases: TestCase[] } | null> {
  const [, found, cases] = await transact(db, [
    db
      .prepare(
        `INSERT INTO test_runs (project_id, id, dataset_id, last_seq, name, description, flavor_name, created_us)
         SELECT ?1, ?3, id, last_seq, ?4, ?5, ?6, ?7 FROM datasets WHERE project_id = ?1 AND name = ?2`,
      )
      .bind(projectId, datasetName, run.id, run.name, run.description, run.flavorName, run.createdUs),
    db.prepare("SELECT kind FROM datasets WHERE project_id = ?1 AND name = ?2").bind(projectId, datasetName),
    db
      .prepare(
        `SELECT c.seq, c.id, c.body FROM datasets AS d CROSS JOIN test_cases AS c INDEXED BY test_cases_by_dataset
         ON c.project_id = d.project_id AND c.dataset_id = d.id WHERE d.project_id = ?1 AND d.name = ?2 ORDER BY c.seq`,
      )
      .bind(projectId, datasetName),
  ]);
  const [dataset] = found?.results ?? [];
  if (dataset === undefined) return null;
  return { kind: textOrNull(dataset, "kind") as DatasetKind | null, cases: (cases?.results ?? []).map(toTestCase) };
}

/** A test run that was ordered here, or null. */
export async function findTestRun(db: D1Database, projectId: string, id: string): Promise<TestRun | null> {
  const statement = db.prepare(`SELECT ${columns} FROM test_runs WHERE project_id = ?1 AND id = ?2`);
  const [row] = await selectRows(db, statement.bind(projectId, id));
  return row === undefined ? null : toTestRun(row);
}

/** A page of the test runs that were ordered here, the newest first: their ids say when each was made. */
export async function listTestRuns(
  db: D1Database,
  projectId: string,
  { page, pageSize }: NumberedPage,
): Promise<{ rows: TestRun[]; hasNext: boolean }> {
  const statement = db.prepare(`SELECT ${columns} FROM test_runs WHERE project_id = ?1 ORDER BY id DESC LIMIT ?2 + 1 OFFSET ?3`);
  const rows = await selectRows(db, statement.bind(projectId, pageSize, (page - 1) * pageSize));
  return { rows: rows.slice(0, pageSize).map(toTestRun), hasNext: rows.length > pageSize };
}

function toTestRun(row: Row): TestRun {
  return {
    id: text(row, "id"),
    datasetId: text(row, "dataset_id"),
    name: textOrNull(row, "name"),
    description: textOrNull(row, "description"),
    flavorName: textOrNull(row, "flavor_name"),
    createdUs: integer(row, "created_us"),
  };
}
