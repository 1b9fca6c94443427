/** A bucket that batches are written to. Both throw CollectorError `unavailable` for what may pass, and `refused` for what will not. */
export interface ObjectStore {
  /** Makes an object, unless one of that key is there: then that one stays. `metadata` is short ASCII text by lower-case names of `a-z0-9_`. */
  put: (key: string, object: NewObject) => Promise<"made" | "exists">;
  /** What is known of an object without reading it, or null where there is none. */
  head: (key: string) => Promise<{ bytes: number; metadata: Record<string, string> } | null>;
}

export interface NewObject {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the bytes, in lower-case hex. */
  sha256: string;
  contentType: string;
  metadata: Record<string, string>;
}
