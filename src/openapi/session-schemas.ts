import { refTo, text, textOrNull } from "./schema-parts";

const numberOrNull = { type: ["number", "null"] };
const integerOrNull = { type: ["integer", "null"] };
const truth = { type: "boolean" };

/** What a session and a trace have of the tree. */
export const treeProperties = {
  tree: { type: "array", items: refTo("TreeNode") },
  tree_is_partial: { ...truth, description: "Whether there may be more in it than is answered" },
};

/** What a session has of its conversation. */
export const conversationProperties = {
  conversation: {
    type: "array",
    items: refTo("ConversationTurn"),
    description: "What each recording of the page adds, in the order in which the calls began",
  },
};

/** The schemas of what sessions and traces are made of. */
export const sessionSchemas: Record<string, unknown> = {
  ConversationTurn: {
    type: "object",
    properties: {
      recording_id: text,
      at: textOrNull,
      follows: { ...textOrNull, description: "The recording that it goes on from; null where it begins anew" },
      is_branch: { ...truth, description: "Whether it leaves out what that one ended with" },
      messages: { type: "array", items: { type: "object" }, description: "Those that the one before does not have" },
    },
  },
  TreeNode: {
    type: "object",
    properties: {
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
      started_at: textOrNull,
      ended_at: textOrNull,
      latency_ms: numberOrNull,
      children: { type: "array", items: refTo("TreeNode") },
    },
  },
};
