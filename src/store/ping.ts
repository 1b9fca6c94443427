import { transact } from "./transact";

/** Asks the database for nothing. @throws CollectorError `unavailable` where it does not answer. */
export async function pingDatabase(db: D1Database): Promise<void> {
  await transact(db, [db.prepare("SELECT 1")]);
}
