import type { Context } from "hono";
import * as z from "zod";
import { Id } from "../model/id";
import { issuesOf } from "../model/issues";
import { Moment } from "../model/time";
import { CollectorError } from "../errors";
import { limits } from "../limits";

/**
 * The parameters of a request, checked against a schema. An empty one is absent.
 * @throws CollectorError `bad_request` naming each that is wrong.
 */
export function readQuery<Schema extends z.ZodType>(c: Pick<Context, "req">, schema: Schema): z.output<Schema> {
  return checkQuery(c.req.query(), schema);
}

/** The same of parameters that were read already. */
export function checkQuery<Schema extends z.ZodType>(parameters: Record<string, string>, schema: Schema): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new CollectorError("bad_request", "The query string is not valid.", { issues: issuesOf(parsed.error) });
  return parsed.data;
}

/** A moment in a query string, where a number is text: Unix seconds, or ISO 8601. Parsed to Unix seconds. */
export const QueryMoment = z.preprocess(
  (value) => (typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  Moment,
);

/** `project_id=` of what is one project's: a key of one project may leave it out. */
export const ProjectQuery = z.strictObject({
  project_id: Id.optional().describe("The project; required with a key of all projects"),
});

/** `cursor=` of a list. */
export const Cursor = z.string().describe("next_cursor of the page before");

/** `limit=&cursor=` of a list in the order of its ids, where a cursor is the last id of the page before. */
export const PageByIdQuery = z.strictObject({
  limit: pageLimit(limits.listRowsMax, limits.listRowsDefault),
  cursor: Cursor.max(limits.idCharsMax).default(""),
});

/** `limit=&cursor=` of a list in the order of the log. */
export const PageBySeqQuery = z.strictObject({
  limit: pageLimit(limits.listRowsMax, limits.listRowsDefault),
  cursor: Cursor.optional(),
});

/** `limit=` of a list: up to `max` rows, and `preset` where none is named. */
export function pageLimit(max: number, preset: number) {
  const words = `must be a whole number from 1 to ${max}`;
  const rows = z.coerce.number({ error: words }).int(words).min(1, words).max(max, words);
  return rows.default(preset).describe("Rows on a page");
}

/** `page=&page_size=` of a list whose pages are named by their numbers, from 1 on. */
export function numberedPage(max: number, preset: number) {
  return { page: pageLimit(limits.numberedPagesMax, 1).describe("The page, from 1 on"), page_size: pageLimit(max, preset) };
}
