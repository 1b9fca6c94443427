import type { JsonObject } from "./json";

/** What a recording was asked and answered: the whole conversation so far. */
export interface Told {
  id: string;
  messages: JsonObject[];
}

/** What one recording adds to a conversation. */
export interface ConversationTurn {
  id: string;
  /** The recording that it goes on from: the one with the most in common; null where it begins anew, if with the same system's prompt. */
  followsId: string | null;
  /** Whether it leaves out what that one ended with: an answer that was asked for again, or another branch. */
  isBranch: boolean;
  /** The messages that are not that one's. */
  messages: JsonObject[];
}

/**
 * A conversation without what its recordings repeat: each has the whole of it so far, and is told by what it has beyond the one before
 * with which it has the most in common. Those of `before` are gone on from, and not told themselves.
 */
export function tellTurns(before: Told[], recordings: Told[]): ConversationTurn[] {
  const numbers = new Map<string, number>();
  const numberOf = (message: JsonObject): number => {
    const text = JSON.stringify(message);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const earlier = before.map(({ id, messages }) => ({ id, told: messages.map(numberOf) }));
  return recordings.map(({ id, messages }) => {
    const told = messages.map(numberOf);
    let best: { id: string; common: number; length: number } | null = null;
    for (const one of earlier) {
      const common = commonLength(one.told, told);
      const isWhole = common === one.told.length;
      const isBetter = best === null || common > best.common || (common === best.common && isWhole);
      if (common > 0 && isBetter) best = { id: one.id, common, length: one.told.length };
    }
    earlier.push({ id, told });
    if (best === null || messages.slice(0, best.common).every(isOfSystem)) return { id, followsId: null, isBranch: false, messages };
    return { id, followsId: best.id, isBranch: best.common < best.length, messages: messages.slice(best.common) };
  });
}

/** What an application says in each of its conversations. */
function isOfSystem({ role }: JsonObject): boolean {
  return role === "system" || role === "developer";
}

function commonLength(one: number[], other: number[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}
