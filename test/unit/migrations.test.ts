import { globSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

const migrations = globSync("migrations/*.sql").toSorted();

test("schema.sql creates in an empty database what the migrations create", () => {
  const migrated = new DatabaseSync(":memory:");
  for (const path of migrations) migrated.exec(readFileSync(path, "utf8"));
  const whole = new DatabaseSync(":memory:");
  whole.exec(readFileSync("schema.sql", "utf8"));
  expect(structureOf(whole)).toEqual(structureOf(migrated));
  expect(structureOf(whole).length).toBeGreaterThan(12);
});

test("a database of the first version keeps its rows, and says how each number came to be", () => {
  const db = new DatabaseSync(":memory:");
  db.exec(readFileSync(migrations[0] ?? "", "utf8"));
  db.exec(`
    INSERT INTO recordings (seq, project_id, id, session_id, received_us, prompt_tokens, completion_tokens, prompt_source, completion_source,
      encoding, usage_note, cost_nano_usd, price_version, priced_as, content_bytes, content) VALUES
      (1, 'p', 'whole', 's', 5, 10, 4, 'reported', 'estimated', 'o200k_base', 'sampled', 12, 'genai-prices 0.1.8', 'openai/gpt-4o', 2,
        '{"call_info":{"api_style":"batch"}}'),
      (3, 'p', 'empty', 's', 6, NULL, NULL, 'missing', 'missing', NULL, NULL, NULL, NULL, NULL, 2, '{}');
    INSERT INTO changes (seq, project_id, recording_id, kind, changed_us) VALUES (2, 'p', 'gone', 'deleted', 5);`);
  db.exec(readFileSync(migrations[1] ?? "", "utf8"));
  const rows = db.prepare("SELECT * FROM recordings ORDER BY seq").all();
  expect(rows).toMatchObject([
    { seq: 1, id: "whole", api_style: "batch", cost_nano_usd: 12, cost_source: "priced", prompt_tokens: 10, completion_tokens: 4 },
    { seq: 3, id: "empty", api_style: null, cost_nano_usd: null, cost_source: "unpriced", usage_detail: "{}" },
  ]);
  expect(JSON.parse(String(rows[0]?.["usage_detail"]))).toEqual({
    completion: { plain_tokens: 4, encoding: "o200k_base", method: "chat-0", notes: ["sampled"] },
  });
  expect(db.prepare("SELECT * FROM changes").all()).toMatchObject([{ seq: 2, kind: "deleted", line_bytes: 250 }]);
});

test("a database from before there were destinations goes on where its export stood", () => {
  const db = new DatabaseSync(":memory:");
  for (const path of migrations.slice(0, 2)) db.exec(readFileSync(path, "utf8"));
  const dayUs = 86_400e6;
  db.exec(`
    INSERT INTO recordings (seq, project_id, id, session_id, environment, received_us, prompt_source, completion_source, cost_source, content_bytes, content)
      VALUES (1, 'p', 'a', 's', 'prod', ${dayUs}, 'missing', 'missing', 'unpriced', 2, '{}'),
        (2, 'q', 'b', 's', NULL, ${dayUs}, 'missing', 'missing', 'unpriced', 2, '{}');
    INSERT INTO changes (seq, project_id, recording_id, kind, line_bytes, changed_us) VALUES (3, 'p', 'a', 'repriced', 2, ${2 * dayUs}),
      (4, 'p', 'gone', 'deleted', 250, ${2 * dayUs});
    UPDATE destinations SET generation = 'abc123';
    INSERT INTO batches (destination, generation, from_seq, to_seq, state, attempts, cut_us, sent_us, written_us, object_key, object_lines, object_bytes, object_sha256)
      VALUES ('default', 'abc123', 0, 1, 'written', 1, 5, 5, 6, 'exports/default/abc123/0-1.ndjson.gz', 1, 99, 'ff'),
        ('default', 'abc123', 1, 4, 'cut', 2, 7, 8, NULL, NULL, NULL, NULL, NULL);`);
  db.exec(readFileSync(migrations[2] ?? "", "utf8"));
  expect(db.prepare("SELECT id, generation, cursor_seq, paused, target FROM destinations").all()).toMatchObject([
    { id: "default", generation: "abc123", cursor_seq: 4, paused: 0, target: '{"kind":"r2"}' },
  ]);
  const [written, cut] = db.prepare("SELECT * FROM batches ORDER BY from_seq").all();
  expect(written).toMatchObject({ state: "written", changes: 1, written_us: 6 });
  expect(JSON.parse(String(written?.["manifest"]))).toEqual({
    schemaVersion: 0,
    rows: 1,
    objects: [{ key: "exports/default/abc123/0-1.ndjson.gz", part: null, rows: 1, bytes: 99, sha256: "ff", minUs: null, maxUs: null }],
  });
  expect(cut).toMatchObject({ state: "cut", attempts: 2, due_us: 8, oldest_us: dayUs, manifest: null });
  expect(JSON.parse(String(cut?.["parts"]))).toEqual([
    { projectId: "q", date: "1970-01-02" },
    { projectId: "p", date: "1970-01-03" },
  ]);
  expect(db.prepare("SELECT seq, environment FROM changes ORDER BY seq").all()).toMatchObject([
    { seq: 3, environment: "prod" },
    { seq: 4, environment: null },
  ]);
});

function structureOf(db: DatabaseSync): unknown[] {
  return db.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all();
}
