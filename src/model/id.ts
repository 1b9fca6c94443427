import * as z from "zod";
import { CollectorError } from "../errors";
import { limits } from "../limits";

/**
 * The id of a project, session, trace, recording, test run or test case. The alphabet leaves out NUL and lone
 * surrogates, which D1 would fold together; `.` and `..` alone are refused since no URL path can carry them.
 */
export const Id = z
  .string()
  .regex(
    new RegExp(`^(?!\\.{1,2}$)[A-Za-z0-9_.:@-]{1,${limits.idCharsMax}}$`),
    `must be 1–${limits.idCharsMax} characters of A–Z a–z 0–9 _ . : @ -, and not . or .. alone`,
  );
export type Id = z.infer<typeof Id>;

/** Whether a value is a well-formed id. */
export function isId(value: unknown): value is Id {
  return Id.safeParse(value).success;
}

/**
 * An id from a path, whose part is called `name`.
 * @throws CollectorError `bad_request` where it is none.
 */
export function readId(value: string, name: string): Id {
  const parsed = Id.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CollectorError("bad_request", `The path's ${name} is not a valid id.`, {
    issues: [{ path: name, message: parsed.error.issues[0]?.message ?? "" }],
  });
}
