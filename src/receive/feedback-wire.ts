import type { Deps } from "../env";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { type Amendment, valueTexts } from "../model/amendment";
import { toShortId } from "../model/bytes";
import type { JsonObject } from "../model/json";
import { mapIssues } from "./amended-map";

/** What is amended, and which rank it has: 0 for a post of the whole thing. */
export type Amended = Pick<Amendment, "subject" | "projectId" | "id" | "sessionId" | "rank">;

/** An amendment that was received now. */
export function newAmendment(amended: Amended, maps: Amendment["maps"], deps: Deps): Amendment {
  const receipt = toShortId(deps.randomBytes(8));
  return { version: 1, ...amended, receipt, receivedUs: deps.now() * 1000, maps, appended: null };
}

/**
 * What a user says of a recording or a trace, by name.
 * @throws CollectorError `bad_request` naming each value that is none.
 */
export function amendmentFromFeedback(body: JsonObject, amended: Omit<Amended, "rank">, deps: Deps): Amendment {
  refuse("feedback", feedbackIssues(body));
  return newAmendment({ ...amended, rank: 1 }, { feedback: valueTexts(body) }, deps);
}

/**
 * Metadata that is set by itself: a flat map, of any values.
 * @throws CollectorError `bad_request` for names that are none.
 */
export function amendmentFromMetadata(body: JsonObject, amended: Omit<Amended, "rank">, deps: Deps): Amendment {
  refuse("metadata", mapIssues(body, "metadata"));
  return newAmendment({ ...amended, rank: 1 }, { metadata: valueTexts(body) }, deps);
}

/** What is wrong with feedback: a value is a string, a number or a boolean. */
export function feedbackIssues(values: JsonObject): Issue[] {
  const wrong = Object.entries(values).filter(([, value]) => {
    return !["string", "number", "boolean"].includes(typeof value) && !JSON.isRawJSON(value);
  });
  const issues = mapIssues(values, "feedback");
  if (issues.length > 0) return issues;
  return wrong.map(([name]) => ({ path: `feedback.${name}`, message: "must be a string, a number or a boolean" }));
}

/** @throws CollectorError `bad_request` where there is any issue; its message tells the first, for SDKs show nothing else. */
export function refuse(what: string, issues: Issue[]): void {
  const [first] = issues;
  if (first === undefined) return;
  throw new CollectorError("bad_request", `The ${what} is not valid: ${first.path} ${first.message}.`, {
    issues: issues.slice(0, limits.issuesMax),
  });
}

/** Whether an amendment says anything. */
export function saysAnything({ maps }: Amendment): boolean {
  return Object.values(maps).some((values) => values.length > 0);
}
