import type * as z from "zod";
import type { Issue } from "../errors";
import { limits } from "../limits";

/**
 * A schema's complaints as issues. Their messages are the schema's words, which never hold a value.
 */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.slice(0, limits.issuesMax).map((issue) => ({ path: issue.path.map(String).join("."), message: wordsOf(issue) }));
}

/** zod's own words for a wrong type, said as the rest of our messages are. */
function wordsOf({ code, message, ...issue }: z.core.$ZodIssue): string {
  if (code !== "invalid_type" || !message.startsWith("Invalid input: ") || !("expected" in issue)) return message;
  if (message.endsWith("received undefined")) return "is required";
  return `must be ${/^[aeio]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
}
