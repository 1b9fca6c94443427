/** A PNG of one red dot. */
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

const weatherTool = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** A call as OpenAI's chat completions have it. */
export const openAiCall = {
  all_messages: [
    { role: "system", content: "Answer in one sentence." },
    {
      role: "user",
      content: [
        { type: "text", text: "Which weather is in this picture, and in Paris?" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${dot}` } },
        { type: "image_url", image_url: { url: "https://pictures.example/sky.jpg" } },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_openai", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris","days":3}' } }],
    },
    { role: "tool", tool_call_id: "call_openai", content: '{"sky":"cloudy","celsius":11}' },
    { role: "assistant", content: "Red in the picture, and cloudy in Paris." },
  ],
  tool_schema: [{ type: "function", function: { name: "get_weather", parameters: weatherTool } }],
  session_info: { session_id: "weather", custom_metadata: { tier: "gold" } },
  call_info: {
    provider: "openai",
    model: "gpt-4o-mini",
    start_time: 1_767_323_045.678,
    end_time: 1_767_323_047.25,
    model_parameters: { temperature: 0.2, max_tokens: 64 },
    usage: { prompt_tokens: 24, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 8 } },
  },
  eval_results: { helpful: true, score: 0.9 },
};

/** A call as Anthropic's messages have it. */
export const anthropicCall = {
  all_messages: [
    {
      role: "user",
      content: [
        { type: "image", source: { type: "base64", media_type: "image/png", data: dot } },
        { type: "text", text: "What is the time in Oslo?" },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "A clock is needed.", signature: "c2lnbmVk" },
        { type: "tool_use", id: "toolu_1", name: "read_clock", input: { zone: "Europe/Oslo" } },
      ],
    },
    {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "13:37" }] }],
    },
    { role: "assistant", content: [{ type: "text", text: "It is 13:37 in Oslo." }] },
  ],
  session_info: { session_id: "clock" },
  call_info: { provider: "anthropic", model: "claude-sonnet-4-5", usage: { input_tokens: 30, output_tokens: 12 } },
};

/** A call as Gemini's contents have it. */
export const geminiCall = {
  all_messages: [
    {
      role: "user",
      parts: [{ text: "Add these two, please." }, { inlineData: { mimeType: "image/png", data: dot } }],
    },
    { role: "model", parts: [{ functionCall: { name: "add_numbers", args: { left: 20, right: 22 } } }] },
    { role: "user", parts: [{ functionResponse: { name: "add_numbers", response: { sum: 42 } } }] },
    { role: "model", parts: [{ text: "First I add.", thought: true }, { text: "They come to 42." }] },
  ],
  session_info: { session_id: "sums" },
  call_info: { provider: "google", model: "gemini-2.5-flash" },
};
