import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../../../src/model/json";
import { chatOf } from "./chat-page";

/** The words that providers' messages are made of, so that random ones go wherever the reading goes. */
const keys = (
  "role type content parts text name id index status thinking thought reasoning reasoning_content reasoningContent reasoningText summary signature " +
  "encrypted_content data redactedContent thoughtSignature tool_calls function custom function_call functionCall toolUse tool_use tool_call arguments args " +
  "input parameters call_id toolUseId toolCallId tool_call_id tool_use_id output result response functionResponse toolResult tool_result is_error isError " +
  "tool_plan refusal transcript output_text input_text json citationsContent citations image_url source inlineData fileData file_data input_audio " +
  "file image document video audio url bytes fileUri uri b64_json media_type mimeType mediaType format filename title images value kwargs lc " +
  "media_reference base64Data unknown"
).split(" ");
const types = (
  "text input_text output_text refusal json summary_text message thinking redacted_thinking reasoning function function_call tool_use tool_call " +
  "tool-call custom custom_tool_call server_tool_use mcp_call tool_result tool-result web_search_tool_result function_call_output image image_url " +
  "input_image input_audio file document search_result base64 url content error-text human ai constructor image_generation_call odd"
).split(" ");
const roles = ["system", "user", "assistant", "tool", "function", "model", "developer", "odd"];

const leaf = Symbol("leaf");
type Sketch = typeof leaf | string | number | boolean | null | Sketch[] | { [key: string]: Sketch };

const { object } = fc.letrec<{ object: { [key: string]: Sketch }; value: Sketch }>((tie) => ({
  object: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 5 }),
      fc.option(fc.constantFrom(...types, leaf), { freq: 2 }),
      fc.option(fc.constantFrom(...roles, leaf), { freq: 4 }),
    )
    .map(([entries, type, role]) => ({
      ...entries,
      ...(type === null ? {} : { type }),
      ...(role === null ? {} : { role }),
    })),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: fc.constant(leaf) },
    { weight: 1, arbitrary: fc.constantFrom<Sketch>(null, true, 7, "", "text") },
    { weight: 4, arbitrary: tie("object") },
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
  ),
}));

/** A sketch with a text of its own in each place. */
function withTexts(sketch: Sketch, texts: { count: number }): Json {
  if (sketch === leaf) return `leaf ${(texts.count += 1)}, <b>"it's"</b> & so on.`;
  if (Array.isArray(sketch)) return sketch.map((inner) => withTexts(inner, texts));
  if (typeof sketch !== "object" || sketch === null) return sketch;
  return Object.fromEntries(Object.entries(sketch).map(([key, inner]) => [key, withTexts(inner, texts)]));
}

/** What a provider keeps to itself, and says by something that nobody can read. */
const sealed = ["signature", "encrypted_content", "redactedContent", "thoughtSignature"];
const ofThinking = ["id", "data"];

/** The texts of a message, but for what is sealed. */
function textsOf(value: Json, key = "", isThinking = false): string[] {
  if (typeof value === "string") {
    const isOmitted = sealed.includes(key) || (isThinking && ofThinking.includes(key));
    return isOmitted || !value.startsWith("leaf ") ? [] : [value];
  }
  if (Array.isArray(value)) return value.flatMap((inner) => textsOf(inner, key, isThinking));
  if (!isJsonObject(value)) return [];
  const isThought = /thinking|reasoning/.test(JSON.stringify(value["type"] ?? "")) || value["thought"] === true;
  return Object.entries(value).flatMap(([name, inner]) =>
    textsOf(inner, name, isThought || key === "reasoningContent" || key === "reasoningText" || isJsonObject(value["reasoningContent"])),
  );
}

const messages = fc.array(object, { minLength: 1, maxLength: 3 }).map((sketches) => {
  const texts = { count: 0 };
  return sketches.map((sketch) => withTexts(sketch, texts) as JsonObject);
});

test("whatever a message is made of, each text of it is on the page", () => {
  fc.assert(
    fc.property(messages, (given) => {
      const { text, attributes } = chatOf(given);
      const shown = [text, ...attributes.map(({ value }) => value)].join("\n");
      for (const said of textsOf(given))
        expect([said, shown.includes(said) || shown.includes(JSON.stringify(said).slice(1, -1))]).toEqual([said, true]);
    }),
    { numRuns: 2000 },
  );
});
