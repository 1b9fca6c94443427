import * as z from "zod";
import type { JsonObject } from "./json";
import { onFirstUse } from "./on-first-use";
import { sha256Hex } from "./sha256";

/** Values by their keys, each as JSON text: it may hold numbers that JavaScript does not. */
export type ValueTexts = [string, string][];

/**
 * What is said of a recording, a trace or a session beside a recording's own post. Plain JSON, for it may wait in the spool or in
 * the Queue. It says what is, not what changes, so that several in any order, and any number of times, come to the same: of two
 * values of one key that of the higher rank counts, and then that which was received later.
 */
const amendmentSchema = onFirstUse(() =>
  z.object({
    version: z.literal(1),
    subject: z.enum(["recording", "trace", "session"]),
    projectId: z.string(),
    id: z.string(),
    /** The session of a trace; null of anything else. */
    sessionId: z.string().nullable(),
    /** Random, of this delivery. */
    receipt: z.string(),
    receivedUs: z.number(),
    /** 0 for what a post of the whole thing says, 1 for what is set by itself. */
    rank: z.union([z.literal(0), z.literal(1)]),
    /** What may be set, map by map: of a recording feedback and evaluations, of a session metadata, of a trace all of them. */
    maps: z.partialRecord(z.enum(["feedback", "evaluations", "metadata", "fields"]), z.array(z.tuple([z.string(), z.string()]))),
    /** Messages that follow a recording's own, joined by commas, and their hash: the same list is appended once. Null is none. */
    appended: z.object({ hash: z.string(), messages: z.string() }).nullable(),
  }),
);
export type Amendment = z.infer<ReturnType<typeof amendmentSchema>>;

/** The amendment that a value is, which comes out of the spool or the queue; null where it is none that is known here. */
export function readAmendment(value: unknown): Amendment | null {
  return amendmentSchema().safeParse(value).data ?? null;
}

/** The entries of an object as an amendment holds them: null says nothing. */
export function valueTexts(values: JsonObject): ValueTexts {
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, JSON.stringify(value)]]));
}

/** Messages as an amendment appends them; null for none. */
export async function appendedMessages(messages: JsonObject[]): Promise<Amendment["appended"]> {
  if (messages.length === 0) return null;
  const joined = messages.map((message) => JSON.stringify(message)).join(",");
  return { hash: (await sha256Hex(joined)).slice(0, 32), messages: joined };
}
