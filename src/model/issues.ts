import type * as z from "zod";
import type { Issue } from "../errors";
import { limits } from "../limits";

/**
 * A schema's complaints as issues. Their messages are the schema's own words, which never hold a value; a path
 * is shown as far as it consists of indices and short plain names.
 */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.slice(0, limits.issuesMax).map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
}
