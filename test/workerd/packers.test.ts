import { expect, test } from "vitest";
import type { ExportRow } from "../../src/export/pack/export-row";
import { formatOf } from "../../src/export/pack/format";
import { nothingReported } from "../../src/model/usage";

/** 30 recordings of 400 kB that hardly compress: more than a stream's buffers hold. */
function makeRows(): ExportRow[] {
  return Array.from({ length: 30 }, (_, at) => {
    const noise = Array.from({ length: 6 }, () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(50_000))))).join("");
    const recording = {
      seq: at + 1,
      version: 1,
      projectId: "p",
      id: `r${at}`,
      sessionId: "s",
      provider: null,
      model: null,
      apiStyle: null,
      startedUs: null,
      endedUs: null,
      receivedUs: 1_769_817_600_123_456,
      usage: {
        prompt: { tokens: null, source: "missing" as const, estimate: null },
        completion: { tokens: null, source: "missing" as const, estimate: null },
        reported: nothingReported,
      },
      cost: { nanoUsd: null, source: "unpriced" as const, priceVersion: null, pricedAs: null },
      feedback: null,
      contentText: JSON.stringify({ messages: [{ role: "user", content: noise }], session_info: { session_id: "s" } }),
    };
    return { isDeleted: false, committedUs: 1_769_817_600_123_456, recording };
  });
}

test("gzip NDJSON of more than the compressor's buffers hold is packed in workerd, and is read back", async () => {
  const { add, finish } = await formatOf("ndjson").pack("full");
  const rows = makeRows();
  for (let at = 0; at < rows.length; at += 5) await add(rows.slice(at, at + 5));
  const unpacked = new Blob([await finish()]).stream().pipeThrough(new DecompressionStream("gzip"));
  const lines = (await new Response(unpacked).text()).trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(rows.map((_, at) => `r${at}`));
});

test("Parquet is packed in workerd", async () => {
  const { add, finish } = await formatOf("parquet").pack("full");
  const rows = makeRows();
  for (let at = 0; at < rows.length; at += 5) await add(rows.slice(at, at + 5));
  const bytes = await finish();
  const text = new TextDecoder("latin1").decode(bytes);
  expect([text.slice(0, 4), text.slice(-4), text.includes("aircheck ")]).toEqual(["PAR1", "PAR1", true]);
  expect(bytes.length).toBeGreaterThan(9_000_000);
});
