import { headSeq } from "./log";
import { integer, integerOrNull, type Row, text, transact } from "./transact";

/** How far one destination is behind. */
export interface ReadyExport {
  destination: string;
  isPaused: boolean;
  /** Places of the log that are not delivered; what is dead is apart. */
  lagChanges: number;
  /** When the oldest of these was committed; null where there is none. */
  oldestUs: number | null;
  openBatches: number;
  deadBatches: number;
}

/** How D1 is, asked in one round trip. */
export interface Readiness {
  /** Of the whole database. */
  bytes: number;
  exports: ReadyExport[];
}

/** How large the database is, and how far the exports are behind its log. */
export async function readReadiness(db: D1Database): Promise<Readiness> {
  const [result] = await transact(db, [
    db.prepare(`
      SELECT d.id, paused, ${headSeq} - cursor_seq + coalesce(b.open_changes, 0) AS lag, coalesce(b.open, 0) AS open, coalesce(b.dead, 0) AS dead, b.oldest_us,
        (SELECT received_us FROM recordings WHERE seq > cursor_seq ORDER BY seq LIMIT 1) AS next_made,
        (SELECT changed_us FROM changes WHERE seq > cursor_seq ORDER BY seq LIMIT 1) AS next_changed
      FROM destinations AS d LEFT JOIN (
        SELECT destination, sum(state = 'cut') AS open, sum(state = 'dead') AS dead, min(iif(state = 'cut', oldest_us, NULL)) AS oldest_us,
          sum(iif(state = 'cut', to_seq - from_seq, 0)) AS open_changes
        FROM batches WHERE state IN ('cut', 'dead') GROUP BY destination) AS b ON b.destination = d.id
      ORDER BY d.id`),
  ]);
  return { bytes: result?.meta.size_after ?? 0, exports: (result?.results ?? []).map(toReadyExport) };
}

function toReadyExport(row: Row): ReadyExport {
  const times = ["oldest_us", "next_made", "next_changed"].map((name) => integerOrNull(row, name)).filter((time) => time !== null);
  return {
    destination: text(row, "id"),
    isPaused: integer(row, "paused") === 1,
    lagChanges: integer(row, "lag"),
    oldestUs: times.length === 0 ? null : Math.min(...times),
    openBatches: integer(row, "open"),
    deadBatches: integer(row, "dead"),
  };
}
