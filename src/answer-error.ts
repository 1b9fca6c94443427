import type { Context } from "hono";
import { routePath } from "hono/route";
import type { Http } from "./env";
import { errorAnswer, toCollectorError } from "./errors";
import { limits } from "./limits";
import { causeText, logEvent } from "./log";

/** The only place that turns an error into HTTP. */
export function answerError<Of extends Pick<Http, "Variables">>(thrown: Error, c: Context<Of>): Response {
  const error = toCollectorError(thrown);
  const requestId = c.var.requestId;
  if (error.status >= 500) {
    const cause = causeText(error.cause ?? error);
    logEvent("request_failed", { request_id: requestId, code: error.code, method: c.req.method, route: routePath(c, -1), cause });
  }
  if (error.retryable || error.retryAfterSeconds !== undefined)
    c.header("Retry-After", String(error.retryAfterSeconds ?? limits.retryAfterSeconds));
  if (error.status === 401) c.header("WWW-Authenticate", "Bearer");
  return c.json({ ...errorAnswer(error), request_id: requestId }, error.status);
}
