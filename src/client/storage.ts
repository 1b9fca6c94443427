import type { Item } from "./item";

const storeName = "unsent";

/** What waits, in the browser's storage: it outlives the page and the browser. Whatever fails here fails silently: the page has it in memory too. */
export interface Storage {
  put: (item: Item) => void;
  remove: (items: Item[]) => void;
  /** All of it, the oldest first. */
  all: () => Promise<Item[]>;
  clear: () => Promise<unknown>;
}

/** Undefined where there is none, or a page may not have it. */
export function openStorage(): Storage | undefined {
  try {
    if (typeof indexedDB !== "object") return undefined;
  } catch {
    return undefined;
  }
  let opening: Promise<IDBDatabase> | undefined;
  let puts: Item[] = [];

  const within = async <Value>(work: (store: IDBObjectStore) => IDBRequest<Value> | undefined): Promise<Value | undefined> => {
    try {
      const db = await (opening ??= open());
      return await new Promise((resolve, reject) => {
        const transaction = db.transaction(storeName, "readwrite");
        const request = work(transaction.objectStore(storeName));
        transaction.addEventListener("complete", () => resolve(request?.result));
        transaction.addEventListener("abort", reject);
        // At once: the page may be gone before it is told that all was done.
        transaction.commit();
      });
    } catch {
      // The connection may be gone: the next call makes another.
      opening = undefined;
      return undefined;
    }
  };

  return {
    put(item) {
      // One transaction for all that a page records at once.
      if (puts.push(item) > 1) return;
      queueMicrotask(() => {
        const all = puts;
        puts = [];
        void within((store) => {
          for (const one of all) store.put(one);
          return undefined;
        });
      });
    },
    remove(items) {
      void within((store) => {
        for (const { place } of items) store.delete(place);
        return undefined;
      });
    },
    all: async () => (await within<Item[]>((store) => store.getAll())) ?? [],
    clear: async () => await within((store) => store.clear()),
  };
}

async function open(): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const request = indexedDB.open("aircheck", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(storeName, { keyPath: "place" }));
    request.addEventListener("success", () => {
      const db = request.result;
      // A later version of this, in another tab, may go on.
      db.addEventListener("versionchange", () => db.close());
      resolve(db);
    });
    request.addEventListener("error", reject);
  });
}
