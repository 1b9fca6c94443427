/**
 * What is said in a conversation, in no provider's form.
 *
 * @typedef {{ kind: "user", text: string, image?: { base64: string } | { url: string } }} Asked
 * @typedef {{ kind: "call", id: string, name: string, arguments: object, thought?: string }} Call
 * @typedef {{ kind: "result", id: string, name: string, value: object }} Result
 * @typedef {{ kind: "answer", text: string, thought?: string }} Answer
 * @typedef {Asked | Call | Result | Answer} Said
 *
 * @typedef {object} Written a conversation as a provider takes it
 * @property {object[]} messages
 * @property {object} parameters those of the call that hold a part of it
 * @property {object[] | undefined} toolSchema
 */

/**
 * @param {import("./models.mjs").Model["shape"]} shape
 * @param {{ system: string, said: Said[], tools?: import("./tools.mjs").Tool[] }} conversation
 * @returns {Written}
 */
export function writeConversation(shape, { system, said, tools = [] }) {
  const toolSchema = tools.length === 0 ? undefined : writeTools(shape, tools);
  const instructions = {
    chat: {},
    functions: {},
    responses: { instructions: system },
    anthropic: { system },
    gemini: { systemInstruction: { parts: [{ text: system }] } },
  };
  const messages = said.flatMap((one) => writers[shape](one));
  return {
    messages: shape === "chat" || shape === "functions" ? [{ role: "system", content: system }, ...messages] : messages,
    parameters: instructions[shape],
    toolSchema,
  };
}

function writeTools(shape, tools) {
  switch (shape) {
    case "chat":
      return tools.map((tool) => ({ type: "function", function: tool }));
    case "responses":
      return tools.map((tool) => ({ type: "function", ...tool, strict: false }));
    case "functions":
      return tools;
    case "anthropic":
      return tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters }));
    default:
      return [{ functionDeclarations: tools }];
  }
}

const writers = { chat: writeChat, functions: writeFunctions, responses: writeResponses, anthropic: writeAnthropic, gemini: writeGemini };

/** @param {Said} said */
function writeChat(said) {
  switch (said.kind) {
    case "user":
      return [
        { role: "user", content: said.image === undefined ? said.text : [{ type: "text", text: said.text }, writeChatImage(said.image)] },
      ];
    case "call": {
      const call = { id: said.id, type: "function", function: { name: said.name, arguments: JSON.stringify(said.arguments) } };
      return [{ role: "assistant", content: null, tool_calls: [call] }];
    }
    case "result":
      return [{ role: "tool", tool_call_id: said.id, content: JSON.stringify(said.value) }];
    default:
      return [{ role: "assistant", content: said.text }];
  }
}

function writeChatImage(image) {
  return { type: "image_url", image_url: { url: imageUrl(image), detail: "low" } };
}

/**
 * As OpenAI's chat was before it had tools.
 *
 * @param {Said} said
 */
function writeFunctions(said) {
  switch (said.kind) {
    case "call":
      return [{ role: "assistant", content: null, function_call: { name: said.name, arguments: JSON.stringify(said.arguments) } }];
    case "result":
      return [{ role: "function", name: said.name, content: JSON.stringify(said.value) }];
    default:
      return writeChat(said);
  }
}

/** @param {Said} said */
function writeResponses(said) {
  const thought =
    "thought" in said && said.thought !== undefined ? [{ type: "reasoning", summary: [{ type: "summary_text", text: said.thought }] }] : [];
  switch (said.kind) {
    case "user": {
      const image = said.image === undefined ? [] : [{ type: "input_image", image_url: imageUrl(said.image), detail: "low" }];
      return [{ type: "message", role: "user", content: [{ type: "input_text", text: said.text }, ...image] }];
    }
    case "call":
      return [...thought, { type: "function_call", call_id: said.id, name: said.name, arguments: JSON.stringify(said.arguments) }];
    case "result":
      return [{ type: "function_call_output", call_id: said.id, output: JSON.stringify(said.value) }];
    default:
      return [
        ...thought,
        { type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: said.text, annotations: [] }] },
      ];
  }
}

/** @param {Said} said */
function writeAnthropic(said) {
  const thought =
    "thought" in said && said.thought !== undefined
      ? [{ type: "thinking", thinking: said.thought, signature: signatureOf(said.thought) }]
      : [];
  switch (said.kind) {
    case "user": {
      const { image } = said;
      if (image === undefined) return [{ role: "user", content: said.text }];
      const source = "url" in image ? { type: "url", url: image.url } : { type: "base64", media_type: "image/png", data: image.base64 };
      return [
        {
          role: "user",
          content: [
            { type: "image", source },
            { type: "text", text: said.text },
          ],
        },
      ];
    }
    case "call":
      return [{ role: "assistant", content: [...thought, { type: "tool_use", id: said.id, name: said.name, input: said.arguments }] }];
    case "result":
      return [{ role: "user", content: [{ type: "tool_result", tool_use_id: said.id, content: JSON.stringify(said.value) }] }];
    default:
      return [{ role: "assistant", content: [...thought, { type: "text", text: said.text }] }];
  }
}

/** @param {Said} said */
function writeGemini(said) {
  const thought = "thought" in said && said.thought !== undefined ? [{ text: said.thought, thought: true }] : [];
  switch (said.kind) {
    case "user": {
      const { image } = said;
      const picture = image === undefined ? [] : [writeGeminiImage(image)];
      return [{ role: "user", parts: [{ text: said.text }, ...picture] }];
    }
    case "call":
      return [{ role: "model", parts: [...thought, { functionCall: { name: said.name, args: said.arguments } }] }];
    case "result":
      return [{ role: "user", parts: [{ functionResponse: { name: said.name, response: said.value } }] }];
    default:
      return [{ role: "model", parts: [...thought, { text: said.text }] }];
  }
}

function writeGeminiImage(image) {
  return "url" in image
    ? { fileData: { mimeType: "image/jpeg", fileUri: image.url } }
    : { inlineData: { mimeType: "image/png", data: image.base64 } };
}

function imageUrl(image) {
  return "url" in image ? image.url : `data:image/png;base64,${image.base64}`;
}

/** Stands for the seal that the provider puts on a thought. */
function signatureOf(thought) {
  return Buffer.from(thought.slice(0, 60)).toString("base64");
}
