import type * as z from "zod";
import type { Issue } from "../errors";
import { limits } from "../limits";

/**
 * A schema's complaints as issues. Their messages are the schema's words, which never hold a value.
 */
export function issuesOf(error: z.ZodError): Issue[] {
  const issues = error.issues
    .slice(0, limits.issuesMax)
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: key.slice(0, limits.idCharsMax), message: "is not known here" }))
        : [{ path: issue.path.map(String).join("."), message: wordsOf(issue) }],
    );
  return issues.slice(0, limits.issuesMax);
}

/** zod's own words for a wrong type, said as the rest of our messages are. */
function wordsOf({ code, message, ...issue }: z.core.$ZodIssue): string {
  if (code !== "invalid_type" || !message.startsWith("Invalid input: ") || !("expected" in issue)) return message;
  if (message.endsWith("received undefined")) return "is required";
  return `must be ${/^[aeio]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
}
