import type { JsonObject } from "../../model/json";
import { countPieces, cutTurns } from "./cut-turns";
import { JsonView } from "./json-view";
import { Medium } from "./medium";
import type { Part, Turn } from "./part";
import { readTurns } from "./read-turns";
import { Word, Words } from "./words";

/** Messages of a long conversation that are shown: its beginning and its end. */
const firstShown = 20;
const lastShown = 180;
/** Characters of all texts together: a page of some megabytes is the most that is read. */
const pageChars = 1_500_000;
/** And of one of them at least. */
const partChars = 1000;
/** Pieces of all messages together: each is some elements of the page. */
const pagePieces = 3000;

interface ConversationProps {
  messages: JsonObject[];
  /** What was said before, and stands elsewhere on the page: a result names a call in it by its id. */
  before?: JsonObject[];
  /** The address of one of our own paths. */
  addressOf: (path: string) => string;
  /** How much of the room of a page it may have, up to 1: there may be many on one. */
  share?: number;
}

/** A conversation as a chat. */
export function Conversation({ messages, before = [], addressOf, share = 1 }: ConversationProps) {
  const left = Math.max(0, messages.length - firstShown - lastShown);
  const turns = readTurns(left === 0 ? messages : [...messages.slice(0, firstShown), ...messages.slice(-lastShown)]);
  const shown = cutTurns(turns, Math.ceil(pagePieces * share));
  const charsMax = Math.max(partChars, Math.floor((pageChars * share) / Math.max(countPieces(shown), 1)));
  const context = { charsMax, names: callNames([...readTurns(before), ...shown]), addressOf };
  return (
    <div class="chat">
      {shown.map((turn, index) => (
        <>
          {left > 0 && index === firstShown ? <p class="hint">{left} messages in between are left out here: the JSON has them.</p> : null}
          <TurnView turn={turn} context={context} />
        </>
      ))}
    </div>
  );
}

interface Shown {
  charsMax: number;
  /** Which call an id is of. */
  names: Map<string, string>;
  addressOf: (path: string) => string;
}

const roleNames = { system: "System", user: "User", assistant: "Assistant", tool: "Tool" } as const;

function TurnView({ turn, context }: { turn: Turn; context: Shown }) {
  const { roleName, name, parts, isAnswer } = turn;
  // Some providers have a tool's results come from the user.
  const role = parts.length > 0 && parts.every(({ kind }) => kind === "result") ? "tool" : turn.role;
  const isOdd = roleName !== null && roleName.toLowerCase() !== turn.role;
  return (
    <article class={`turn ${role}${isAnswer ? " answer" : ""}`}>
      <h3>
        {roleNames[role]}
        {isOdd ? (
          <small>
            <Word text={roleName} />
          </small>
        ) : null}
        {name === null ? null : (
          <small>
            <Word text={name} />
          </small>
        )}
        {isAnswer ? <span class="mark good">answer</span> : null}
      </h3>
      {parts.length === 0 ? <p class="hint">Nothing was said.</p> : parts.map((part) => <PartView part={part} context={context} />)}
    </article>
  );
}

function PartView({ part, context }: { part: Part; context: Shown }) {
  const { charsMax, addressOf } = context;
  switch (part.kind) {
    case "text":
      return <Words text={part.text} charsMax={charsMax} />;
    case "refusal":
      return (
        <div class="refusal">
          <span class="mark bad">refusal</span>
          <Words text={part.text} charsMax={charsMax} />
        </div>
      );
    case "thinking":
      return <Thinking part={part} charsMax={charsMax} />;
    case "call":
      return (
        <section class="use">
          <h4>
            Calls{" "}
            <code>
              <Word text={part.name} />
            </code>
            <CallId id={part.id} />
          </h4>
          {part.given === undefined || part.given === "" ? null : <JsonView value={part.given} charsMax={charsMax} />}
        </section>
      );
    case "result":
      return <Result part={part} context={context} />;
    case "media":
      return <Medium {...part} addressOf={addressOf} />;
    case "left":
      return <p class="hint">{part.count.toLocaleString("en-US")} more of its parts are left out here: the JSON has them.</p>;
    default:
      return (
        <details class="other">
          <summary>More of it, as JSON</summary>
          <JsonView value={part.value} charsMax={charsMax} />
        </details>
      );
  }
}

function Thinking({ part, charsMax }: { part: Part & { kind: "thinking" }; charsMax: number }) {
  if (part.text === "") return <p class="hint">Thought, which the provider keeps to itself.</p>;
  return (
    <details class="thinking" open={part.text.length < 1500}>
      <summary>Thinking{part.isSealed ? ", with more that the provider keeps to itself" : ""}</summary>
      <Words text={part.text} charsMax={charsMax} />
    </details>
  );
}

function Result({ part, context }: { part: Part & { kind: "result" }; context: Shown }) {
  const name = part.name ?? context.names.get(part.id ?? "") ?? null;
  return (
    <section class={`use ${part.isError ? "failed" : ""}`}>
      <h4>
        {part.isError ? "Failure" : "Result"}
        {name === null ? null : (
          <>
            {" of "}
            <code>
              <Word text={name} />
            </code>
          </>
        )}
        <CallId id={part.id} />
      </h4>
      {part.parts.map((inner) =>
        inner.kind === "text" || inner.kind === "other" ? (
          <JsonView value={inner.kind === "other" ? inner.value : inner.text} charsMax={context.charsMax} />
        ) : (
          <PartView part={inner} context={context} />
        ),
      )}
    </section>
  );
}

function CallId({ id }: { id: string | null }) {
  if (id === null) return null;
  return (
    <small>
      <Word text={id} />
    </small>
  );
}

/** A result names its call by the id alone. */
function callNames(turns: Turn[]): Map<string, string> {
  const calls = turns.flatMap(({ parts }) => parts.filter((part) => part.kind === "call"));
  return new Map(calls.flatMap(({ id, name }) => (id === null ? [] : [[id, name]])));
}
