import { globSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { plainMap } from "../../src/store/stamped-map";

const migrations = globSync("migrations/*.sql").toSorted();

test("schema.sql creates in an empty database what the migrations create", () => {
  const migrated = new DatabaseSync(":memory:");
  for (const path of migrations) migrated.exec(readFileSync(path, "utf8"));
  const whole = new DatabaseSync(":memory:");
  whole.exec(readFileSync("schema.sql", "utf8"));
  expect(structureOf(whole)).toEqual(structureOf(migrated));
  expect(structureOf(whole).length).toBeGreaterThan(12);
});

test.each(migrations.map((_path, at) => at + 1))(
  "a database of migration %i that holds a recording comes to the same, and keeps it",
  (version) => {
    const db = new DatabaseSync(":memory:");
    for (const path of migrations.slice(0, version)) db.exec(readFileSync(path, "utf8"));
    insertRecording(db);
    for (const path of migrations.slice(version)) db.exec(readFileSync(path, "utf8"));
    const whole = new DatabaseSync(":memory:");
    whole.exec(readFileSync("schema.sql", "utf8"));
    expect(structureOf(db)).toEqual(structureOf(whole));
    expect(db.prepare("SELECT project_id, id, session_id, received_us FROM recordings").all()).toEqual([
      { project_id: "p", id: "r", session_id: "s", received_us: 5 },
    ]);
    expect(db.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
    expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  },
);

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

test("recordings that began in others of their session become whole, with what they name", () => {
  const db = new DatabaseSync(":memory:");
  for (const path of migrations.slice(0, 4)) db.exec(readFileSync(path, "utf8"));
  const [red, blue] = ["a".repeat(64), "b".repeat(64)];
  const said = ["ü", "2", `see ${red}`, `see ${blue}`, "☀️", "other"].map((content) => JSON.stringify({ content }));
  const insert = db.prepare(`
    INSERT INTO recordings (seq, project_id, id, session_id, receipt, received_us, prompt_source, completion_source, cost_source, content_bytes, content_hash,
      base_seq, base_count, depth, chain_from, chain, blobs, payload, messages, content)
    VALUES (?1, 'p', 'r' || ?1, 's', 'x', 5, 'missing', 'missing', 'unpriced', 2, 'hash', ?2, ?3, 0, ?3 + 1, ?4, ?5, ?6, ?7, '{"inputs":{}}')`);
  const add = (seq: number, base: [seq: number, count: number] | null, own: number[], blobs: string[] = []) => {
    const texts = own.map((place) => said[place - 1] ?? "");
    const chain = texts.map((text, index) => [`hash-of-${seq}-${index}`.padEnd(22, "."), Buffer.byteLength(text)]);
    const listed = blobs.length === 0 ? null : JSON.stringify(blobs);
    insert.run(seq, base?.[0] ?? null, base?.[1] ?? 0, JSON.stringify(chain), listed, null, texts.join(","));
    for (const sha256 of blobs) db.prepare("INSERT INTO blob_uses (project_id, sha256, seq) VALUES ('p', ?, ?)").run(sha256, seq);
  };
  add(1, null, [1, 2]);
  add(2, [1, 2], [3, 4], [red, blue]);
  add(3, [2, 4], [5]);
  // They go on from the middle of what stands in another.
  add(4, [2, 3], [6]);
  add(5, [1, 1], []);
  insert.run(6, null, 0, "[]", JSON.stringify([blue]), blue, "");
  insert.run(7, null, 0, "[]", null, null, null);
  db.exec(readFileSync(migrations[4] ?? "", "utf8"));

  const rows = db.prepare("SELECT * FROM recordings ORDER BY seq").all();
  const wholes = [[1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 6], [1], [], null];
  expect(rows.map((row) => row["messages"])).toEqual(wholes.map((places) => places?.map((place) => said[place - 1]).join(",") ?? null));
  expect(rows.map((row) => row["blobs"])).toEqual([
    null,
    ...[[red, blue], [red, blue], [red]].map((blobs) => JSON.stringify(blobs)),
    null,
    JSON.stringify([blue]),
    null,
  ]);
  expect(rows.map((row) => [row["chain_from"], row["last_bytes"], String(row["chain"]).length])).toEqual([
    [1, 15, 44],
    [3, Buffer.byteLength(said[3] ?? ""), 44],
    [5, Buffer.byteLength(said[4] ?? ""), 22],
    [4, Buffer.byteLength(said[5] ?? ""), 22],
    [2, 0, 0],
    [1, 0, 0],
    [1, 0, 0],
  ]);
  expect(String(rows[2]?.["chain"])).toBe("hash-of-3-0".padEnd(22, "."));
  const uses = db.prepare("SELECT sha256, seq FROM blob_uses ORDER BY seq, sha256").all();
  expect(uses.map(({ sha256, seq }) => [seq, sha256])).toEqual([
    [2, red],
    [2, blue],
    [3, red],
    [3, blue],
    [4, red],
    [6, blue],
  ]);
});

test("the metadata of sessions of before reads as it was, whatever its values", () => {
  const db = new DatabaseSync(":memory:");
  for (const path of migrations.slice(0, 4)) db.exec(readFileSync(path, "utf8"));
  const metadata = { text: 'é"q\\ü', whole: 7, part: 4.5, yes: true, no: false, list: [1, "a"], nested: { key: "value" } };
  db.prepare("INSERT INTO sessions (project_id, id, custom_metadata, created_us) VALUES ('p', 's', ?, 5)").run(JSON.stringify(metadata));
  db.exec(readFileSync(migrations[4] ?? "", "utf8"));
  const row = db.prepare(`SELECT ${plainMap("metadata")} AS plain, metadata FROM sessions`).get();
  expect(JSON.parse(String(row?.["plain"]))).toEqual(metadata);
  expect(JSON.parse(String(row?.["metadata"]))).toMatchObject({ yes: ["true", 0, 5] });
});

/** A recording by what a version's table has and cannot do without. */
function insertRecording(db: DatabaseSync): void {
  const values: Record<string, string | number> = {
    seq: 1,
    project_id: "p",
    id: "r",
    session_id: "s",
    receipt: "x",
    received_us: 5,
    prompt_source: "missing",
    completion_source: "missing",
    cost_source: "unpriced",
    content_bytes: 2,
    content: "{}",
    content_hash: "h",
    usage_detail: "{}",
  };
  const columns = db
    .prepare("SELECT name FROM pragma_table_info('recordings')")
    .all()
    .map(({ name }) => String(name));
  const known = columns.filter((name) => name in values);
  const texts = known.map((name) => (typeof values[name] === "number" ? values[name] : `'${values[name]}'`));
  db.exec(`INSERT INTO recordings (${known.join(", ")}) VALUES (${texts.join(", ")})`);
}

function structureOf(db: DatabaseSync): unknown[] {
  return db.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all();
}

test("a database of before there were runs has one of each stretch of a project's recordings", () => {
  const db = new DatabaseSync(":memory:");
  for (const path of migrations.slice(0, 7)) db.exec(readFileSync(path, "utf8"));
  const projects = "aaab.aa.ba...bbbbbab";
  const insert =
    db.prepare(`INSERT INTO recordings (seq, project_id, id, session_id, receipt, received_us, prompt_source, completion_source, cost_source,
    content_bytes, content_hash, content) VALUES (?, ?, ?, 's', 'x', 5, 'missing', 'missing', 'unpriced', 2, '', '{}')`);
  projects.split("").forEach((project, at) => project !== "." && insert.run(at + 1, project, `r${at}`));
  db.exec(readFileSync(migrations[7] ?? "", "utf8"));
  expect(db.prepare("SELECT project_id, first_seq, last_seq FROM project_runs").all()).toEqual([
    { project_id: "a", first_seq: 1, last_seq: 10 },
    { project_id: "a", first_seq: 19, last_seq: 19 },
    { project_id: "b", first_seq: 4, last_seq: 4 },
    { project_id: "b", first_seq: 9, last_seq: 9 },
    { project_id: "b", first_seq: 14, last_seq: 20 },
  ]);
  expect(db.prepare("SELECT seq FROM cursors WHERE name = 'runs'").get()).toEqual({ seq: 20 });
});
