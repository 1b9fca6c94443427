import { limits } from "../limits";
import { recordingTime } from "./filter-fields";
import { integer, integerOrNull, type Row, textOrNull } from "./transact";

/** What the newest recordings of a session or a trace come to. What none of them knows is null. */
export interface RecordingSums {
  recordings: number;
  /** Whether there may be more than were summed up. */
  isPartial: boolean;
  promptTokens: number | null;
  completionTokens: number | null;
  costNanoUsd: number | null;
  /** Recordings without a count of either side, and without a price: the sums leave them out. */
  uncounted: number;
  unpriced: number;
  startedUs: number | null;
  endedUs: number | null;
  testRunId: string | null;
}

/** By which index the recordings of something are found. */
export type RecordingsOf = "session" | "parent";

/** The places of the newest recordings of what goes by `owner`, as SQL. The project is `?1`. */
export function newestOf(of: RecordingsOf, owner: string, count: number): string {
  return `(SELECT o.seq FROM recordings AS o INDEXED BY recordings_by_${of}
    WHERE o.project_id = ?1 AND o.${of}_id = ${owner} ORDER BY o.seq DESC LIMIT ${count})`;
}

/** The statement of the sums of sessions, or of what goes by `parent_id`, by their ids. */
export function sumsStatement(db: D1Database, projectId: string, of: RecordingsOf, ids: string[]): D1PreparedStatement {
  return db
    .prepare(`
      SELECT g.owner, count(*) AS recordings, sum(r.prompt_tokens) AS prompt_tokens, sum(r.completion_tokens) AS completion_tokens,
        sum(r.cost_nano_usd) AS cost_nano_usd, count(*) FILTER (WHERE r.prompt_tokens IS NULL OR r.completion_tokens IS NULL) AS uncounted,
        count(*) FILTER (WHERE r.cost_nano_usd IS NULL) AS unpriced, min(${recordingTime}) AS started_us, max(r.ended_us) AS ended_us,
        min(r.test_run_id) AS test_run_id
      FROM (SELECT value AS owner FROM json_each(?2)) AS g CROSS JOIN recordings AS r ON r.seq IN ${newestOf(of, "g.owner", limits.summedRecordingsMax)}
      GROUP BY g.owner`)
    .bind(projectId, JSON.stringify(ids));
}

/** Its rows, by the ids: one without recordings has no row. */
export function toSums(rows: Row[]): Map<string, RecordingSums> {
  return new Map(
    rows.map((row) => [
      String(row["owner"]),
      {
        recordings: integer(row, "recordings"),
        isPartial: integer(row, "recordings") === limits.summedRecordingsMax,
        promptTokens: integerOrNull(row, "prompt_tokens"),
        completionTokens: integerOrNull(row, "completion_tokens"),
        costNanoUsd: integerOrNull(row, "cost_nano_usd"),
        uncounted: integer(row, "uncounted"),
        unpriced: integer(row, "unpriced"),
        startedUs: integerOrNull(row, "started_us"),
        endedUs: integerOrNull(row, "ended_us"),
        testRunId: textOrNull(row, "test_run_id"),
      },
    ]),
  );
}

/** The sums of no recordings. */
export const noSums: RecordingSums = {
  recordings: 0,
  isPartial: false,
  promptTokens: null,
  completionTokens: null,
  costNanoUsd: null,
  uncounted: 0,
  unpriced: 0,
  startedUs: null,
  endedUs: null,
  testRunId: null,
};
