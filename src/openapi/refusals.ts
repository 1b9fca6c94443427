import type { DescribedAnswer } from "./description";
import { integer, refTo } from "./schema-parts";

/** What is answered where something is refused or fails, by its status. */
export const refusals: Record<string, { name: string; means: string; isLater?: boolean }> = {
  "400": { name: "BadRequest", means: "Not valid: `issues` names each field" },
  "401": { name: "Unauthorized", means: "No key, or a bad one" },
  "403": { name: "Forbidden", means: "The key may not, or its origin may not" },
  "404": {
    name: "NotFound",
    means: "Not there, or not the key's. What was just sent may be on its way: then it carries Retry-After",
    isLater: true,
  },
  "409": { name: "Conflict", means: "Not now: the message says what it waits for" },
  "413": { name: "TooLarge", means: "Too large; the message says the limit" },
  "415": { name: "UnsupportedMediaType", means: "A media type or encoding that is not read" },
  "429": { name: "RateLimited", means: "The key sent as many posts as its tier allows: again after Retry-After", isLater: true },
  "500": { name: "Failed", means: "A fault of the collector's" },
  "503": { name: "Unavailable", means: "May pass: try again after Retry-After", isLater: true },
  "4XX": { name: "Refused", means: "Refused by what stands before the collector: an address or headers that are too long" },
};

/** They are alike on every route. */
export function describeRefusals(): Record<string, DescribedAnswer> {
  return Object.fromEntries(Object.entries(refusals).map(([status, refusal]) => [refusal.name, describeRefusal(status, refusal)]));
}

function describeRefusal(status: string, { means, isLater = false }: (typeof refusals)[string]): DescribedAnswer {
  if (status === "4XX") return { description: means };
  return {
    description: means,
    ...(isLater ? { headers: { "Retry-After": { description: "Seconds", schema: integer } } } : {}),
    content: { "application/json": { schema: refTo("Error") } },
  };
}
