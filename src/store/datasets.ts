import { limits } from "../limits";
import { utf8Bytes } from "../model/bytes";
import { chunksWithin } from "../model/chunks";
import type { Dataset, DatasetKind, NumberedPage, TestCase } from "../model/dataset";
import { parameterUnits } from "./parameter-units";
import { integer, type Row, selectRows, text, textOrNull, transact } from "./transact";

const columns = "id, name, description, kind, cases, created_us";
/** One whose kind is not known yet may become any. */
const isOfKind = (kind: string) => `coalesce(kind, ${kind}, '') = coalesce(${kind}, kind, '')`;

/**
 * Makes a dataset, and its project if that is new. Where one of the name is there, that one is answered, unchanged.
 * Null where the project has as many as it may.
 */
export async function insertDataset(
  db: D1Database,
  projectId: string,
  dataset: Omit<Dataset, "cases">,
): Promise<{ dataset: Dataset; isNew: boolean } | null> {
  const { id, name, description, kind, createdUs } = dataset;
  const results = await transact(db, [
    db.prepare("INSERT INTO projects (id, created_us) VALUES (?1, ?2) ON CONFLICT DO NOTHING").bind(projectId, createdUs),
    db
      .prepare(
        `INSERT INTO datasets (project_id, id, name, description, kind, created_us) SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE (SELECT count(*) FROM datasets WHERE project_id = ?1) < ${limits.datasetsMax} ON CONFLICT DO NOTHING`,
      )
      .bind(projectId, id, name, description, kind, createdUs),
    db.prepare(`SELECT ${columns} FROM datasets WHERE project_id = ?1 AND name = ?2`).bind(projectId, name),
  ]);
  const [row] = results.at(-1)?.results ?? [];
  return row === undefined ? null : { dataset: toDataset(row), isNew: row["id"] === id };
}

/** One dataset, of a kind where one is named, or null. */
export async function findDataset(db: D1Database, projectId: string, id: string, kind: DatasetKind | null): Promise<Dataset | null> {
  const statement = db.prepare(`SELECT ${columns} FROM datasets WHERE project_id = ?1 AND id = ?2 AND ${isOfKind("?3")}`);
  const [row] = await selectRows(db, statement.bind(projectId, id, kind));
  return row === undefined ? null : toDataset(row);
}

/** A page of a project's datasets in the order of their ids, of an id, a name and a kind where they are named. */
export async function listDatasets(
  db: D1Database,
  projectId: string,
  query: NumberedPage & { id: string | null; name: string | null; kind: DatasetKind | null },
): Promise<{ rows: Dataset[]; hasNext: boolean }> {
  const { page, pageSize, id, name, kind } = query;
  const statement = db.prepare(`
    SELECT ${columns} FROM datasets WHERE project_id = ?1 AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR name = ?3) AND ${isOfKind("?4")}
    ORDER BY id LIMIT ?5 + 1 OFFSET ?6`);
  const rows = await selectRows(db, statement.bind(projectId, id, name, kind, pageSize, (page - 1) * pageSize));
  return { rows: rows.slice(0, pageSize).map(toDataset), hasNext: rows.length > pageSize };
}

/**
 * Adds test cases to a dataset, in their order, all or none; one whose id is there already stays as it is. Answers whether they were
 * added: not where the dataset is gone, is of another kind, or has no room.
 */
export async function insertTestCases(
  db: D1Database,
  projectId: string,
  datasetId: string,
  { kind, cases }: { kind: DatasetKind; cases: TestCase[] },
): Promise<boolean> {
  const bytes = cases.reduce((sum, { body }) => sum + utf8Bytes(body), 0);
  const takesThem = `project_id = ?1 AND id = ?2 AND ${isOfKind("?3")}
    AND cases + ?4 <= ${limits.datasetCasesMax} AND bytes + ?5 <= ${limits.datasetBytesMax}`;
  const insert = db.prepare(`
    INSERT INTO test_cases (project_id, dataset_id, id, body) SELECT ?1, ?2, value ->> 0, value ->> 1 FROM json_each(?6)
    WHERE EXISTS (SELECT 1 FROM datasets WHERE ${takesThem}) ORDER BY key ON CONFLICT DO NOTHING`);
  const update = db.prepare(`
    UPDATE datasets SET kind = ?3, (cases, bytes, last_seq) =
      (SELECT cases + count(*), bytes + coalesce(sum(octet_length(body)), 0), coalesce(max(seq), last_seq) FROM test_cases AS c
       WHERE c.project_id = ?1 AND c.dataset_id = ?2 AND c.seq > last_seq)
    WHERE ${takesThem} RETURNING id`);
  const chunks = chunksWithin(cases, ({ body }) => 2 * body.length + limits.idCharsMax, parameterUnits);
  const shared = [projectId, datasetId, kind, cases.length, bytes];
  const results = await transact(db, [
    ...chunks.map((chunk) => insert.bind(...shared, JSON.stringify(chunk.map(({ id, body }) => [id, body])))),
    update.bind(...shared),
  ]);
  return results.at(-1)?.results.length === 1;
}

/** A page of a dataset's test cases in the order in which they were added. */
export async function listTestCases(
  db: D1Database,
  projectId: string,
  datasetId: string,
  { page, pageSize }: NumberedPage,
): Promise<{ rows: TestCase[]; hasNext: boolean }> {
  const statement = db.prepare(`
    SELECT seq, id, body FROM test_cases INDEXED BY test_cases_by_dataset WHERE project_id = ?1 AND dataset_id = ?2
    ORDER BY seq LIMIT ?3 + 1 OFFSET ?4`);
  const rows = await selectRows(db, statement.bind(projectId, datasetId, pageSize, (page - 1) * pageSize));
  return { rows: rows.slice(0, pageSize).map(toTestCase), hasNext: rows.length > pageSize };
}

/** A row of a test case's id and body. */
export function toTestCase(row: Row): TestCase {
  return { id: text(row, "id"), body: text(row, "body") };
}

function toDataset(row: Row): Dataset {
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    description: textOrNull(row, "description"),
    kind: textOrNull(row, "kind") as DatasetKind | null,
    cases: integer(row, "cases"),
    createdUs: integer(row, "created_us"),
  };
}
