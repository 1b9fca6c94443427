import * as z from "zod";
import { CollectorError } from "../errors";
import { limits } from "../limits";

const words = "must be a whole number from 1 on";

/** `page=` of the lists that count their pages. */
export const pageNumber = z.coerce
  .number({ error: words })
  .int(words)
  .min(1, words)
  .default(1)
  .describe(`The page, from 1 on; it may pass over ${limits.skippedRowsMax} rows`);

/** How many rows a page number passes over. @throws CollectorError `bad_request` where that is too many. */
export function skippedRows(page: number, pageSize: number): number {
  const skip = (page - 1) * pageSize;
  if (skip <= limits.skippedRowsMax) return skip;
  throw new CollectorError("bad_request", "The page is too far down. Go on by the next_cursor of a page before.", {
    issues: [{ path: "page", message: `may pass over ${limits.skippedRowsMax} rows` }],
  });
}
