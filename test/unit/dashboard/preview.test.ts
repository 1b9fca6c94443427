import * as fc from "fast-check";
import { expect, test } from "vitest";
import { previewText } from "../../../src/dashboard/chat/preview";
import type { JsonObject } from "../../../src/model/json";

test.for<[string, JsonObject[], string]>([
  ["nothing", [], ""],
  [
    "the last message",
    [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi\n\n  there" },
    ],
    "Hi there",
  ],
  [
    "a call",
    [{ role: "assistant", content: null, tool_calls: [{ id: "c", function: { name: "weather", arguments: "{}" } }] }],
    "[calls weather]",
  ],
  ["a tool's result", [{ role: "tool", tool_call_id: "c", content: "18 degrees" }], "[result] 18 degrees"],
  [
    "an image",
    [{ role: "user", content: [{ inlineData: { mimeType: "image/png", data: "iVBORw0KGgo" } }, { text: "See?" }] }],
    "[image] See?",
  ],
  [
    "what is said behind a thought",
    [
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "Hm." },
          { type: "text", text: "Yes." },
        ],
      },
    ],
    "Yes.",
  ],
])("a list shows %s in one line", ([, messages, text]) => {
  expect(previewText(messages)).toBe(text);
});

test("a preview is short, and no character is torn by it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", " ", "👩", "é", "\n"), maxLength: 600, size: "max" }), (content) => {
      const text = previewText([{ role: "user", content }]);
      expect(text.length).toBeLessThanOrEqual(161);
      expect(text).not.toContain("\uFFFD");
      expect(text).not.toMatch(/\s\s/);
      expect(content.replaceAll(/\s+/g, " ").trim().startsWith(text.replace(/…$/, ""))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
