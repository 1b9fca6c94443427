import type { Json } from "../../model/json";
import { answerBound } from "./answer-bound";
import type { CallToCount } from "./call-to-count";
import { readCompletionSide } from "./completion-side";
import type { EncodingName } from "../counter/counters";
import { encodingForModel, encodingNote } from "../estimate/encoding";
import { styleOf } from "./family-style";
import { type Family, familyForModel } from "./model-family";
import { readPromptSide } from "./prompt-side";
import { isAnswer, readMessage } from "./read-message";
import { asksToThink, reasoningOf } from "./reasoning";
import { readSystem } from "./read-system";
import type { Side } from "./side";
import { readOutputSchema, readToolChoice, readTools } from "./tools";

/** A call, read but not counted. A side is null where there is nothing of it that could be counted. */
export interface Conversation {
  provider: string | null;
  model: string | null;
  family: Family;
  /** Which counter it is for. */
  encoding: EncodingName;
  /** What is not quite true of that. */
  encodingNote: string | null;
  /** Whether the call went to OpenAI's Responses, as far as its messages show. */
  isResponses: boolean;
  hasTools: boolean;
  prompt: Side | null;
  completion: Side | null;
}

/** Reads a call: which texts, images and other things are on each side of it. Counts no tokens, and takes time linear in the call's size. */
export function readConversation(call: CallToCount): Conversation {
  const { provider, model } = call;
  const family = familyForModel(provider, model);
  const style = styleOf(family);
  const start = answerStart(call.messages);
  const tools = readTools(call);
  const schema = readOutputSchema(call);
  const isResponses = style.isOpenai && looksLikeResponses(call, start);
  const said = call.messages.slice(0, start).map(readMessage);
  // Some send the system message among the parameters and record it among the messages too.
  const known = new Set(said.filter(({ role }) => role === "system").map(({ parts }) => JSON.stringify(parts)));
  const asked = [...readSystem(call.parameters).filter(({ parts }) => !known.has(JSON.stringify(parts))), ...said];
  const joinsSystem = style.isOpenai && !isResponses && family !== "gpt-5";
  const prompt =
    asked.length === 0 ? null : readPromptSide({ messages: asked, tools, schema, call, style, joinsSystem, thinks: asksToThink(call) });
  return {
    provider,
    model,
    family,
    encoding: encodingForModel(model),
    encodingNote: encodingNote(model),
    isResponses,
    hasTools: tools.length > 0,
    prompt,
    completion: readCompletionSide({
      messages: call.messages.slice(start).map(readMessage),
      functionCall: call.functionCall,
      style,
      isResponses,
      hasTools: tools.length > 0,
      hasSchema: schema !== null,
      reasoning: reasoningOf(call),
      askedUnits: prompt?.textUnits ?? 0,
      bound: answerBound(call.parameters),
      choice: readToolChoice(call),
    }),
  };
}

/**
 * Where the answer begins: the trailing messages of the assistant's side. Equal to the length where nothing was answered.
 * An agent that calls its tools in plain text (ReAct) has a tool's result in its own message: that message was read
 * again, and the answer is what came after.
 */
function answerStart(messages: CallToCount["messages"]): number {
  let start = messages.length;
  while (start > 0 && isAnswer(messages[start - 1])) {
    if (start < messages.length && holdsObservation(messages[start - 1]?.["content"])) break;
    start -= 1;
  }
  return start;
}

function holdsObservation(content: Json | undefined): boolean {
  if (typeof content !== "string") return false;
  const action = content.search(/^Action(?: Input)?:/m);
  return action !== -1 && content.includes("\nObservation:", action);
}

/** Items with a type are of Responses alone; so are its `text` parameter and tools that are not wrapped, where nothing was answered. */
function looksLikeResponses({ messages, toolSchema, parameters }: CallToCount, start: number): boolean {
  const isItem = (message: (typeof messages)[number]) => typeof message["type"] === "string";
  if (messages.slice(start).some(isItem)) return true;
  if (messages.length > start) return false;
  if (messages.some(isItem) || parameters["text"] !== undefined) return true;
  return (
    Array.isArray(toolSchema) && toolSchema.some((tool) => typeof tool === "object" && tool !== null && "type" in tool && "name" in tool)
  );
}
