// Every list is in the order of belief. The data model's own name is the first, then the providers' by their use.
export const promptNames = [
  "prompt_tokens",
  "input_tokens",
  "prompt_token_count",
  "input_token_count",
  "prompt_eval_count",
  "input.total",
  "tokens.input_tokens",
  "billed_units.input_tokens",
];
export const completionNames = [
  "completion_tokens",
  "output_tokens",
  "candidates_token_count",
  "response_token_count",
  "generation_token_count",
  "output_token_count",
  "eval_count",
  "output.total",
  "tokens.output_tokens",
  "billed_units.output_tokens",
];
/** Anthropic's and Bedrock Converse's, whose `input_tokens` do not hold them. */
const outsideReadNames = ["cache_read_input_tokens", "cache_read_input_token_count"];
const outsideWriteNames = ["cache_creation_input_tokens", "cache_write_input_tokens", "cache_write_input_token_count"];
export const readNames = [
  "input.cached_tokens",
  "input.cache_read",
  "input.cache_read_tokens",
  ...outsideReadNames,
  "cached_content_token_count",
  "prompt_cache_hit_tokens",
  "cached_input_tokens",
  "num_cached_tokens",
  "cached_tokens",
  "cache_read_tokens",
  "cache_read.input_tokens",
];
export const writeNames = [
  "input.cache_write_tokens",
  "input.cache_write",
  ...outsideWriteNames,
  "input.cache_creation_tokens",
  "input.cache_creation",
  "cache_write_tokens",
  "cache_creation.input_tokens",
];
export const write5mNames = ["cache_creation.ephemeral_5m_input_tokens", "input.ephemeral_5m_input_tokens"];
export const write1hNames = ["cache_creation.ephemeral_1h_input_tokens", "input.ephemeral_1h_input_tokens"];
export const inputAudioNames = ["input.audio_tokens", "input.audio", "input_audio_tokens"];
export const cachedAudioNames = ["input.cached_tokens_details.audio_tokens"];
export const toolUseNames = ["tool_use_prompt_token_count"];
export const reasoningNames = [
  "output.reasoning_tokens",
  "output.reasoning",
  "output.thinking_tokens",
  "thoughts_token_count",
  "reasoning_tokens",
  "tokens.reasoning_tokens",
  "reasoning.output_tokens",
];
export const outputAudioNames = ["output.audio_tokens", "output.audio", "output_audio_tokens"];
export const totalNames = ["total_tokens", "total_token_count"];

/** What a prompt that leaves the cache out stands beside. */
export const outsideCacheNames = [...outsideReadNames, ...outsideWriteNames];

/** Counts at the top, and Cohere's, which stand one level down: what they are wrong in, the numbers are wrong in. */
export const checkedNames = new Set(
  [promptNames, completionNames, readNames, writeNames, toolUseNames, reasoningNames, inputAudioNames, outputAudioNames]
    .flat()
    .filter((name) => !/^(?:input|output|cache_creation)\./.test(name)),
);
