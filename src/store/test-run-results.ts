import { limits } from "../limits";
import { type EvaluationGroup, type TestRunResults, withoutUntold } from "../model/evaluation-statistics";
import { plainMap } from "./stamped-map";
import { integer, integerOrNull, type Row, text, textOrNull, transact } from "./transact";

/** Rows of a run as its index gives them, up to one more than are summed up, as SQL. */
const candidates = (table: string, bytes: string) => `
  SELECT seq, ${bytes} AS bytes FROM ${table} INDEXED BY ${table}_by_test_run
  WHERE project_id = ?1 AND test_run_id = ?2 ORDER BY seq LIMIT ${limits.summedRowsMax + 1}`;
/** Those of them that are summed up: the first made. */
const picked = (candidateRows: string) => `
  SELECT seq FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS place, sum(bytes) OVER (ORDER BY seq) AS bytes_to FROM (${candidateRows}))
  WHERE place <= ${limits.summedRowsMax} AND bytes_to <= ${limits.summedBytesMax}`;

const recordingCandidates = candidates("recordings", "octet_length(content) + coalesce(octet_length(evaluations), 0)");
// A trace's test case stands in its fields.
const traceCandidates = candidates("traces", "octet_length(evaluations) + octet_length(fields)");
const pickedRecordings = `(${picked(recordingCandidates)}) AS p CROSS JOIN recordings AS r ON r.seq = p.seq`;
const pickedTraces = `(${picked(traceCandidates)}) AS p CROSS JOIN traces AS t ON t.seq = p.seq`;
/** A corrupt content costs itself alone. */
const content = "iif(json_valid(r.content), r.content, NULL)";

/**
 * What the recordings and traces of a test run come to, as far as they are in D1. Rows are summed up to a bound, and what stands in
 * the bucket is left out. Null where there are none, and the run was not ordered here.
 */
export async function sumUpTestRun(db: D1Database, projectId: string, id: string): Promise<TestRunResults | null> {
  const [heads, evaluations] = await transact(db, [
    db.prepare(headsSql).bind(projectId, id),
    db.prepare(evaluationsSql).bind(projectId, id),
  ]);
  const [row] = heads?.results ?? [];
  if (row === undefined) return null;
  const { told, isComplete } = withoutUntold((evaluations?.results ?? []).map(toGroup));
  const [recordings, traces, all] = [integer(row, "recordings"), integer(row, "traces"), integerOrNull(row, "cases")];
  if (integer(row, "seen") === 0 && all === null) return null;
  return {
    recordings,
    traces,
    isComplete: isComplete && recordings + traces === integer(row, "seen"),
    sessions: integer(row, "sessions"),
    firstUs: integerOrNull(row, "first_us"),
    model: textOrNull(row, "model"),
    promptName: textOrNull(row, "prompt_name"),
    promptVersion: textOrNull(row, "prompt_version"),
    cases: all === null ? null : { all, done: integer(row, "done") },
    evaluations: told,
  };
}

/** A column where all recordings have the same, as SQL. */
const agreed = (column: string) =>
  `(SELECT iif(count(${column}) = count(*) AND min(${column}) = max(${column}), min(${column}), NULL) FROM own)`;

const headsSql = `
  WITH own AS MATERIALIZED (
    SELECT r.session_id, r.model, r.received_us, r.payload IS NOT NULL AS is_elsewhere,
      ${content} ->> '$.test_run_info.test_case_id' AS test_case,
      CAST(${content} ->> '$.prompt_info.prompt_template_name' AS TEXT) AS prompt_name,
      CAST(${content} ->> '$.prompt_info.prompt_template_version_id' AS TEXT) AS prompt_version
    FROM ${pickedRecordings}),
  of_traces AS MATERIALIZED (SELECT t.session_id, t.created_us, t.test_case_id AS test_case FROM ${pickedTraces}),
  run AS (SELECT dataset_id, last_seq FROM test_runs WHERE project_id = ?1 AND id = ?2),
  of_run AS MATERIALIZED (
    SELECT c.id FROM run CROSS JOIN test_cases AS c INDEXED BY test_cases_by_dataset
    ON c.project_id = ?1 AND c.dataset_id = run.dataset_id AND c.seq <= run.last_seq)
  SELECT
    (SELECT count(*) FROM (${recordingCandidates})) + (SELECT count(*) FROM (${traceCandidates})) AS seen,
    (SELECT count(*) FROM own WHERE NOT is_elsewhere) AS recordings,
    (SELECT count(*) FROM of_traces) AS traces,
    (SELECT count(DISTINCT session_id) FROM (SELECT session_id FROM own UNION ALL SELECT session_id FROM of_traces)) AS sessions,
    (SELECT min(at) FROM (SELECT received_us AS at FROM own UNION ALL SELECT created_us FROM of_traces)) AS first_us,
    ${agreed("model")} AS model, ${agreed("prompt_name")} AS prompt_name, ${agreed("prompt_version")} AS prompt_version,
    (SELECT count(of_run.id) FROM run LEFT JOIN of_run GROUP BY run.dataset_id) AS cases,
    (SELECT count(*) FROM of_run WHERE id IN (SELECT test_case FROM own UNION ALL SELECT test_case FROM of_traces)) AS done`;

/** Every value of an evaluation, with the name it has: a recording's row outranks its content. */
const values = `
  SELECT e.key AS name, e.type AS type, e.atom AS atom FROM ${pickedRecordings} CROSS JOIN json_each(r.evaluations) AS e
  UNION ALL
  SELECT e.key, e.type, e.atom FROM ${pickedRecordings} CROSS JOIN json_each(${content} -> '$.eval_results') AS e
  WHERE NOT EXISTS (SELECT 1 FROM json_each(r.evaluations) AS later WHERE later.key = e.key)
  UNION ALL
  SELECT e.key, e.type, e.atom FROM ${pickedTraces} CROSS JOIN json_each(${plainMap("t.evaluations")}) AS e`;

const evaluationsSql = `
  WITH grouped AS (
    SELECT substr(name, 1, ${limits.evaluationNameCharsMax}) AS name,
      CASE WHEN type IN ('integer', 'real') THEN 'number' WHEN type IN ('true', 'false', 'text') THEN type ELSE 'other' END AS kind,
      iif(type = 'text', substr(atom, 1, ${limits.evaluationTextCharsMax}), NULL) AS text,
      count(*) AS count, avg(atom) AS mean, min(atom) AS least, max(atom) AS most
    FROM (${values}) WHERE type <> 'null' GROUP BY 1, 2, 3)
  SELECT name, kind, text, count, count_of_kind,
    iif(kind = 'number', mean, NULL) AS mean, iif(kind = 'number', least, NULL) AS least, iif(kind = 'number', most, NULL) AS most
  FROM (SELECT *, sum(count) OVER (PARTITION BY name, kind) AS count_of_kind, dense_rank() OVER (ORDER BY name) AS name_place,
      row_number() OVER (PARTITION BY name, kind ORDER BY count DESC, text) AS place FROM grouped)
  WHERE name_place <= ${limits.evaluationsToldMax + 1} AND place <= ${limits.evaluationTextsTold} ORDER BY name, kind, place`;

function toGroup(row: Row): EvaluationGroup {
  const finite = (column: string) => {
    const value = row[column];
    // A number that no double holds came to infinity.
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  return {
    name: text(row, "name"),
    kind: text(row, "kind") as EvaluationGroup["kind"],
    text: textOrNull(row, "text"),
    count: integer(row, "count"),
    countOfKind: integer(row, "count_of_kind"),
    mean: finite("mean"),
    least: finite("least"),
    most: finite("most"),
  };
}
