import { refTo } from "./schema-parts";

/** One method of one path. */
export interface Operation {
  summary: string;
  /** The scopes that may; none is public. */
  scopes: string;
  /** What each good status means, and the name of its answer's schema where it has one. */
  success: Record<string, string | [meaning: string, schema: string]>;
  /** Statuses beside those that every operation with a key has. */
  refusals?: string[];
  body?: { schema: unknown; types: string[] };
  query?: Record<string, string>;
  /** Where the answer is not JSON. */
  answerType?: string;
}

/** `limit` and `cursor` of a list. */
export function pageQuery(rowsMax: number, preset: number): Record<string, string> {
  return { limit: `Rows on a page, 1–${rowsMax}; ${preset} where none is named`, cursor: "next_cursor of the page before" };
}

/** A JSON body by the name of its schema. */
export function jsonBody(schema: string): Operation["body"] & object {
  return { schema: refTo(schema), types: ["application/json"] };
}
