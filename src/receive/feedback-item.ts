import { projectOf } from "../admit/principal";
import type { Deps } from "../env";
import type { Issue } from "../errors";
import type { Amendment } from "../model/amendment";
import { Id } from "../model/id";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { Principal } from "../model/key";
import { sortKeys } from "../model/own-keys";
import { amendmentFromFeedback, refuse } from "./feedback-wire";

/** Messages are here since null is absent. */
const itemKeys = { id: ["completion_id"], project_id: [], feedback: [], messages: ["all_messages"] };

/** Whether an item of a post is feedback: it has some, and no messages. */
export function isFeedbackItem(item: Json): item is JsonObject {
  if (!isJsonObject(item) || !("feedback" in item)) return false;
  return ["messages", "all_messages", "allMessages"].every((name) => (item[name] ?? null) === null);
}

/**
 * Feedback among recordings: `{"id", "feedback"}`, and the project where the key is for all.
 * @throws CollectorError `bad_request` naming what is wrong; `not_found` for another project.
 */
export function amendmentFromFeedbackItem(item: JsonObject, principal: Principal, deps: Deps): Amendment {
  const issues: Issue[] = [];
  const { known, unknown } = sortKeys(item, itemKeys, "", issues);
  const { id, project_id: project, feedback } = known;
  for (const path of Object.keys(unknown)) issues.push({ path, message: "is no field of feedback" });
  for (const [path, value] of [
    ["id", id],
    ["project_id", project],
  ] as const) {
    const message = Id.optional().safeParse(value).error?.issues[0]?.message;
    if (message !== undefined) issues.push({ path, message });
  }
  if (id === undefined) issues.push({ path: "id", message: "is required: the recording's" });
  if (!isJsonObject(feedback)) issues.push({ path: "feedback", message: "must be an object" });
  refuse("feedback", issues);
  const about = {
    subject: "recording",
    projectId: projectOf(principal, project as string | undefined),
    id: id as string,
    sessionId: null,
  } as const;
  return amendmentFromFeedback(feedback as JsonObject, about, deps);
}
