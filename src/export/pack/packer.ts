import type { ExportRow } from "./export-row";

/** Makes an object of rows that are handed over in their order, some at a time: what was handed over is packed, and need not be kept. */
export interface Packer {
  add: (rows: ExportRow[]) => Promise<void>;
  /** The whole object. Nothing can be added behind it. */
  finish: () => Promise<Uint8Array<ArrayBuffer>>;
}
