/** What waits to be sent: a recording, or feedback. */
export interface Item {
  /** What it is kept under: places are in the order of time. */
  place: string;
  /** The recording's id. */
  id: string;
  /** The key that it is sent with, which may be an older one than the recorder's own. */
  key: string;
  /** Where it is sent to. */
  to: string;
  /** JSON, and how many bytes it has. */
  text: string;
  bytes: number;
}

/** How many bytes of JSON these are. */
export function bytesOf(items: Item[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The items as one body. */
export function bodyOf(items: Item[]): string {
  return `[${items.map(({ text }) => text).join()}]`;
}

/** The first items that go into one post, of one key and address: so many, and so many bytes, but one at least if `isOneAtLeast`. */
export function fitting<One extends Item>(items: One[], itemsMax: number, bytesMax: number, isOneAtLeast: boolean): One[] {
  const fit: One[] = [];
  let bytes = 1;
  for (const item of items) {
    const [first = item] = fit;
    const isMate = item.key === first.key && item.to === first.to;
    const hasRoom = (isOneAtLeast && fit.length === 0) || (fit.length < itemsMax && bytes + item.bytes < bytesMax);
    if (!isMate || !hasRoom) continue;
    fit.push(item);
    bytes += item.bytes + 1;
  }
  return fit;
}
