import type { StoredRecording } from "../model/recording";
import type { Branch, TreeItem } from "../model/session-tree";
import { latencyMs, toIso } from "../model/time";
import type { TraceHead } from "../store/search-traces";

/** A trace, a tool's span or a recording, with what belongs to it. What a kind does not have, or nobody said, is null. */
export type SessionNode = {
  type: "trace" | "recording";
  id: string;
  parent_id: string | null;
  kind: string | null;
  name: string | null;
  agent_name: string | null;
  provider: string | null;
  model: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  prompt_source: string | null;
  completion_source: string | null;
  cost_usd: number | null;
  has_error: boolean | null;
  started_at: string | null;
  ended_at: string | null;
  latency_ms: number | null;
  children: SessionNode[];
};

interface NodeItem extends TreeItem {
  fields: Omit<SessionNode, "type" | "id" | "parent_id" | "children">;
}

const nothing = {
  kind: null,
  name: null,
  agent_name: null,
  provider: null,
  model: null,
  prompt_tokens: null,
  completion_tokens: null,
  prompt_source: null,
  completion_source: null,
  cost_usd: null,
  has_error: null,
};

/** A trace as it stands in a tree. */
export function traceItem(trace: TraceHead): NodeItem {
  const { id, parentId, kind, name, agentName, startedUs, endedUs, createdUs } = trace;
  return {
    type: "trace",
    id,
    parentId,
    atUs: startedUs ?? createdUs,
    isTimed: startedUs !== null,
    fields: { ...nothing, kind, name, agent_name: agentName, ...times(startedUs, endedUs) },
  };
}

/** A recording as it stands in a tree. */
export function recordingItem(recording: StoredRecording & { parentId: string | null; hasError: boolean | null }): NodeItem {
  const { id, parentId, provider, model, usage, cost, hasError, startedUs, endedUs, receivedUs } = recording;
  return {
    type: "recording",
    id,
    parentId,
    atUs: startedUs ?? receivedUs,
    isTimed: startedUs !== null,
    fields: {
      ...nothing,
      provider,
      model,
      prompt_tokens: usage.prompt.tokens,
      completion_tokens: usage.completion.tokens,
      prompt_source: usage.prompt.source,
      completion_source: usage.completion.source,
      cost_usd: cost.nanoUsd === null ? null : cost.nanoUsd / 1e9,
      has_error: hasError,
      ...times(startedUs, endedUs),
    },
  };
}

/** A branch in the collector's own JSON. */
export function nodeAnswer({ item: { type, id, parentId, fields }, children }: Branch<NodeItem>): SessionNode {
  return { type, id, parent_id: parentId, ...fields, children: children.map(nodeAnswer) };
}

function times(startedUs: number | null, endedUs: number | null) {
  return { started_at: toIso(startedUs), ended_at: toIso(endedUs), latency_ms: latencyMs(startedUs, endedUs) };
}
