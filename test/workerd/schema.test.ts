import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import schema from "../../schema.sql?raw";

test("schema.sql may be run again on the migrated database, and changes nothing", async () => {
  const migrated = await structure();
  for (const statement of statements(schema)) await env.DB.prepare(statement).run();
  expect(await structure()).toEqual(migrated);
  expect(migrated.length).toBeGreaterThan(8);
});

async function structure(): Promise<unknown[]> {
  const query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '_cf_%' AND name NOT LIKE 'd1_%' ORDER BY name";
  return (await env.DB.prepare(query).all()).results;
}

function statements(sql: string): string[] {
  return sql
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .filter((statement) => statement.trim() !== "");
}
