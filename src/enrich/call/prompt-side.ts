import type { CallToCount } from "./call-to-count";
import type { FamilyStyle } from "./family-style";
import { jsonText } from "./json-text";
import type { Message, Part } from "./message";
import { beginsBare, namespaceText, responseFormatText } from "./namespace-text";
import { addCalls, addCount, addOpenaiCalls, addParts, addText, newSide, type Side } from "./side";
import { countProperties, toolWords } from "./tool-words";
import { type OutputSchema, readToolChoice, type Tool } from "./tools";

/** What a prompt is read from. */
interface Prompt {
  messages: Message[];
  tools: Tool[];
  schema: OutputSchema | null;
  call: CallToCount;
  style: FamilyStyle;
  /** Whether the tools and the answer's schema stand in the first system message, or in one that is made for them. */
  joinsSystem: boolean;
  /** Whether the model is asked to think. */
  thinks: boolean;
}

/** The side that the model reads. */
export function readPromptSide({ messages, tools, schema, call, style, joinsSystem, thinks }: Prompt): Side {
  const side = newSide();
  if (thinks) addCount(side, "thinks");
  const own = tools.filter(({ name }) => name !== "");
  addMessages(side, messages, style, joinsSystem && (own.length > 0 || schema !== null));
  if (tools.length > own.length) {
    addCount(side, "hostedTools", tools.length - own.length);
    side.notes.add("server tool not counted");
  }
  if (own.length > 0) addTools(side, own, call, style);
  if (schema !== null) {
    addCount(side, "anySchema");
    if (typeof schema.schema["title"] === "string") addCount(side, "titled");
    addText(side, "schema", style.isOpenai ? responseFormatText(schema) : jsonText(schema.schema), style);
  }
  return side;
}

function addMessages(side: Side, messages: Message[], style: FamilyStyle, joinsSystem: boolean): void {
  let mayJoin = joinsSystem;
  for (const { role, name, parts } of style.forgetsThinking ? withoutOldThinking(messages) : messages) {
    const calls = parts.filter((part) => part.kind === "call");
    // An empty text beside a call is how some say that there is none.
    const isSaid = (part: Part) =>
      part.kind === "image" || part.kind === "unknown" || (part.kind === "text" && (part.text !== "" || calls.length === 0));
    const isOwn = parts.length === 0 || parts.some(isSaid);
    if (isOwn) {
      addCount(side, "messages");
      if (role === "system") side.counts.systems = 1;
      if (role === "assistant") addCount(side, "assistants");
    }
    if (name !== null) {
      addCount(side, "names");
      addText(side, "text", name, style);
    }
    addParts(side, parts, role === "system" ? "system" : "text", style);
    if (mayJoin && role === "system") {
      mayJoin = false;
      joinEmptyLine(side);
    }
    if (style.isOpenai) addOpenaiCalls(side, calls, style, true);
    else addCalls(side, calls, style);
  }
  if (mayJoin) addCount(side, "messages");
}

/** Messages without the thinking that came before the user last spoke, and without those that were nothing else. */
function withoutOldThinking(messages: Message[]): Message[] {
  const last = messages.findLastIndex(({ role, parts }) => role === "user" && parts.some(({ kind }) => kind === "text"));
  return messages.flatMap((message, index) => {
    if (index >= last || !message.parts.some(({ kind }) => kind === "thinking")) return [message];
    const parts = message.parts.filter(({ kind }) => kind !== "thinking");
    return parts.length === 0 ? [] : [{ ...message, parts }];
  });
}

/** Puts the empty line before the tools behind the last text: it costs nothing where that ends in a mark, which takes it up. */
function joinEmptyLine(side: Side): void {
  const last = side.pieces.at(-1);
  if (last === undefined) return;
  last.text += "\n\n";
  side.textUnits += 2;
}

function addTools(side: Side, tools: Tool[], call: CallToCount, style: FamilyStyle): void {
  addCount(side, "anyTools");
  addCount(side, "tools", tools.length);
  const choice = readToolChoice(call);
  if (choice.mode === "required" || choice.mode === "named") addCount(side, "required");
  if (choice.mode === "named") addCount(side, "named");
  if (choice.isSerial && choice.mode === "auto") addCount(side, "serial");
  if (style.tools === "namespace") {
    addText(side, "tool", namespaceText(tools), style);
    addCount(side, "bareTools", tools.filter(beginsBare).length);
    if (choice.name !== null) addText(side, "choice", choice.name, style);
  } else if (style.tools === "words") {
    for (const tool of tools) {
      for (const words of toolWords(tool)) addText(side, "tool", words, style);
      addCount(side, "properties", countProperties(tool));
    }
  } else {
    for (const { name, description, parameters } of tools) {
      addText(side, "tool", jsonText({ name, description, parameters: parameters ?? {} }), style);
    }
  }
}
