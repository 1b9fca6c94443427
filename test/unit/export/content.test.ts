import { expect, test } from "vitest";
import { formatOf } from "../../../src/export/pack/format";
import { makeFolder, query, writeObject } from "./duckdb";
import { pack, plainRow } from "./export-rows";

const texts = ["half \ud83d", "\ude00\ud83d\ude00\ud83d", "\\ud83d", "\\\ud83d", "\\\\ud83d", "🎙"];

test.for(["ndjson", "parquet"] as const)("an emoji that was cut in two does not keep DuckDB from reading %s", async (format) => {
  const row = plainRow(1);
  row.recording.apiStyle = "half \ud83d";
  row.recording.contentText = JSON.stringify({
    messages: texts.map((content) => ({ role: "user", content, "key \ud83d": 1 })),
    session_info: { session_id: "s" },
    error: { message: "half \ud83d" },
  });
  const { extension, pack: packer } = formatOf(format);
  const path = writeObject(makeFolder(), `x.${extension}`, await pack(packer("full"), [plainRow(0), row]));
  const error = format === "parquet" ? "error_message" : "error.message";
  const [read] = await query(`SELECT messages::JSON::VARCHAR AS messages, ${error} AS error FROM '${path}' WHERE id = 'r1'`);
  const messages = JSON.parse(String(read?.["messages"])) as { content: string }[];
  expect(messages.map(({ content }) => content)).toEqual(texts.map((text) => text.toWellFormed()));
  expect(read?.["error"]).toBe("half \ufffd");
});
