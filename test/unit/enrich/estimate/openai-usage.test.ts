import { expect, test } from "vitest";
import { namespaceText } from "../../../../src/enrich/call/namespace-text";
import { readTools } from "../../../../src/enrich/call/tools";
import { callOf, completionTokens, estimateOf, promptTokens } from "../call/calls";

// OpenAI's cookbook, "How to count tokens with tiktoken", prints these counts beside what its API reported.
const cookbook = [
  { role: "system", content: "You are a helpful, pattern-following assistant that translates corporate jargon into plain English." },
  { role: "system", name: "example_user", content: "New synergies will help drive top-line growth." },
  { role: "system", name: "example_assistant", content: "Things working well together will increase revenue." },
  {
    role: "system",
    name: "example_user",
    content: "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
  },
  { role: "system", name: "example_assistant", content: "Let's talk later when we're less busy about how to do better." },
  { role: "user", content: "This late pivot means we don't have time to boil the ocean for the client deliverable." },
];
const weatherQuestion = [
  { role: "system", content: "You are a helpful assistant that can answer to questions about the weather." },
  { role: "user", content: "What's the weather like in San Francisco?" },
];
const weatherParameters = {
  type: "object",
  properties: {
    location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
    unit: { type: "string", description: "The unit of temperature to return", enum: ["celsius", "fahrenheit"] },
  },
  required: ["location"],
};
const weather = { name: "get_current_weather", description: "Get the current weather in a given location", parameters: weatherParameters };
const weatherTool = [{ type: "function", function: weather }];

test.for([
  ["gpt-3.5-turbo", 129],
  ["gpt-4-0613", 129],
  ["gpt-4o", 124],
  ["gpt-4o-mini", 124],
] as const)("the cookbook's messages take as many tokens as OpenAI says: %s, %i", ([model, tokens]) => {
  expect(promptTokens({ model, messages: cookbook })).toBe(tokens);
});

test.for([
  ["gpt-3.5-turbo", 105],
  ["gpt-4", 105],
  ["gpt-4o", 101],
  ["gpt-4o-mini", 101],
] as const)("the cookbook's tools take as many tokens as OpenAI says: %s, %i", ([model, tokens]) => {
  expect(promptTokens({ model, messages: weatherQuestion, toolSchema: weatherTool })).toBe(tokens);
});

test("text of an answer is counted exactly, and a call has 6 around it", () => {
  const answered = (answer: object) =>
    completionTokens({ messages: [weatherQuestion[1]!, { role: "assistant", ...answer }], toolSchema: weatherTool });
  expect(completionTokens({ messages: [weatherQuestion[1]!, { role: "assistant", content: "Rayleigh scattering." }] })).toBe(4);
  // OpenAI's API reference shows such a call with 17 completion tokens.
  expect(
    answered({
      content: null,
      tool_calls: [{ id: "a", function: { name: "get_current_weather", arguments: '{"location":"Boston, MA"}' } }],
    }),
  ).toBe(17);
});

test("a tool's namespace is written as OpenAI's models read it", () => {
  const given = {
    name: "plan",
    description: "Plans.\n\n    In steps.",
    parameters: {
      title: "plan_args",
      properties: {
        steps: { title: "Steps", type: "array", items: { $ref: "#/$defs/Step" } },
        unit: { enum: ["day", 2], default: "day" },
        limit: { anyOf: [{ type: "integer" }, { type: "null" }], description: "At most." },
        names: { type: ["string", "null"] },
      },
      required: ["steps"],
      $defs: { Step: { title: "Step", description: "One.", type: "object", properties: { at: { type: "number" } }, required: ["at"] } },
    },
  };
  const tools = readTools(callOf({ toolSchema: [given, { name: "stop" }] }));
  expect(namespaceText(tools)).toBe(`# Tools

## functions

namespace functions {

// Plans.
// In steps.
type plan = (_: // plan_args
{
// Steps
steps: Array<
// Step
// One.
{
at: number,
}
>,
unit?: "day" | 2, // default: "day"
// At most.
limit?: number | null,
names?: string | null,
}) => any;

type stop = () => any;

} // namespace functions`);
});

test("a schema that holds itself is written to an end, and quickly", () => {
  const node = {
    type: "object",
    properties: { left: { $ref: "#" }, right: { $ref: "#" }, more: { anyOf: [{ $ref: "#" }, { $ref: "#" }] } },
  };
  const started = performance.now();
  expect(namespaceText(readTools(callOf({ toolSchema: [{ name: "tree", parameters: node }] }))).length).toBeLessThan(2_000_000);
  expect(performance.now() - started).toBeLessThan(2000);
});

test("every provider's form of one tool is the same tool", () => {
  const forms = [
    weatherTool,
    [{ type: "function", ...weather }],
    [{ name: weather.name, description: weather.description, input_schema: weatherParameters }],
    [{ functionDeclarations: [weather] }],
    { function_declarations: [weather] },
    [{ toolSpec: { name: weather.name, description: weather.description, inputSchema: { json: weatherParameters } } }],
    { tools: [{ toolSpec: { name: weather.name, description: weather.description, inputSchema: { json: weatherParameters } } }] },
  ];
  for (const toolSchema of forms) {
    const [tool, ...others] = readTools(callOf({ toolSchema }));
    expect(others).toEqual([]);
    expect(tool).toMatchObject({ name: weather.name, description: weather.description, parameters: weatherParameters });
  }
});

test("a tool that runs at the provider's is not counted, and said so", () => {
  const { prompt } = estimateOf({ messages: weatherQuestion, toolSchema: [{ type: "web_search_preview" }] });
  expect(prompt).toMatchObject({ tokens: promptTokens({ messages: weatherQuestion }), notes: ["server tool not counted"] });
});

test("the answer's schema is prompt, wherever it stands", () => {
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const plain = promptTokens({ messages: weatherQuestion })!;
  const counts = [
    promptTokens({
      messages: weatherQuestion,
      parameters: { response_format: { type: "json_schema", json_schema: { name: "city", schema } } },
    }),
    promptTokens({ messages: weatherQuestion, outputSchema: schema }),
  ];
  for (const count of counts) expect(count! - plain).toBeGreaterThan(15);
  expect(promptTokens({ messages: weatherQuestion, parameters: { response_format: { type: "json_object" } } })).toBe(plain);
});

test("a system message counts alike among the messages and among the parameters", () => {
  const [system, user] = weatherQuestion;
  const tokens = promptTokens({ model: "claude-sonnet-4-5", messages: weatherQuestion });
  for (const parameters of [{ system: system!.content }, { system: [{ type: "text", text: system!.content }] }]) {
    expect(promptTokens({ model: "claude-sonnet-4-5", messages: [user!], parameters })).toBe(tokens);
  }
  const gemini = promptTokens({ model: "gemini-2.5-flash", messages: weatherQuestion });
  const systemInstruction = { parts: [{ text: system!.content }] };
  expect(promptTokens({ model: "gemini-2.5-flash", messages: [user!], parameters: { systemInstruction } })).toBe(gemini);
  expect(promptTokens({ messages: [user!], parameters: { instructions: system!.content } })).toBe(
    promptTokens({ messages: weatherQuestion }),
  );
});

test("sealed reasoning is estimated by its length, hidden reasoning is a lower bound, and both are said", () => {
  const question = { role: "user", content: "2 + 2?" };
  const answer = { type: "message", role: "assistant", content: [{ type: "output_text", text: "4" }] };
  const sealed = { type: "reasoning", id: "r", summary: [], encrypted_content: "g".repeat(4344) };
  const { completion } = estimateOf({ model: "gpt-5-nano", messages: [question, sealed, answer] });
  expect(completion?.tokens).toBeGreaterThan(450);
  expect(completion?.notes).toEqual(["hidden reasoning: estimated by its sealed length"]);
  const unseen = estimateOf({ model: "gpt-5-nano", messages: [question, answer] }).completion;
  expect(unseen?.tokens).toBe(69);
  expect(unseen?.notes).toEqual(["hidden reasoning: lower bound"]);
  expect(estimateOf({ model: "gpt-5.4", messages: [question, answer] }).completion).toMatchObject({ tokens: 5, notes: [] });
});

test("what was thought before the user's last turn is not read again", () => {
  const sealed = { type: "reasoning", id: "r", summary: [], encrypted_content: "g".repeat(4344) };
  const call = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
  const result = { type: "function_call_output", call_id: "c", output: "1" };
  const before = [{ role: "user", content: "go" }, sealed, call, result];
  const later = [
    { role: "assistant", content: "done" },
    { role: "user", content: "and now?" },
  ];
  const without = before.filter((message) => message !== sealed);
  expect(promptTokens({ model: "gpt-5", messages: before })! - promptTokens({ model: "gpt-5", messages: without })!).toBeGreaterThan(400);
  expect(promptTokens({ model: "gpt-5", messages: [...before, ...later] })).toBe(
    promptTokens({ model: "gpt-5", messages: [...without, ...later] }),
  );
});
