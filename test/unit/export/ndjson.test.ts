import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packNdjson } from "../../../src/export/pack/ndjson";
import { recordingText } from "../../../src/model/recording-wire";
import { toIso } from "../../../src/model/time";
import { makeFolder, query, writeObject } from "./duckdb";
import { deletedRow, pack, plainRow, presentRow } from "./export-rows";

const anyRow = fc.oneof(
  presentRow.map(({ row }) => row),
  deletedRow,
);

test("a whole recording is the answer's text, to the letter, on a line of its own", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 20 }), async (rows, rowsPerAdd) => {
      const lines = gunzipSync(await pack(packNdjson("full"), rows, rowsPerAdd)).toString();
      const expected = rows.map((row) => {
        if (!row.isDeleted) return recordingText(row.recording);
        return JSON.stringify({ id: row.id, project_id: row.projectId, seq: row.seq, deleted: true, deleted_at: toIso(row.committedUs) });
      });
      expect(lines).toBe(`${expected.join("\n")}\n`);
    }),
    { numRuns: 50 },
  );
});

test("5,000 recordings add up in DuckDB", async () => {
  const rows = Array.from({ length: 5000 }, (_, at) => plainRow(at));
  const path = writeObject(makeFolder(), "x.ndjson.gz", await pack(packNdjson("full"), rows, 500));
  const [read] = await query(
    `SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(usage.prompt_tokens)::BIGINT AS tokens, sum(cost_nano_usd)::BIGINT AS nano, max(messages[2].content) AS answer FROM read_json('${path}')`,
  );
  expect(read).toEqual({ n: 5000n, ids: 5000n, tokens: 12_497_500n, nano: 12_509_997_500n, answer: "answer 999" });
});

test("no rows are a gzip of nothing", async () => {
  expect(gunzipSync(await pack(packNdjson("full"), [])).length).toBe(0);
});

test("objects behind each other are one gzip", async () => {
  const parts = [await pack(packNdjson("full"), [plainRow(1)]), await pack(packNdjson("full"), [plainRow(2)])];
  const path = writeObject(makeFolder(), "x.ndjson.gz", Buffer.concat(parts));
  expect(await query(`SELECT id FROM read_json('${path}')`)).toEqual([{ id: "r1" }, { id: "r2" }]);
});

test("a message of 1.9 MB that cannot be compressed goes through the compressor's back-pressure", async () => {
  const row = plainRow(1);
  const messages = [
    {
      role: "user",
      content: Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)))
        .toString("base64")
        .repeat(21),
    },
  ];
  row.recording.contentText = JSON.stringify({ messages, session_info: { session_id: "s" } });
  const rows = [row, row, row];
  const lines = gunzipSync(await pack(packNdjson("full"), rows, 2)).toString();
  expect(lines === `${recordingText(row.recording)}\n`.repeat(3)).toBe(true);
});
