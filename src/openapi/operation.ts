import type * as z from "zod";
import { refTo } from "./schema-parts";

/** What operations are listed under, in this order. */
export const tags = {
  recordings: "Record calls of LLMs, and read what was recorded.",
  sessions: "Conversations: what their recordings come to, and which these are.",
  traces: "The steps of an agent or a workflow, with the recordings in them.",
  metrics: "What calls come to, over time.",
  exports: "Where recordings are exported to, and what became of each batch.",
  projects: "Projects, their prices, and what their own reported usage says of estimates.",
  keys: "Who may do what.",
  client: "What pages and their client use.",
  Freeplay: "The Freeplay SDKs' wire. Their base URL is this address and `/api`; each path is there without it too.",
  "test runs": "Datasets of test cases and runs over them, by the Freeplay SDKs' wire.",
  collector: "What this is, and whether it is well.",
} as const;
type Tag = keyof typeof tags;

/** What is answered: a schema by its name, or bytes of media types. */
export type AnswerBody = string | { types: string[] };

/** One method of one path. */
export interface Operation {
  /** Its operationId: a verb and a noun. */
  id: string;
  tag: Tag;
  summary: string;
  /** The scopes that may; none is public. */
  scopes: string;
  /** What each good status means, and what it answers where it answers something. */
  success: Record<string, string | [meaning: string, body: AnswerBody]>;
  /** Statuses beside those that every operation with a key has. */
  refusals?: string[];
  body?: { schema: unknown; types: string[]; example?: unknown };
  /** The very schema that the query string is read by. */
  query?: z.ZodType;
  /** Parameters whose names hold a key of the caller's, by how they begin. */
  keyed?: Record<string, string>;
}

export type Operations = Record<string, Record<string, Operation>>;

/** A JSON body by the name of its schema, with an example of it. */
export function jsonBody(schema: string, example?: unknown): Operation["body"] & object {
  return { schema: refTo(schema), types: ["application/json"], ...(example === undefined ? {} : { example }) };
}
