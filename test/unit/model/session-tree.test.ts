import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Branch, growTree, type TreeItem } from "../../../src/model/session-tree";

const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
/** Random graphs: ids that a trace and a recording may share, parents that may be missing, one's own, or in rings. */
const items = fc
  .uniqueArray(
    fc.record({
      type: fc.constantFrom<TreeItem["type"]>("trace", "recording"),
      id: fc.constantFrom(...ids),
      parentId: fc.constantFrom(null, "gone", ...ids),
      atUs: fc.integer({ min: 0, max: 5 }),
      isTimed: fc.boolean(),
    }),
    { selector: ({ type, id }) => `${type} ${id}`, maxLength: 16 },
  )
  .map((given): TreeItem[] => given);

interface Place {
  item: TreeItem;
  above: TreeItem[];
}

function placesIn(branches: Branch<TreeItem>[], above: TreeItem[] = []): Place[] {
  return branches.flatMap(({ item, children }) => [{ item, above }, ...placesIn(children, [...above, item])]);
}

/** What an item names as its parent, if it is there. */
function parentOf(item: TreeItem, all: TreeItem[]): TreeItem | undefined {
  const named = all.filter(({ id }) => id === item.parentId);
  return named.find(({ type }) => type === "trace") ?? named[0];
}

/** Those that one comes to by going from parent to parent, until it comes round. */
function ancestorsOf(item: TreeItem, all: TreeItem[]): TreeItem[] {
  const met: TreeItem[] = [];
  for (let above = parentOf(item, all); above !== undefined && !met.includes(above); above = parentOf(above, all)) met.push(above);
  return met;
}

test("each item stands in the tree once, whatever its parents are", () => {
  fc.assert(
    fc.property(items, (all) => {
      const shown = placesIn(growTree(all)).map(({ item }) => item);
      expect(shown).toHaveLength(all.length);
      expect(new Set(shown)).toEqual(new Set(all));
    }),
    { numRuns: 1000 },
  );
});

test("an item stands below its parent; at the top where that is not there, or where it is the first of a ring", () => {
  fc.assert(
    fc.property(items, (all) => {
      for (const { item, above } of placesIn(growTree(all))) {
        const parent = parentOf(item, all);
        const ring = ancestorsOf(item, all);
        const isFirst = ring.includes(item) && ring.every(({ atUs }) => item.atUs <= atUs);
        if (above.length > 0) expect(above.at(-1)).toBe(parent);
        else expect(parent === undefined || isFirst).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a ring has one item at the top", () => {
  fc.assert(
    fc.property(items, (all) => {
      const tops = growTree(all).map(({ item }) => item);
      for (const item of all) {
        const ring = ancestorsOf(item, all);
        if (ring.includes(item)) expect(ring.filter((one) => tops.includes(one))).toHaveLength(1);
      }
    }),
    { numRuns: 1000 },
  );
});

test("siblings stand in the order in which they began, and the order in which they came changes nothing", () => {
  fc.assert(
    fc.property(items, fc.infiniteStream(fc.nat()), (given, random) => {
      // Of two that begin at once, the one that was stored first is first: here none do.
      const all = given.map((item, index) => ({ ...item, atUs: item.atUs * 100 + index }));
      const tree = growTree(all);
      const checkOrder = (branches: Branch<TreeItem>[]): void => {
        const times = branches.map(({ item }) => item.atUs);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
        for (const { children } of branches) checkOrder(children);
      };
      checkOrder(tree);
      const shuffled = all
        .map((item) => ({ item, rank: random.next().value as number }))
        .toSorted((one, other) => one.rank - other.rank)
        .map(({ item }) => item);
      expect(growTree(shuffled)).toEqual(tree);
    }),
  );
});

test("a chain is grown, as long as all that a tree may have", () => {
  const item = (index: number, parentId: string): TreeItem => ({ type: "trace", id: `${index}`, parentId, atUs: index, isTimed: true });
  const indexes = Array.from({ length: 1000 }, (_, index) => index);
  expect(growTree(indexes.map((index) => item(index, `${index + 1}`)))).toHaveLength(1);
  expect(growTree(indexes.map((index) => item(index, `${index - 1}`)))).toHaveLength(1);
});
