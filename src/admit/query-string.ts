import type { Context } from "hono";
import * as z from "zod";
import { issuesOf } from "../model/issues";
import { CollectorError } from "../errors";
import { limits } from "../limits";

/**
 * The parameters of a request, checked against a schema. An empty one is absent.
 * @throws CollectorError `bad_request` naming each that is wrong.
 */
export function readQuery<Schema extends z.ZodType>(c: Pick<Context, "req">, schema: Schema): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new CollectorError("bad_request", "The query string is not valid.", { issues: issuesOf(parsed.error) });
  return parsed.data;
}

/** `limit=` of a list. */
export const PageLimit = z.coerce
  .number({ error: `must be a whole number from 1 to ${limits.pageRowsMax}` })
  .int({ error: `must be a whole number from 1 to ${limits.pageRowsMax}` })
  .min(1)
  .max(limits.pageRowsMax);
