/** Items in their order, in groups that each stay within a size, and a count where one is named. An item that is larger is a group of its own. */
export function chunksWithin<Item>(
  items: Item[],
  sizeOf: (item: Item) => number,
  sizeMax: number,
  countMax = Number.POSITIVE_INFINITY,
): Item[][] {
  const chunks: Item[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    size += sizeOf(item);
    if (size > sizeMax || chunks.at(-1)?.length === countMax) {
      chunks.push([]);
      size = sizeOf(item);
    }
    chunks.at(-1)?.push(item);
  }
  return chunks;
}
