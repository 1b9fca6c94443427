import type { ExportContent } from "../../model/destination";
import { exportLine } from "./line";
import type { Packer } from "./packer";

/** Packs rows as gzip NDJSON. Such objects can be joined: one gzip behind another is one gzip. */
export function packNdjson(content: ExportContent): Packer {
  const gzip = new CompressionStream("gzip");
  const writer = gzip.writable.getWriter();
  const encoder = new TextEncoder();
  // Read while it is written, for the compressor takes no more once its output waits.
  const packed = new Response(gzip.readable).arrayBuffer();
  // Where it fails, so does the write that is waited for: this is heard of there.
  packed.catch(() => undefined);
  return {
    add: async (rows) => {
      if (rows.length === 0) return;
      // One text, encoded and written once: a write for each line would be waited for as often.
      await writer.write(encoder.encode(rows.map((row) => exportLine(row, content)).join("")));
    },
    finish: async () => {
      await writer.close();
      return new Uint8Array(await packed);
    },
  };
}
