import { limits } from "../limits";
import { wrongCursor } from "./cursor";
import type { SearchOrder } from "./search-plan";

/** Where a row stands in the order of a search: its time, where it is ordered by one, and what tells it from all others. */
export interface Place {
  us: number | null;
  key: number | string;
}

/** Behind which place a page begins, and how many rows that match are still to be passed over. */
export interface SearchStart {
  after: Place | null;
  skip: number;
}

const letters = { seq: "s", time: "t", created: "c" } as const;

/** A place as an opaque text for URLs. By seq alone it is that of the log (`encodeCursor`). */
export function encodePlace(order: SearchOrder, { us, key }: Place, skip = 0): string {
  const parts = [us, key].flatMap((part) => (part === null ? [] : typeof part === "number" ? BigInt(part).toString(36) : part));
  return letters[order] + parts.join(".") + (skip === 0 ? "" : `~${skip.toString(36)}`);
}

/** @throws CollectorError `bad_request` for a text that no search of this order gave. */
export function decodePlace(order: SearchOrder, cursor: string): SearchStart {
  const [, letter, us, key = "", skip = "0"] = /^([stc])(?:([0-9a-z]{1,12})\.)?([\w.:@-]{1,128})(?:~([0-9a-z]{1,4}))?$/.exec(cursor) ?? [];
  if (letter !== letters[order] || (order === "seq") !== (us === undefined)) throw wrongCursor();
  const place = { us: us === undefined ? null : readNumber(us), key: order === "created" ? key : readSafe(key) };
  const skipped = readSafe(skip);
  if (skipped > limits.skippedRowsMax) throw wrongCursor();
  return { after: place, skip: skipped };
}

function readSafe(text: string): number {
  const number = readNumber(text);
  if (!Number.isSafeInteger(number)) throw wrongCursor();
  return number;
}

/** Exact, since a time of the far future is no safe integer. */
function readNumber(text: string): number {
  if (!/^[0-9a-z]{1,12}$/.test(text)) throw wrongCursor();
  return Number(text.split("").reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n));
}
