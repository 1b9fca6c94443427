import { isJsonObject, type JsonObject } from "../../model/json";
import type { Message } from "./message";
import { readMessage } from "./read-message";

/** Where providers take a system message among the parameters: Anthropic and Bedrock, Gemini, OpenAI's Responses. */
const systemKeys = ["system", "systemInstruction", "system_instruction", "instructions"];

/** The system messages that a call has in its parameters. */
export function readSystem(parameters: JsonObject): Message[] {
  const messages: Message[] = [];
  for (const key of systemKeys) {
    const value = parameters[key];
    if (typeof value !== "string" && !Array.isArray(value) && !isJsonObject(value)) continue;
    const message = readMessage(
      isJsonObject(value) && !("content" in value || "parts" in value)
        ? { content: [value] }
        : isJsonObject(value)
          ? value
          : { content: value },
    );
    messages.push({ ...message, role: "system" });
  }
  return messages;
}
