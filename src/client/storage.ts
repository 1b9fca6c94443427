import type { Item } from "./item";
import { newId } from "./new-id";

const storeName = "unsent";
const lateName = "aircheck-unsent-";

/** What waits, in the browser's storage: it outlives the page and the browser. Whatever fails here fails silently: the page has it in memory too. */
export interface Storage {
  put: (item: Item) => void;
  /** Resolves when they are gone; never rejects. */
  remove: (items: Item[]) => Promise<unknown>;
  /** The page is left: what is not known to be kept is kept at once. */
  leave: () => void;
  /** All of it, the oldest first. */
  all: () => Promise<Item[]>;
}

/** Undefined where there is none, or a page may not have it. */
export function openStorage(): Storage | undefined {
  try {
    if (typeof indexedDB !== "object") return undefined;
  } catch {
    return undefined;
  }
  let opening: Promise<IDBDatabase> | undefined;
  /** What is not in a transaction yet, and what is not known to be committed. */
  let puts: Item[] = [];
  let unsure: Item[] = [];
  const late = createLateStorage();

  const within = async <Value>(work: (store: IDBObjectStore) => IDBRequest<Value> | undefined): Promise<Value | undefined> => {
    try {
      const db = await (opening ??= open(() => (opening = undefined)));
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
  const putAll = async () => {
    const all = puts;
    puts = [];
    const isKept = await within((store) => all.map((one) => store.put(one)).at(-1));
    if (isKept !== undefined) forget(all);
  };
  const forget = (items: Item[]) => {
    const places = new Set(items.map(({ place }) => place));
    const isLeft = ({ place }: Item) => !places.has(place);
    // What is settled before it came into a transaction comes into none.
    puts = puts.filter(isLeft);
    unsure = unsure.filter(isLeft);
    if (unsure.length === 0) late.clear();
  };
  const put = (item: Item) => {
    unsure.push(item);
    // One transaction for all that a page records at once.
    if (puts.push(item) === 1) queueMicrotask(() => void putAll());
  };

  return {
    put,
    async remove(items) {
      forget(items);
      await within((store) => {
        for (const { place } of items) store.delete(place);
        return undefined;
      });
    },
    leave: () => late.keep(unsure),
    async all() {
      const kept = (await within<Item[]>((store) => store.getAll())) ?? [];
      const more = late.take();
      for (const item of more) put(item);
      return [...kept, ...more];
    },
  };
}

/**
 * What a page could not see committed before it was left: a browser breaks the transactions of a page that is gone, and keeps what
 * was written to `localStorage`, which is done before the next line. Each page has a name of its own in it.
 */
function createLateStorage() {
  const name = lateName + newId(Date.now());
  let isUsed = false;
  const guarded = <Value>(work: () => Value, otherwise: Value): Value => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  return {
    keep(items: Item[]) {
      if (items.length === 0) return;
      isUsed = true;
      guarded(() => localStorage.setItem(name, JSON.stringify(items)), undefined);
    },
    clear() {
      if (isUsed) guarded(() => localStorage.removeItem(name), undefined);
      isUsed = false;
    },
    /** What earlier pages left, which is here no longer then. */
    take(): Item[] {
      return guarded(
        () =>
          Object.keys(localStorage)
            .filter((one) => one.startsWith(lateName))
            .flatMap((one) => {
              const text = localStorage.getItem(one) ?? "[]";
              localStorage.removeItem(one);
              return JSON.parse(text) as Item[];
            })
            .filter((item: Item | null) => typeof item?.text === "string"),
        [],
      );
    },
  };
}

/** `onGone` is told when the connection is: browsers take it away, from pages that slept for instance. */
async function open(onGone: () => void): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const request = indexedDB.open("aircheck", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(storeName, { keyPath: "place" }));
    request.addEventListener("success", () => {
      const db = request.result;
      db.addEventListener("close", onGone);
      // A later version of this, in another tab, may go on.
      db.addEventListener("versionchange", () => {
        db.close();
        onGone();
      });
      resolve(db);
    });
    request.addEventListener("error", reject);
  });
}
