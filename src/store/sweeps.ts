import { selectRows, text, transact } from "./transact";

/** How far a walk over many keys has come, by its name: empty at the beginning. */
export async function sweepPosition(db: D1Database, name: string): Promise<string> {
  const [row] = await selectRows(db, db.prepare("SELECT position FROM sweeps WHERE name = ?1").bind(name));
  return row === undefined ? "" : text(row, "position");
}

/** Notes how far it has come. */
export async function saveSweepPosition(db: D1Database, name: string, position: string): Promise<void> {
  await transact(db, [notePosition(db, name, position)]);
}

/** The statement that notes it, for the transaction of what was done up to there. */
export function notePosition(db: D1Database, name: string, position: string): D1PreparedStatement {
  const statement = db.prepare(`
    INSERT INTO sweeps (name, position) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE position <> excluded.position`);
  return statement.bind(name, position);
}
