import { within } from "./within";

/** The same database, each of whose transactions is given up after so long: it may be done all the same. */
export function boundDatabase(db: D1Database, timeoutMs: number): D1Database {
  return {
    prepare: (query) => db.prepare(query),
    batch: async (statements) => await within(db.batch(statements), timeoutMs, "The database"),
    exec: async (query) => await within(db.exec(query), timeoutMs, "The database"),
    withSession: (constraint) => db.withSession(constraint),
    dump: async () => await db.dump(),
  };
}
