import type { Deps } from "../env";
import { wholeContents } from "../keep/contents";
import { limits } from "../limits";
import { tellTurns, type Told } from "../model/conversation-turns";
import { isJsonObject, type JsonObject, parseJson } from "../model/json";
import type { StoredContent, StoredRecording } from "../model/recording";
import { growTree } from "../model/session-tree";
import { toIso } from "../model/time";
import { unlessCorrupt } from "../store/recording-row";
import { readSessionPage } from "../store/session-pages";
import { findSession } from "../store/sessions";
import { sumsAnswer } from "./session-list";
import { nodeAnswer, type SessionNode, recordingItem, traceItem } from "./session-nodes";
import { firstOf } from "./traces";

/** What one recording adds to the conversation. */
export type TurnAnswer = {
  recording_id: string;
  at: string | null;
  follows: string | null;
  is_branch: boolean;
  messages: JsonObject[];
};

/** What `GET /v1/sessions/{id}` answers. */
export type SessionAnswer = JsonObject & { conversation: TurnAnswer[]; tree: SessionNode[]; next_cursor: string | null };

/**
 * A session with a page of its recordings: the conversation in the order in which the calls began, without what they repeat, and the tree of
 * traces and recordings. Null where there is none.
 * @throws CollectorError `bad_request` for a cursor that is not ours.
 */
export async function readSessionAnswer(
  deps: Pick<Deps, "db" | "archive">,
  projectId: string,
  id: string,
  page: { limit: number; cursor: string | null },
): Promise<SessionAnswer | null> {
  const found = await findSession(deps.db, projectId, id, limits.childrenNamed);
  if (found === null) return null;
  const { rows, before, traces, hasMoreTraces, sums, nextCursor } = await readSessionPage(deps.db, projectId, id, page);
  const [previous, contents] = await Promise.all([wholeContents(before, deps, "links"), wholeContents(rows, deps, "links")]);
  const inOrder = contents.toSorted(compareBeginnings);
  const times = new Map(contents.map((recording) => [recording.id, toIso(beganUs(recording))]));
  const turns = tellTurns(previous.flatMap(toldBy), inOrder.flatMap(toldBy));
  return {
    id,
    project_id: projectId,
    custom_metadata: found.metadata,
    created_at: toIso(found.createdUs),
    ...sumsAnswer(sums),
    ...firstOf("recording", found.recordingIds),
    ...firstOf("trace", found.traceIds),
    conversation: turns.map((turn) => ({
      recording_id: turn.id,
      at: times.get(turn.id) ?? null,
      follows: turn.followsId,
      is_branch: turn.isBranch,
      messages: turn.messages,
    })),
    tree: growTree([...traces.map(traceItem), ...rows.map(recordingItem)]).map(nodeAnswer),
    tree_is_partial: hasMoreTraces || nextCursor !== null || page.cursor !== null,
    next_cursor: nextCursor,
  };
}

/** By when the calls began. Those that began at once are in an order that is no matter of which came in first, where anybody said when. */
function compareBeginnings(one: StoredRecording, other: StoredRecording): number {
  const isSaid = Number(one.startedUs !== null);
  const rest = isSaid === 1 ? (one.id < other.id ? -1 : 1) : one.seq - other.seq;
  return beganUs(one) - beganUs(other) || isSaid - Number(other.startedUs !== null) || rest;
}

function beganUs({ startedUs, receivedUs }: StoredRecording): number {
  return startedUs ?? receivedUs;
}

function toldBy({ seq, id, contentText }: StoredContent): Told[] {
  return unlessCorrupt({ seq }, () => {
    const content = parseJson(contentText);
    const messages = isJsonObject(content) ? content["messages"] : null;
    return { id, messages: Array.isArray(messages) ? messages.filter(isJsonObject) : [] };
  });
}
