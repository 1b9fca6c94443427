import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import migration from "../../migrations/0001_initial.sql?raw";
import schema from "../../schema.sql?raw";

test("schema.sql and the migrations build the same database", async () => {
  const migrated = await structure();
  for (const statement of statements(schema)) await env.DB.prepare(statement).run();
  expect(await structure()).toEqual(migrated);
  expect(migrated.length).toBeGreaterThan(8);
});

test("schema.sql creates in an empty database what the migrations create", () => {
  expect(statements(schema)).toEqual(statements(migration));
});

async function structure(): Promise<unknown[]> {
  const query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '_cf_%' AND name NOT LIKE 'd1_%' ORDER BY name";
  return (await env.DB.prepare(query).all()).results;
}

function statements(sql: string): string[] {
  return sql
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .map((statement) => statement.trim().replaceAll(/\s+/g, " "))
    .filter((statement) => statement !== "");
}
