import { buildDeps, type Env } from "../src/env";
import { deliverBatch } from "../src/export/deliver";
import type { ExportRow } from "../src/export/pack/export-row";
import { packNdjson } from "../src/export/pack/ndjson";
import { r2Store } from "../src/export/reach/r2-store";
import { readRows } from "../src/export/read-rows";
import worker from "../src/index";
import { parseBatchId } from "../src/model/batch";
import { wholeContents } from "../src/keep/contents";
import { recordingText } from "../src/model/recording-wire";
import { sha256Hex } from "../src/model/sha256";
import { linesInRange } from "../src/store/log";
import { recordingsAt } from "../src/store/recordings";

/** The rows of the batch that is measured: the bare loop has them parsed in memory before its time begins, and so has the packer as they come from D1. */
let rows: unknown[] = [];
let chunks: ExportRow[][] = [];
let packed = new Uint8Array();

/** The collector, and beside it a door for `npm run bench:export`: one step a request, so that its time can be taken from outside. */
export default {
  ...worker,
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const id = searchParams.get("id") ?? "";
    switch (pathname) {
      case "/bench/nothing":
        return new Response("");
      case "/bench/reset":
        return new Response(await reset(id, env));
      case "/bench/deliver":
        await deliverBatch(id, buildDeps(env, context));
        return new Response("");
      case "/bench/bare":
        return new Response(String(await packBare()));
      case "/bench/read":
        chunks = await readBatch(id, env);
        return new Response("");
      case "/bench/pack":
        packed = await packChunks();
        return new Response(await sha256Hex(packed));
      case "/bench/put":
        await r2Store(env.ARCHIVE).put(crypto.randomUUID(), {
          bytes: packed,
          sha256: await sha256Hex(packed),
          contentType: "",
          metadata: {},
        });
        return new Response("");
      default:
        return await worker.fetch(request as Parameters<typeof worker.fetch>[0], env, context);
    }
  },
};

/** Makes a batch wait again, under a key of its own, and takes its rows into memory. Answers the bytes of its lines. */
async function reset(id: string, env: Env): Promise<string> {
  const name = parseBatchId(id);
  if (name === null) throw new Error(`No batch is called ${id}`);
  await env.DB.prepare(
    `UPDATE batches SET state = 'cut', attempts = 0, manifest = NULL, cut_us = cut_us + 1, due_us = 0, lease_until_us = 0
     WHERE destination = ?1 AND generation = ?2 AND from_seq = ?3`,
  )
    .bind(name.destination, name.generation, name.fromSeq)
    .run();
  const seqs = Array.from({ length: name.toSeq - name.fromSeq }, (_, index) => name.fromSeq + 1 + index);
  const lines = (await wholeContents(await recordingsAt(env.DB, seqs), { archive: env.ARCHIVE })).map(recordingText);
  rows = lines.map((line) => JSON.parse(line) as unknown);
  return String(lines.reduce((sum, line) => sum + line.length + 1, 0));
}

/** The parts of a delivery, one by one: what D1 takes, what the collector itself does, and what R2 takes. */
async function readBatch(id: string, env: Env): Promise<ExportRow[][]> {
  const name = parseBatchId(id);
  const lines = name === null ? [] : await linesInRange(env.DB, name, { projectId: null, environment: null });
  const read: ExportRow[][] = [];
  for await (const chunk of readRows(lines, { db: env.DB, archive: env.ARCHIVE })) read.push(chunk);
  return read;
}

async function packChunks(): Promise<Uint8Array<ArrayBuffer>> {
  const packer = packNdjson("full");
  for (const chunk of chunks) await packer.add(chunk);
  return await packer.finish();
}

/** What an exporter cannot do without: every row printed, and the whole packed. */
async function packBare(): Promise<number> {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const gzip = new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")));
  return (await gzip.arrayBuffer()).byteLength;
}
