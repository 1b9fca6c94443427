import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readTurns } from "../../../src/dashboard/chat/read-turns";
import { isAnswer } from "../../../src/enrich/call/read-message";
import type { JsonObject } from "../../../src/model/json";

const content = fc.constantFrom<JsonObject[string]>(
  "a",
  null,
  [{ type: "output_text", text: "a" }],
  [{ type: "input_text", text: "a" }],
  [{ type: "refusal", refusal: "a" }],
);
const role = fc.constantFrom("user", "assistant", "Assistant", "model", "chatbot", "ai", "system", "developer", "tool", "function", "odd");
const type = fc.constantFrom(
  "message",
  "function_call",
  "function_call_output",
  "reasoning",
  "web_search_call",
  "computer_call_output",
  "tool_use",
  "mcp_list_tools",
  "item_reference",
  "output_text",
  "odd",
);
const message: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ role, content }),
  fc.record({ type, content }),
  fc.record({ role, type, content }),
  fc.record({ content }),
);

test("what is shown as the answer is what is counted as it", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
      const asked = messages.findLastIndex((one) => !isAnswer(one));
      expect(readTurns(messages).map((turn) => turn.isAnswer)).toEqual(messages.map((_, index) => index > asked));
    }),
    { numRuns: 1000 },
  );
});
