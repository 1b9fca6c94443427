import { limits } from "../limits";
import type { CalledModel, ModelObservations } from "../model/calibration";
import { headSeq } from "./log";
import { integer, type Row, selectRows, text, transact } from "./transact";

/** The observations of one model of a project. */
export interface KnownModel extends CalledModel {
  observations: ModelObservations;
  updatedUs: number;
}

/** A recording that has reported usage to learn from. */
export interface ReportedCall extends CalledModel {
  seq: number;
  contentBytes: number;
}

/** Everything that is known of the models of projects, by project, provider and model. */
export async function listCalibrations(db: D1Database, projectIds: string[]): Promise<KnownModel[]> {
  return (await selectRows(db, selectCalibrations(db, projectIds))).map(toKnownModel);
}

/** The statement of `listCalibrations`, for more to be asked with it. */
export function selectCalibrations(db: D1Database, projectIds: string[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT project_id, provider, model, observations, updated_us FROM json_each(?1) AS p CROSS JOIN calibrations
       ON project_id = p.value ORDER BY project_id, provider, model`,
    )
    .bind(JSON.stringify(projectIds));
}

/** A row of `selectCalibrations`. */
export function toKnownModel(row: Row): KnownModel {
  return {
    projectId: text(row, "project_id"),
    provider: text(row, "provider"),
    model: text(row, "model"),
    observations: readObservations(text(row, "observations")),
    updatedUs: integer(row, "updated_us"),
  };
}

/** One that cannot be read says nothing, and is written over by the next: a project's prices are read with them, and are worth more. */
function readObservations(json: string): ModelObservations {
  const { method, prompt, completion } = Object(JSON.parse(json)) as Partial<ModelObservations>;
  const isSound = typeof method === "string" && [prompt, completion].every(areObservations);
  return isSound ? ({ method, prompt, completion } as ModelObservations) : { method: "", prompt: [], completion: [] };
}

function areObservations(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => Array.isArray(one) && one.length === 2 && one.every(Number.isFinite));
}

/** Moves the calibration's cursor to the head of the log. The range that it passed, or null where nothing is new: two at once never get one range. */
export async function takeNewRange(db: D1Database): Promise<{ fromSeq: number; toSeq: number } | null> {
  const [before, moved] = await transact(db, [
    db.prepare("SELECT seq FROM cursors WHERE name = 'calibration'"),
    db.prepare(`UPDATE cursors SET seq = ${headSeq} WHERE name = 'calibration' AND seq < ${headSeq} RETURNING seq`),
  ]);
  const [from] = before?.results ?? [];
  const [to] = moved?.results ?? [];
  return from === undefined || to === undefined ? null : { fromSeq: integer(from, "seq"), toSeq: integer(to, "seq") };
}

/** The newest recordings of a range that report usage and are small enough to be counted on the side, a few of each model so that none crowds out the others. */
export async function reportedCalls(db: D1Database, fromSeq: number, toSeq: number): Promise<ReportedCall[]> {
  const statement = db.prepare(`
    SELECT seq, project_id, provider, model, content_bytes FROM (
      SELECT seq, project_id, provider, model, content_bytes, row_number() OVER (PARTITION BY project_id, provider, model ORDER BY seq DESC) AS place
      FROM recordings WHERE seq > ?1 AND seq <= ?2 AND provider IS NOT NULL AND model IS NOT NULL
      AND (prompt_source = 'reported' OR completion_source = 'reported') AND content_bytes <= ${limits.observedBytesMax})
    WHERE place <= ${limits.observedPerModel} ORDER BY place, seq DESC LIMIT ${limits.observedCalls}`);
  return (await selectRows(db, statement.bind(fromSeq, toSeq))).map((row) => ({
    seq: integer(row, "seq"),
    projectId: text(row, "project_id"),
    provider: text(row, "provider"),
    model: text(row, "model"),
    contentBytes: integer(row, "content_bytes"),
  }));
}

/** Writes observations, and forgets those of the models that a project has not called for longest where it has too many. */
export async function saveCalibrations(db: D1Database, models: Omit<KnownModel, "updatedUs">[], nowUs: number): Promise<void> {
  const rows = models.map(({ projectId, provider, model, observations }) => [projectId, provider, model, JSON.stringify(observations)]);
  const projects = [...new Set(models.map(({ projectId }) => projectId))];
  await transact(db, [
    db
      .prepare(
        `INSERT INTO calibrations (project_id, provider, model, observations, updated_us)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT DO UPDATE SET observations = excluded.observations, updated_us = excluded.updated_us`,
      )
      .bind(JSON.stringify(rows), nowUs),
    db
      .prepare(
        `DELETE FROM calibrations WHERE (project_id, provider, model) IN
         (SELECT project_id, provider, model FROM (
           SELECT project_id, provider, model, row_number() OVER (PARTITION BY project_id ORDER BY updated_us DESC, provider, model) AS place
           FROM calibrations WHERE project_id IN (SELECT value FROM json_each(?1))) WHERE place > ${limits.calibratedModelsMax})`,
      )
      .bind(JSON.stringify(projects)),
  ]);
}
