import { isJsonObject, type Json, type JsonObject } from "../../model/json";

/** An object whose values are taken out one by one, so that what nobody took can be shown too. */
export interface Opened {
  /** The value of the first of these keys that is there. */
  take: (...keys: string[]) => Json | undefined;
  takeText: (...keys: string[]) => string | null;
  takeObject: (...keys: string[]) => JsonObject | null;
  /** A value that is what is looked for, and no other: whatever else stands there is kept for `rest`. */
  takeIf: (isWanted: (value: Json) => boolean, ...keys: string[]) => Json | undefined;
  /** The text of a key where it is one of the words that are known. */
  takeWord: (key: string, known: RegExp) => string | null;
  get: (key: string) => Json | undefined;
  has: (key: string) => boolean;
  /** What was not taken; null where all was. */
  rest: () => JsonObject | null;
}

/** Values that say nothing by themselves. */
const isVoid = (value: Json): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);

export function openObject(object: JsonObject): Opened {
  const left = new Map(Object.entries(object));
  const takeIf = (isWanted: (value: Json) => boolean, keys: string[]): Json | undefined => {
    for (const key of keys) {
      const value = left.get(key);
      if (value === undefined || value === null || !isWanted(value)) continue;
      left.delete(key);
      return value;
    }
    return undefined;
  };
  return {
    take: (...keys) => takeIf(() => true, keys),
    takeText: (...keys) => {
      const found = takeIf((value) => typeof value === "string", keys);
      return typeof found === "string" ? found : null;
    },
    takeObject: (...keys) => {
      const found = takeIf(isJsonObject, keys);
      return isJsonObject(found) ? found : null;
    },
    takeIf: (isWanted, ...keys) => takeIf(isWanted, keys),
    takeWord: (key, known) => {
      const found = takeIf((value) => typeof value === "string" && known.test(value), [key]);
      return typeof found === "string" ? found : null;
    },
    get: (key) => left.get(key),
    has: (key) => left.has(key),
    rest: () => {
      const entries = [...left].filter(([, value]) => !isVoid(value));
      return entries.length === 0 ? null : Object.fromEntries(entries);
    },
  };
}
