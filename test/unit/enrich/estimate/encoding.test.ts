import { expect, test } from "vitest";
import type { EncodingName } from "../../../../src/enrich/counter/counters";
import { encodingForModel, encodingNote } from "../../../../src/enrich/estimate/encoding";

const unknown = "unknown model: o200k_base assumed";
const retired = "retired encoding: cl100k_base assumed";

test.for<[string | null, string, string | null]>([
  ["gpt-4-0613", "cl100k_base", null],
  ["ft:gpt-3.5-turbo-0613:acme::9abc", "cl100k_base", null],
  ["azure/gpt-35-turbo", "cl100k_base", null],
  ["gpt-4o", "o200k_base", null],
  ["openai/gpt-4o:free", "o200k_base", null],
  ["gpt-5.4-mini-2026-03-17", "o200k_base", null],
  ["o3-pro", "o200k_base", null],
  ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "o200k_base", null],
  ["arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0", "o200k_base", null],
  ["models/gemini-2.5-pro", "o200k_base", null],
  ["@cf/meta/llama-3.3-70b-instruct-fp8-fast", "o200k_base", null],
  ["databricks-claude-sonnet-4", "o200k_base", null],
  ["text-davinci-003", "cl100k_base", retired],
  ["code-davinci-002", "cl100k_base", retired],
  ["davinci", "cl100k_base", retired],
  ["curie:ft-acme-2023", "cl100k_base", retired],
  ["my-own-model", "o200k_base", unknown],
  [null, "o200k_base", unknown],
])("%s is counted in %s, with the note %s", ([model, encoding, note]) => {
  expect(encodingForModel(model)).toBe(encoding);
  expect(encodingNote(model)).toBe(note);
});

const names: Record<EncodingName, string[]> = {
  cl100k_base: [
    "gpt-4 gpt-4-0613 gpt-4-32k gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4-1106-vision-preview GPT-4",
    "gpt-3.5-turbo gpt-3.5-turbo-16k-0613 gpt-3.5-turbo-instruct gpt-35-turbo gpt-35-turbo-16k",
    "text-embedding-ada-002 text-embedding-3-small davinci-002 babbage-002",
    "openai/gpt-4 openai/gpt-4:free azure/gpt-35-turbo openrouter/openai/gpt-4-turbo Azure/GPT-4",
    "ft:gpt-3.5-turbo-0613:acme::9abc ft:gpt-4:acme::9abc openai/ft:davinci-002:acme/gpt-4o:x",
  ],
  o200k_base: [
    "gpt-4o gpt-4o-mini-2024-07-18 gpt-4.1 gpt-4.1-nano gpt-4.5-preview chatgpt-4o-latest GPT-4O",
    "gpt-5 gpt-5.1-codex gpt-50 gpt-40 gpt-oss-120b gpt-audio o1 o3-pro o4-mini codex-mini-latest",
    "openai/gpt-4o azure/gpt-4.1 openai/ft:gpt-4o:acme",
    "ft:gpt-4o-mini-2024-07-18:acme:gpt-4:9abc ft:gpt-4.1:acme/gpt-4:9abc",
    "claude-sonnet-4-5 anthropic.claude-3-haiku-20240307-v1:0 gemini-2.5-pro models/gemini-2.0-flash mistral-large my-gpt-4",
  ],
};
const encodingOfName = Object.entries(names).flatMap(([encoding, lines]) =>
  lines.flatMap((line) => line.split(" ").map((name) => [name, encoding] as const)),
);

test.each([...encodingOfName, ["", "o200k_base"], [null, "o200k_base"]] as const)("%j is counted in %s", (model, encoding) => {
  expect(encodingForModel(model)).toBe(encoding);
});
