import type { DescribedOperation, DescribedPath, Description } from "../description";

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** One operation, where it is and how it is named there. */
export interface ListedOperation {
  id: string;
  method: (typeof methods)[number];
  path: string;
  /** The addresses before the path, the preferred one first; none where it is as with all others. */
  servers: string[];
  operation: DescribedOperation;
}

/** Those of one tag. */
export interface ListedPart {
  name: string;
  anchor: string;
  about: string;
  operations: ListedOperation[];
}

/** A description's operations by their tags, in its own order. */
export function listOperations({ tags, paths }: Description): ListedPart[] {
  const all = Object.entries(paths).flatMap(([path, methodsOfPath]) => operationsOf(path, methodsOfPath));
  return tags.map(({ name, description }) => ({
    name,
    anchor: `part-${name.replaceAll(" ", "-").toLowerCase()}`,
    about: description,
    operations: all.filter(({ operation }) => operation.tags.includes(name)),
  }));
}

function operationsOf(path: string, { servers = [], ...own }: DescribedPath): ListedOperation[] {
  return methods.flatMap((method) => {
    const operation = own[method] as DescribedOperation | undefined;
    return operation === undefined ? [] : [{ id: operation.operationId, method, path, servers: servers.map(({ url }) => url), operation }];
  });
}
