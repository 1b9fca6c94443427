import * as z from "zod";
import type { Deps } from "../env";
import type { Issue } from "../errors";
import { type Amendment, appendedMessages, valueTexts } from "../model/amendment";
import { issuesOf } from "../model/issues";
import { isJsonObject, type JsonObject } from "../model/json";
import { type KeyTable, sortKeys } from "../model/own-keys";
import { mapIssues } from "./amended-map";
import { newAmendment, refuse } from "./feedback-wire";
import { openObjects } from "./payload";

const updateKeys = { new_messages: [], eval_results: [] } satisfies KeyTable;

const Update = z.object({
  new_messages: openObjects(0).optional(),
  eval_results: z.custom<JsonObject>(isJsonObject, "must be an object").optional(),
});

/**
 * An update of a completion as the Freeplay SDKs send it: messages that follow the recording's own, and evaluations.
 * @throws CollectorError `bad_request` naming each field that is wrong, and where neither is given.
 */
export async function amendmentFromUpdate(body: JsonObject, of: { projectId: string; id: string }, deps: Deps): Promise<Amendment> {
  const issues: Issue[] = [];
  const { known } = sortKeys(body, updateKeys, "", issues);
  const parsed = Update.safeParse(known);
  if (!parsed.success) issues.push(...issuesOf(parsed.error));
  const { new_messages: messages, eval_results: evaluations } = parsed.data ?? {};
  if (evaluations !== undefined) issues.push(...mapIssues(evaluations, "eval_results"));
  if (parsed.success && messages === undefined && evaluations === undefined) {
    issues.push({ path: "new_messages", message: "is missing: give new_messages, eval_results, or both" });
  }
  refuse("update", issues);
  const maps = { evaluations: valueTexts(evaluations ?? {}) };
  const amendment = newAmendment({ subject: "recording", ...of, sessionId: null, rank: 1 }, maps, deps);
  return { ...amendment, appended: await appendedMessages(messages ?? []) };
}
