/** A UUIDv7: ids are in the order of time. (`crypto.randomUUID` is not there on a page without TLS.) */
export function newId(nowMs: number): string {
  const random = randomBytes();
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = timePart(nowMs);
  const variant = "89ab"[(random[9] ?? 0) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}

/** How ids of a time begin, but for one hyphen. */
function timePart(nowMs: number): string {
  return nowMs.toString(16).padStart(12, "0");
}

/** Where a page or a runtime has no better, chance is enough: an id is no secret. */
function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(10);
  try {
    return crypto.getRandomValues(bytes);
  } catch {
    return bytes.map(() => Math.random() * 256);
  }
}
