/** What stands in a tree: a trace, a tool's span, a recording. */
export interface TreeItem {
  type: "trace" | "recording";
  id: string;
  /** The trace or recording that it belongs to, which may not be among the items. */
  parentId: string | null;
  /** When it began, or was first heard of: what siblings are ordered by. */
  atUs: number;
  /** Whether somebody said when it began: those that began at once are in an order that is no matter of which came in first. */
  isTimed: boolean;
}

/** An item with what belongs to it, in the order in which it began. */
export interface Branch<Item extends TreeItem> {
  item: Item;
  children: Branch<Item>[];
}

/**
 * Items as trees, each once. Whose parent is not among them stands at the top; and so does one of a ring of parents, the first to have
 * begun. An id that a trace and a recording have means the trace.
 */
export function growTree<Item extends TreeItem>(items: Item[]): Branch<Item>[] {
  const branches = items.toSorted(compareItems).map((item): Branch<Item> => ({ item, children: [] }));
  const known = new Map<string, Branch<Item>>();
  for (const type of ["recording", "trace"])
    for (const branch of branches) if (branch.item.type === type) known.set(branch.item.id, branch);
  const parents = new Map<Branch<Item>, Branch<Item>>();
  // The last first, so that the parent which would close a ring is the first one's.
  for (const branch of branches.toReversed()) {
    const parent = known.get(branch.item.parentId ?? "");
    if (parent !== undefined && !isWithin(parent, branch, parents)) parents.set(branch, parent);
  }
  for (const branch of branches) parents.get(branch)?.children.push(branch);
  return branches.filter((branch) => !parents.has(branch));
}

/** By when they began, traces first; those that nobody said it of stay as they are. */
function compareItems(one: TreeItem, other: TreeItem): number {
  if (one.atUs !== other.atUs) return one.atUs - other.atUs;
  if (one.type !== other.type) return one.type === "trace" ? -1 : 1;
  if (one.isTimed !== other.isTimed) return one.isTimed ? 1 : -1;
  return one.isTimed && one.id !== other.id ? (one.id < other.id ? -1 : 1) : 0;
}

/** Whether one is the other, or below it. */
function isWithin<Item extends TreeItem>(one: Branch<Item>, other: Branch<Item>, parents: Map<Branch<Item>, Branch<Item>>): boolean {
  for (let above: Branch<Item> | undefined = one; above !== undefined; above = parents.get(above)) if (above === other) return true;
  return false;
}
