import { readCorpora } from "../corpora";

/** What is posted in one load. */
export type Load =
  | "4 KB, usage told"
  | "4 KB, English to count"
  | "4 KB, Chinese to count"
  | "60 KB, usage told"
  | "batch of 100"
  | "Freeplay"
  | "beacon";

/** One request, whose body is made with a new id in it. */
export interface Post {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  /** How many recordings it holds. */
  count: number;
}

/** Makes the `n`th post of a load. Ids are new, and so is the text, for as many posts as `variants`. */
export type PostMaker = (n: number) => Post;

/** Keys of the collector that the posts come with: of one project, and of its pages. */
export interface Keys {
  ingest: string;
  browser: string;
}

export const projectId = "bench";
export const pageOrigin = "https://app.example.com";
/** Bodies of one load that differ in their text. */
const variants = 64;
const batchItems = 100;
const idPlace = "00000000";

/** What makes the posts of each load, for whoever takes these keys. */
export function postMakers({ ingest, browser }: Keys): Record<Load, PostMaker> {
  const english = textOf("English");
  const chinese = textOf("Chinese");
  const json = { "Content-Type": "application/json", Authorization: `Bearer ${ingest}` };
  const single = (texts: string[]) => oneByOne("/v1/recordings", json, texts);
  const told = bodies(english, 4096, true);
  return {
    "4 KB, usage told": single(told),
    "4 KB, English to count": single(bodies(english, 4096, false)),
    "4 KB, Chinese to count": single(bodies(chinese, 4096, false)),
    "60 KB, usage told": single(bodies(english, 61_440, true)),
    "batch of 100": (n) => {
      const items = Array.from({ length: batchItems }, (_, index) => withId(told[(n + index) % variants] ?? "", n * batchItems + index));
      return { path: "/v1/recordings", headers: json, body: Buffer.from(`[${items.join(",")}]`), count: batchItems };
    },
    Freeplay: freeplayMaker(told, json),
    beacon: oneByOne(`/v1/r?key=${browser}`, { "Content-Type": "text/plain;charset=UTF-8", Origin: pageOrigin }, told),
  };
}

function oneByOne(path: string, headers: Record<string, string>, texts: string[]): PostMaker {
  return (n) => ({ path, headers, body: Buffer.from(withId(texts[n % variants] ?? "", n)), count: 1 });
}

/** As the Node SDK sends it: the session stands in the path. */
function freeplayMaker(texts: string[], headers: Record<string, string>): PostMaker {
  const completions = texts.map((text) => {
    const { id, all_messages, call_info } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({ completion_id: id, messages: all_messages, inputs: {}, session_info: {}, prompt_info: null, call_info });
  });
  return (n) => ({
    path: `/v2/projects/${projectId}/sessions/session-${idOf(n)}/completions`,
    headers,
    body: Buffer.from(withId(completions[n % variants] ?? "", n)),
    count: 1,
  });
}

function idOf(n: number): string {
  return String(n).padStart(idPlace.length, "0");
}

function withId(text: string, n: number): string {
  return text.replaceAll(idPlace, idOf(n));
}

/** JSON texts of a recording, each of about so many bytes: a prompt of the system, turns, and an answer of half of it. */
function bodies(corpus: string, bytes: number, isTold: boolean): string[] {
  return Array.from({ length: variants }, (_, variant) => {
    // Texts that no other variant has, as far as the corpus goes.
    const source = corpus.slice((variant * bytes) % Math.max(1, corpus.length - bytes));
    let units = bytes;
    for (;;) {
      const body = bodyOf(source.slice(0, units), isTold);
      const excess = Buffer.byteLength(body) - bytes;
      if (excess <= 0) return body;
      units -= Math.max(1, Math.floor(excess / 3));
    }
  });
}

function bodyOf(text: string, isTold: boolean): string {
  const [system, user] = [Math.floor(text.length / 8), Math.floor(text.length / 2)];
  return JSON.stringify({
    id: `recording-${idPlace}`,
    project_id: projectId,
    all_messages: [
      { role: "system", content: text.slice(0, system) },
      { role: "user", content: text.slice(system, user) },
      { role: "assistant", content: text.slice(user) },
    ],
    session_info: { session_id: `session-${idPlace}` },
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: 1_790_000_000.25,
      end_time: 1_790_000_001.5,
      ...(isTold ? { usage: { prompt_tokens: 512, completion_tokens: 400 } } : {}),
    },
  });
}

function textOf(name: string): string {
  return (
    readCorpora()
      .find((corpus) => corpus.name === name)
      ?.batches.flat()
      .join("") ?? ""
  );
}
