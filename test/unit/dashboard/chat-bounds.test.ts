import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/model/json";
import { chatOf } from "./chat-page";

/** Characters of a page that nobody waits long for. */
const pageCharsMax = 5_000_000;

/** A value within so many lists. */
function nested(value: Json, levels: number): Json {
  return levels === 0 ? value : [nested(value, levels - 1)];
}

const ones = Array.from({ length: 400_000 }, () => 1);

test.for<[string, JsonObject[], boolean?]>([
  ["a text of many characters", [{ role: "user", content: "ab ".repeat(3_000_000) }]],
  ["lines of numbers", [{ role: "user", content: ones }], true],
  ["numbers deep within lists", [{ role: "user", content: { values: nested(ones, 150) } }], true],
  ["the same as the text of a tool", [{ role: "tool", content: JSON.stringify(nested(ones, 150)) }]],
  ["parts without number", [{ role: "user", content: Array.from({ length: 200_000 }, () => ({ text: "a" })) }]],
  ["calls without number", [{ role: "assistant", tool_calls: Array.from({ length: 200_000 }, () => ({ function: { name: "f" } })) }]],
  [
    "parts without number in results without number",
    [
      {
        role: "user",
        content: Array.from({ length: 400 }, () => ({
          type: "tool_result",
          content: Array.from({ length: 400 }, () => ({ type: "text", text: "a" })),
        })),
      },
    ],
  ],
  ["messages without number", Array.from({ length: 100_000 }, () => ({ role: "user", content: [{ text: "a" }, { text: "b" }] }))],
  ["images without number", [{ role: "user", content: "", images: Array.from({ length: 100_000 }, () => "iVBORw0KGgoAAAANSUhEUgAA") }]],
])("%s: the page stays one that can be sent, and says so where it has not all", ([, messages, isWhole = false]) => {
  const { text } = chatOf(messages);
  expect(text.length).toBeLessThan(pageCharsMax);
  expect(/the JSON has|in the JSON/.test(text)).toBe(!isWhole);
});

test("of a long conversation the beginning and the end are shown", () => {
  const { text } = chatOf(Array.from({ length: 1000 }, (_, index) => ({ role: "user", content: `message ${index}.` })));
  for (const shown of ["message 0.", "message 19.", "message 999.", "message 900."]) expect(text).toContain(shown);
  expect(text).not.toContain("message 500.");
  expect(text).toContain("800 messages in between are left out here");
});

test("JSON of a common size is indented, within a text too", () => {
  const { text } = chatOf([{ role: "tool", content: '{"city":"Rome","days":[1,2]}' }]);
  expect(text).toContain('{\n  "city": "Rome",\n  "days": [\n    1,\n    2\n  ]\n}');
});
