import { integerOrNull, listOf, map, numberOrNull, objectOf, refTo, text, textOrNull, timeOrNull, truth } from "./schema-parts";

/** What a session and a trace have of the tree. */
export const treeProperties = {
  tree: listOf(refTo("TreeNode")),
  tree_is_partial: { ...truth, description: "Whether there may be more in it than is answered" },
};

/** What a session has of its conversation. */
export const conversationProperties = {
  conversation: {
    ...listOf(refTo("ConversationTurn")),
    description: "What each recording of the page adds, in the order in which the calls began",
  },
};

/** The schemas of what sessions and traces are made of. */
export const sessionSchemas: Record<string, unknown> = {
  ConversationTurn: objectOf({
    recording_id: text,
    at: timeOrNull,
    follows: { ...textOrNull, description: "The recording that it goes on from; null where it begins anew" },
    is_branch: { ...truth, description: "Whether it leaves out what that one ended with" },
    messages: { ...listOf(map), description: "Those that the one before does not have" },
  }),
  TreeNode: objectOf({
    type: { enum: ["trace", "recording"] },
    id: text,
    parent_id: { ...textOrNull, description: "At the top: of what is not there" },
    kind: textOrNull,
    name: textOrNull,
    agent_name: textOrNull,
    provider: textOrNull,
    model: textOrNull,
    prompt_tokens: integerOrNull,
    completion_tokens: integerOrNull,
    prompt_source: textOrNull,
    completion_source: textOrNull,
    cost_usd: numberOrNull,
    has_error: { type: ["boolean", "null"] },
    started_at: timeOrNull,
    ended_at: timeOrNull,
    latency_ms: numberOrNull,
    children: listOf(refTo("TreeNode")),
  }),
};
