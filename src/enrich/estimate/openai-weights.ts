import type { SideWeights, Weights } from "./family-weights";

/** Texts count as they are: OpenAI's tokenizers are public. Reasoning that is shown is a summary, and not what is read again. */
const texts: Weights = { text: 1, system: 1, call: 1, result: 1, tool: 1, schema: 1, choice: 1 };

/**
 * A chat prompt. OpenAI's cookbook, "How to count tokens with tiktoken": 3 a message and 1 for its role, 1 more beside a
 * name, 3 that prime the reply. The rest was read off calls of which all else is known, and is exact for most: around the
 * tools 1 less than their text, 7 more where one is demanded by name, 11 around a call and its result, 23 around a
 * parallel one. `anySchema` and `titled` are the medians around the answer's schema, whose form is known only nearly.
 */
const chat: Weights = {
  ...texts,
  one: 3,
  messages: 4,
  names: 1,
  anyTools: -1,
  bareTools: -1,
  named: 7,
  calls: 11,
  parallels: 23,
  anySchema: -3,
  titled: 9,
};

/** A prompt of Responses: the tools stand in no message of their own. */
const responses: Weights = { ...chat, anyTools: -3, calls: 12, titled: 7 };

/**
 * A prompt of gpt-5, in openai/harmony's form (`docs/format.md`): an assistant's message has a channel too, a call a
 * recipient and a content type. Thoughts since the user's last turn are read again: they come sealed, and the length of
 * what is sealed tells theirs: 0.1625 tokens a character of base64 behind its envelope.
 */
const harmony: Weights = {
  ...chat,
  one: 2,
  assistants: 2,
  anyTools: 3,
  choice: 0,
  named: 0,
  calls: 18,
  parallels: 31,
  anySchema: -7,
  titled: 0,
  sealedUnits: 0.1625,
};

/** An answer: its text is exact, and 1 more where there are tools; around a call there are 5, around a parallel one 7. */
const answer: Weights = { text: 1, thinking: 1, call: 1, calls: 5, parallels: 7, anyTools: 1, schemaBesideTools: 4 };

/** What is sealed of reasoning, as in a prompt; hidden reasoning is billed in steps of 64, and there is one at least. */
const reasoning: Weights = { hidden: 64, sealedUnits: 0.1625 };

/** An answer of Responses counts its end too. */
const item: Weights = { ...answer, one: 1 };

/** An answer of gpt-5: a channel and its end; a schema's name where there is one. */
const harmonyAnswer: Weights = {
  text: 1,
  thinking: 1,
  call: 1,
  one: 3,
  calls: 6,
  parallels: 8,
  schemaAnswers: 4,
  ...reasoning,
};

/** OpenAI's families and their variants. */
export const openaiWeights: Record<string, SideWeights> = {
  "openai-o200k": { prompt: chat, completion: answer },
  "openai-o200k/responses": { prompt: responses, completion: item },
  "openai-cl100k": { prompt: chat, completion: { ...answer, calls: 6, anyTools: 0 } },
  "openai-cl100k/responses": { prompt: responses, completion: item },
  "o-series": { prompt: { ...chat, one: 2 }, completion: { ...answer, ...reasoning } },
  "o-series/responses": {
    prompt: { ...responses, one: 2, sealedUnits: 0.1625 },
    completion: { ...item, sealedUnits: 0.1625 },
  },
  // Chat adds 81 tokens to a prompt with tools.
  "gpt-5": { prompt: { ...harmony, anyTools: 84, calls: 17, anySchema: 0 }, completion: harmonyAnswer },
  "gpt-5/responses": { prompt: harmony, completion: { ...harmonyAnswer, one: 4 } },
};
