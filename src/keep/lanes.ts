/** Runs work, so much of it at once; the rest waits for its turn, in order. */
export type Lanes = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** So many lanes, that no other event's work is in. */
export function openLanes(count: number): Lanes {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Works items off in lanes of their own; answers in their order. @throws what the first that failed threw. */
export async function inLanes<Item, Result>(items: Item[], lanes: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const inLane = openLanes(lanes);
  return await Promise.all(items.map(async (item) => await inLane(async () => await work(item))));
}
