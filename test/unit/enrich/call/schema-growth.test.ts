import { expect, test } from "vitest";
import { readConversation } from "../../../../src/enrich/call/conversation";
import type { Json, JsonObject } from "../../../../src/model/json";
import { callOf } from "./calls";

const tool = (parameters: JsonObject) => [{ type: "function", function: { name: "f", description: "", parameters } }];
const user = [{ role: "user", content: "a" }];
const refs = (n: number): JsonObject => Object.fromEntries(Array.from({ length: n }, (_, i) => [`p${i}`, { $ref: "#/$defs/big" }]));

/** Posts of about `kb` kilobytes; half of it what is referred to, half references. */
const posts: Record<string, (kb: number) => { toolSchema: Json }> = {
  "enum by reference": (kb) => ({
    toolSchema: tool({
      type: "object",
      properties: refs(kb * 15),
      $defs: { big: { enum: Array.from({ length: kb * 60 }, () => "abcd") } },
    }),
  }),
  "const by reference": (kb) => ({
    toolSchema: tool({ type: "object", properties: refs(kb * 15), $defs: { big: { const: "a".repeat(kb * 500) } } }),
  }),
  "object description by reference": (kb) => ({
    toolSchema: tool({
      type: "object",
      properties: refs(kb * 15),
      $defs: { big: { type: "object", description: "a".repeat(kb * 500), properties: {} } },
    }),
  }),
  "default by reference": (kb) => ({
    toolSchema: tool({
      type: "object",
      properties: refs(kb * 15),
      $defs: { big: { properties: { a: { default: "a".repeat(kb * 500) } } } },
    }),
  }),
  "required by reference": (kb) => ({
    toolSchema: tool({
      type: "object",
      properties: refs(kb * 15),
      $defs: { big: { properties: {}, required: Array.from({ length: kb * 60 }, (_, i) => `r${i}`) } },
    }),
  }),
  "long $ref by reference": (kb) => ({
    toolSchema: tool({ type: "object", properties: refs(kb * 15), $defs: { big: { $ref: "#/".repeat(kb * 250) } } }),
  }),
  "blank description by reference": (kb) => ({
    toolSchema: tool({
      type: "object",
      properties: refs(kb * 15),
      $defs: { big: { properties: { a: { description: "\n".repeat(kb * 250) } } } },
    }),
  }),
};

test.for(Object.keys(posts))("what a schema is written out to grows as its own size does: %s", (name) => {
  for (const kb of [20, 80]) {
    const { toolSchema } = posts[name]!(kb);
    const written = readConversation(callOf({ messages: user, toolSchema })).prompt?.textUnits ?? 0;
    expect(written).toBeLessThan(25_000 + 5 * JSON.stringify(toolSchema).length);
  }
});

test("many tools that refer to themselves share one bound", () => {
  const parameters = { properties: { a: { $ref: "#" }, b: { $ref: "#" } } };
  const toolSchema = Array.from({ length: 40 }, () => ({ type: "function", function: { name: "f", parameters } }));
  const written = readConversation(callOf({ messages: user, toolSchema })).prompt?.textUnits ?? 0;
  expect(written).toBeLessThan(25_000 + 5 * JSON.stringify(toolSchema).length);
});
