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
