import type { Context } from "hono";
import { readBytes } from "../admit/body";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { Pages } from "./visitor";

/**
 * The fields of a form that one of our own pages sends.
 * @throws CollectorError `forbidden` for another site's: it would do in a visitor's name what he does not want.
 */
export async function readOwnForm(c: Context<Pages>): Promise<Record<string, string>> {
  if (c.req.header("Origin") !== new URL(c.req.url).origin)
    throw new CollectorError("forbidden", "This form is for the collector's own pages.");
  const text = new TextDecoder().decode(await readBytes(c, limits.commandBytesMax));
  return Object.fromEntries(new URLSearchParams(text));
}
