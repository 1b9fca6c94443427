import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { wholeContents } from "../keep/contents";
import { readId } from "../model/id";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { RecordingContent, StoredContent } from "../model/recording";
import { toIso } from "../model/time";
import { type FoundSession, recordingsOfSessions, searchSessions } from "../store/search-sessions";
import { namedValues, readContents, textIn } from "./search-rows";
import { readSessionsQuery } from "./sessions-query";

/** Freeplay's list of sessions with their recordings, mounted with and without `/api`. */
export const sessions = new Hono<Http>();

sessions.get("/v2/projects/:project/sessions", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const page = await searchSessions(deps.db, projectId, readSessionsQuery(c));
  const kept = await recordingsOfSessions(
    deps.db,
    projectId,
    page.rows.map(({ id }) => id),
  );
  const bySession = Map.groupBy(await wholeContents(kept, deps, "links"), ({ sessionId }) => sessionId);
  // The answer is a bare list, so what else is to be told of the page is in its headers.
  if (page.nextCursor !== null) c.header("X-Next-Cursor", page.nextCursor);
  c.header("X-Is-Complete", String(page.isComplete));
  return c.json(page.rows.map((session) => sessionAnswer(session, bySession.get(session.id) ?? [])));
});

function sessionAnswer({ id, createdUs, metadata, sums }: FoundSession, recordings: StoredContent[]): JsonObject {
  return {
    session_id: id,
    start_time: toIso(createdUs),
    custom_metadata: metadata,
    messages: readContents(recordings, messageAnswer),
    messages_are_partial: sums.isPartial || recordings.length < sums.recordings,
  };
}

/** A recording as that list has it: what was asked, and the text that was answered. */
function messageAnswer(recording: StoredContent, content: RecordingContent): JsonObject {
  const last = content.messages.at(-1);
  return {
    message_type: "completion",
    completion_id: recording.id,
    environment: content.environment ?? null,
    provider_name: recording.provider,
    model_name: recording.model,
    input_variables: content.inputs ?? {},
    prompt: content.messages.slice(0, -1),
    prompt_template_name: textIn(content.prompt_info, "prompt_template_name"),
    response: last === undefined ? null : responseOf(last),
    customer_feedback: recording.feedback ?? {},
    evaluation_results: [],
    client_evaluation_results: namedValues(content.eval_results),
    notes: [],
    trace_id: content.parent_id ?? null,
    format_version: null,
    start_time: toIso(recording.startedUs),
    end_time: toIso(recording.endedUs),
  };
}

/** A message's text where that is all of it, or the message as it is. */
function responseOf(message: JsonObject): Json {
  const { content } = message;
  if (typeof content === "string") return content;
  const texts = Array.isArray(content)
    ? content.map((part) => (isJsonObject(part) && part["type"] === "text" ? textIn(part, "text") : null))
    : [];
  return texts.length > 0 && texts.every((text) => text !== null) ? texts.join("\n") : message;
}
