import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import nodeRequests from "../fixtures/freeplay-requests-node-0.3.1.json";
import pythonRequests from "../fixtures/freeplay-requests-python-0.6.1.json";
import { adminKey, type Answer, ask, newProject, wholePayload } from "./collector";

const seed = 20_261_122;
/** Planted as a value. No valid id holds a space, so no answer may hold this. */
const marker = "marker 51b7";

let posted = 0;
let accepted = 0;
let refused = 0;

// Thousands of refusals would be thousands of lines.
beforeAll(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
afterAll(() => vi.restoreAllMocks());

type Wire = "single" | "array" | "lines" | "freeplay";
const wires: Wire[] = ["single", "array", "lines", "freeplay"];

describe("a mutated body is stored whole or not at all, and never a fault of ours", () => {
  test.each(wires)("with wrong values, keys and spellings: %s", async (wire) => {
    const runs = wire === "single" || wire === "freeplay" ? 500 : 250;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(Mutation, { minLength: 1, maxLength: 3 }), async (choice, mutations) => {
        const project = newProject();
        const body = mutate(validBody(wire, choice, project), mutations);
        await post(project, { wire, body: textOf(wire, body) });
      }),
      { seed, numRuns: runs },
    );
  });

  test.each(wires)("with bytes cut, changed, recoded or packed: %s", async (wire) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), Damage, async (choice, { kind, place, byte }) => {
        const project = newProject();
        const bytes = new TextEncoder().encode(textOf(wire, validBody(wire, choice, project)));
        const spoiled = await spoils[kind]?.(bytes, place, byte);
        await post(project, { wire, body: bytes, ...spoiled });
      }),
      { seed, numRuns: 150 },
    );
  });

  test("with nothing but random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...wires), fc.uint8Array({ maxLength: 300 }), async (wire, bytes) => {
        await post(newProject(), { wire, body: bytes });
      }),
      { seed, numRuns: 100 },
    );
  });

  test("with any JSON at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...wires), fc.json({ stringUnit: "binary" }), async (wire, body) => {
        await post(newProject(), { wire, body });
      }),
      { seed, numRuns: 150 },
    );
  });

  const depths = [100, 197, 198, 199, 200, 201, 1000, 10_000, 100_000];
  const places = ["body", "messages", "message", "content", "inputs", "metadata", "unknown", "end"] as const;
  test.each(places)("nested up to 100,000 levels deep: %s", async (place) => {
    for (const wire of wires) {
      for (const depth of depths) {
        for (const [open, close] of [
          ["[", "]"],
          ['{"a":', "}"],
        ] as const) {
          const project = newProject();
          // The exponent has every number looked at on the way in, which is another way through the parser.
          const nest = `${open.repeat(depth)}1e5${place === "end" ? "" : close.repeat(depth)}`;
          await post(project, { wire, body: nestedText(wire, place, nest, project) });
        }
      }
    }
  });

  test("with texts and lists that are very long", async () => {
    for (const wire of wires) {
      for (const length of [129, 257, 70_000, 940_000, 1_900_000]) {
        // A post holds ten megabytes at most: the larger texts are of small units.
        for (const unit of length > 70_000 ? ["a", '"'] : ["a", '"', "\u0000", "😀", "\ud800"]) {
          const long = unit.repeat(length);
          for (const key of wire === "single" ? ["content", "metadata", "model", "id", "unknown"] : ["content", "metadata"]) {
            const project = newProject();
            await post(project, { wire, body: textOf(wire, bodyWith(wire, key, long, project)) });
          }
        }
      }
    }
  });

  test("with many messages, many keys, many items", async () => {
    const project = newProject();
    const message = { role: "user", content: "x" };
    const many = { project_id: project, all_messages: Array.from({ length: 40_000 }, () => message) };
    await post(project, { wire: "single", body: JSON.stringify(many) });
    const other = newProject();
    const keys = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`k${index}`, index]));
    await post(other, { wire: "single", body: JSON.stringify({ project_id: other, all_messages: [message], ...keys }) });
    for (const count of [0, 500, 501, 5000]) {
      const third = newProject();
      const items = Array.from({ length: count }, () => ({ project_id: third, all_messages: [message] }));
      await post(third, { wire: "array", body: JSON.stringify(items) });
      await post(newProject(), { wire: "lines", body: "[]\n".repeat(count) });
    }
  });

  const types = [
    "",
    "text/plain",
    "multipart/form-data",
    "application/json; charset=utf-16",
    "application/json;charset=latin1",
    "json",
    ";",
    "*/*",
  ];
  const readTypes = ["APPLICATION/JSON", 'application/json ; charset="UTF-8"', "application/vnd.api+json", "application/json;;"];
  test.each([...types, ...readTypes])("with the Content-Type %j", async (type) => {
    for (const wire of wires) {
      const project = newProject();
      await post(project, { wire, body: textOf(wire, validBody(wire, 0, project)), headers: { "Content-Type": type } });
    }
  });

  const encodings = [
    "",
    "br",
    "deflate",
    "gzip",
    "GZIP",
    "x-gzip",
    "gzip, gzip",
    "identity",
    "identity, gzip",
    "zstd",
    "constructor",
    "chunked",
  ];
  test.each(encodings)("plain, though its Content-Encoding says %j", async (encoding) => {
    for (const wire of wires) {
      const project = newProject();
      await post(project, { wire, body: textOf(wire, validBody(wire, 0, project)), headers: { "Content-Encoding": encoding } });
    }
  });

  test.each(["abc", "-1", "0", "1", "1e9", "0x10", "99999999999", "12, 12", "9007199254740993"])(
    "with the Content-Length %j",
    async (length) => {
      for (const wire of wires) {
        const project = newProject();
        await post(project, { wire, body: textOf(wire, validBody(wire, 0, project)), headers: { "Content-Length": length } });
      }
    },
  );

  const segments = [
    "%00",
    "%ED%A0%80",
    "%ff",
    "%",
    "%zz",
    "a%2Fb",
    "%2e%2e",
    "..",
    ".",
    "😀",
    "%20",
    "a".repeat(129),
    "a;b",
    "a%3Fb",
    "'\"",
    "%0a",
  ];
  test.each(segments)("with the path's part %j", async (segment) => {
    for (const path of [
      `/api/v2/projects/${segment}/sessions/s/completions`,
      `/v2/projects/p-${crypto.randomUUID()}/sessions/${segment}/completions`,
    ]) {
      const response = await ask("POST", path, { body: { messages: [{ role: "user", content: "x" }] } });
      expect([400, 404]).toContain(response.status);
      expectRefusal(await response.text());
      posted += 1;
    }
  });
});

test("names that every object has are projects, sessions and ids like any other", async () => {
  for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString", "0", "-", ":"]) {
    const messages = [{ role: name, content: name, name }];
    const call = { provider: name, model: name };
    const single = {
      project_id: name,
      id: name,
      session_id: name,
      all_messages: messages,
      call_info: call,
      eval_results: { [name]: true },
    };
    const first = await ask("POST", "/v1/recordings", { body: single });
    expect(await first.json()).toMatchObject({ id: name, project_id: name, session_id: name });
    expect(first.status).toBe(201);
    const second = await ask("POST", `/v2/projects/${name}/sessions/${name}/completions`, { body: { messages, call_info: call } });
    expect(second.status).toBe(201);
    const read = await ask("GET", `/v1/recordings/${name}?project_id=${name}`);
    expect(await read.json()).toMatchObject({ messages, call_info: call });
    posted += 2;
  }
});

test("a number that JavaScript would turn into 0 comes back to the letter: -0 and 1e-400", async () => {
  const project = newProject();
  const numbers = '{"role":"user","minus":-0,"minusPoint":-0.0,"tiny":1e-400}';
  const body = `{"project_id":"${project}","id":"zeros","all_messages":[${numbers}]}`;
  await ask("POST", "/v1/recordings", { body, headers: { "Content-Type": "application/json" } });
  expect(await (await ask("GET", `/v1/recordings/zeros?project_id=${project}`)).text()).toContain(numbers);
});

const wholeObjects = [
  "call_info",
  "session_info",
  "prompt_info",
  "trace_info",
  "response_info",
  "test_run_info",
  "error",
  "inputs",
  "eval_results",
];
test.each(wholeObjects)("a number beyond double is no object, and is not dropped: %s", async (key) => {
  for (const number of ["1e4077", "98765432109876543210"]) {
    const project = newProject();
    await post(project, { wire: "freeplay", body: `{"messages":[{}],"${key}":${number}}` });
    await post(newProject(), { wire: "single", body: `{"project_id":"${project}","all_messages":[{}],"${key}":${number}}` });
  }
});

test("a usage that is no object is refused, even beside the JVM's response tokens", async () => {
  for (const usage of [marker, 5, [1], true]) {
    const project = newProject();
    const call = JSON.stringify({ provider: "openai", model: "gpt-4o", usage });
    await post(project, {
      wire: "freeplay",
      body: `{"messages":[{}],"call_info":${call},"response_info":{"is_complete":true,"prompt_tokens":7}}`,
    });
    await expectRows(project, 0);
  }
});

test("response tokens that are no count are refused or kept, never dropped", async () => {
  for (const tokens of [`"${marker}"`, `["${marker}"]`, "-98765432109876543210", "1e4077", `{"a":"${marker}"}`]) {
    const response = `{"is_complete":true,"prompt_tokens":${tokens},"response_tokens":0}`;
    await post(newProject(), { wire: "freeplay", body: `{"messages":[{}],"response_info":${response}}` });
  }
});

test("a session's metadata that grows past what D1 holds is no fault of ours", async () => {
  const project = newProject();
  const item = (key: number, unit: string, length: number) => ({
    project_id: project,
    all_messages: [{ role: "user", content: "x" }],
    session_info: { session_id: "one", custom_metadata: { [`key${key}`]: unit.repeat(length) } },
  });
  for (let key = 0; key < 25; key += 1) {
    expect((await ask("POST", "/v1/recordings", { body: item(key, "ab"[key % 2] ?? "", 98_000) })).status).toBe(201);
  }
  for (const [index, unit] of ['"', "\\", "\u0000", "é", "😀"].entries()) {
    const length = Math.floor(98_000 / (JSON.stringify(unit).length - 2));
    const body = Array.from({ length: 40 }, (_, key) => item(1000 * index + key, unit, length));
    const response = await ask("POST", "/v1/recordings", { body });
    expect(await response.json(), `metadata of ${JSON.stringify(unit)}`).toMatchObject({ stored: 40, rejected: 0 });
  }
});

test("2,000 mutated bodies at the least were posted, and a fair share of them on either side", () => {
  expect(posted).toBeGreaterThanOrEqual(2000);
  expect(accepted).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

interface Post {
  wire: Wire;
  body: string | Uint8Array;
  headers?: Record<string, string>;
  /** The body before it was packed, where it was. */
  plain?: Uint8Array;
}

/** Posts a body and holds the collector to its promises, whichever way it decides. */
async function post(project: string, { wire, body, headers = {}, plain }: Post): Promise<void> {
  posted += 1;
  const path = wire === "freeplay" ? `/api/v2/projects/${project}/sessions/session-1/completions` : "/v1/recordings";
  const type = wire === "lines" ? "application/x-ndjson" : "application/json";
  const response = await ask("POST", path, { key: adminKey, body, headers: { "Content-Type": type, ...headers } });
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  expect(text).not.toContain(marker);
  expect(response.headers.get("Content-Type")).toMatch(/^application\/json/);
  if (response.status >= 400) {
    refused += 1;
    expectRefusal(text);
    expect(JSON.parse(text)).toMatchObject({ request_id: response.headers.get("X-Request-Id") });
    await expectRows(project, 0);
    return;
  }
  const sent = decode(plain ?? body);
  const json = JSON.parse(text) as Answer;
  if (response.status === 201) {
    accepted += 1;
    // A changed byte may have named another project.
    const owner = (json["project_id"] as string | undefined) ?? project;
    await expectRows(project, owner === project ? 1 : 0);
    await expectRows(owner, 1);
    await expectRead(owner, json["id"] ?? json["completion_id"], sent);
    return;
  }
  expect(response.status).toBe(200);
  const isLines = (headers["Content-Type"] ?? type).includes("ndjson");
  const items = isLines ? sent.split("\n").filter((line) => /[^ \t\r]/.test(line)) : itemTexts(sent);
  await expectResults(project, json, items);
}

async function expectResults(project: string, { stored, duplicates, rejected, results }: Answer, items: string[]): Promise<void> {
  expect(results.map(({ index }: Answer) => index)).toEqual(items.map((_, index) => index));
  const seen = new Set<string>();
  const counts = { stored: 0, duplicate: 0, rejected: 0 };
  const rows = new Map([[project, 0]]);
  for (const [index, { id, status, error }] of results.entries()) {
    counts[status as keyof typeof counts] += 1;
    if (status === "rejected") {
      refused += 1;
      expect(error).toMatchObject({ message: expect.any(String), code: expect.any(String) });
    } else if (status === "duplicate") {
      expect(seen).toContain(id);
    } else {
      accepted += 1;
      seen.add(id);
      const owner = ownerOf(items[index] ?? "");
      rows.set(owner, (rows.get(owner) ?? 0) + 1);
      // Of a long list a few tell as much as all.
      if (items.length < 20 || index % 100 === 0) await expectRead(owner, id, items[index] ?? "");
    }
  }
  expect({ stored, duplicate: duplicates, rejected }).toEqual(counts);
  for (const [owner, count] of rows) await expectRows(owner, count);
}

/** The project that an item names. A changed byte may have made it another than its neighbour's. */
function ownerOf(item: string): string {
  const body = JSON.parse(item) as Answer;
  return body["project_id"] ?? body["projectId"];
}

function expectRefusal(text: string): void {
  const { issues, ...refusal } = JSON.parse(text) as Answer;
  expect(refusal).toEqual({ message: expect.any(String), code: expect.any(String), request_id: expect.any(String) });
  expect(refusal["message"]).not.toBe("");
  for (const issue of issues ?? []) expect(issue).toEqual({ path: expect.any(String), message: expect.any(String) });
}

/** Rows of the project: as many recordings as were accepted, and of a refused body none anywhere. */
async function expectRows(project: string, recordings: number): Promise<void> {
  const row = await env.DB.prepare(
    `SELECT (SELECT count(*) FROM recordings WHERE project_id = ?1) AS recordings,
            (SELECT count(*) FROM sessions WHERE project_id = ?1) > 0 AS sessions,
            (SELECT count(*) FROM projects WHERE id = ?1) AS projects`,
  )
    .bind(project)
    .first();
  const some = recordings > 0 ? 1 : 0;
  expect(row).toEqual({ recordings, sessions: some, projects: some });
}

/** What was accepted reads back: its messages equal to the letter, and what was planted in it still there. */
async function expectRead(project: string, id: string, sent: string): Promise<void> {
  const response = await ask("GET", `/v1/recordings/${encodeURIComponent(id)}?project_id=${project}`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const body = parseExact(sent) as Answer;
  const spellings = ["messages", "all_messages", "allMessages"].filter((key) => Object.hasOwn(body, key) && body[key] !== null);
  expect(spellings).toHaveLength(1);
  const read = parseExact(text) as Answer;
  expect(JSON.stringify(read["messages"])).toBe(JSON.stringify(body[spellings[0] ?? ""]));
  for (const planted of plantedTexts) {
    if (sentHolds(body, planted)) expect(text).toContain(planted);
  }
}

/** Parsed so that a number keeps its digits where a double would not: beyond its range, or an integer above 2^53. */
function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    const isHeld = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return isHeld ? value + 0 : { number: context.source };
  });
}

const beyondDouble = ["1e4077", "-1e4077", "98765432109876543210"];
const plantedTexts = [marker, ...beyondDouble];

/** Whether a text is among a body's values; what Python sends twice may differ, and then one is kept. */
function sentHolds(body: Answer, planted: string): boolean {
  const { custom_metadata: _, ...rest } = body;
  return JSON.stringify(rest).includes(planted);
}

function decode(body: string | Uint8Array): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

function itemTexts(text: string): string[] {
  const items = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? JSON.rawJSON(context.source) : value,
  ) as unknown[];
  return items.map((item) => JSON.stringify(item));
}

function textOf(wire: Wire, body: unknown): string {
  return wire === "lines" && Array.isArray(body) ? body.map((item) => JSON.stringify(item)).join("\n") : JSON.stringify(body);
}

const completions = [...nodeRequests, ...pythonRequests]
  .filter(({ route }) => route === "record_completion")
  .map(({ body }) => JSON.stringify(body));
const jvmCompletion = JSON.stringify({
  completion_id: null,
  messages: [{ role: "assistant", content: "x" }],
  inputs: { q: "why" },
  media_inputs: {},
  session_info: { session_id: "session-1", custom_metadata: { a: 1 } },
  call_info: { provider: "openai", model: "gpt-4o", start_time: 1.5e9, end_time: 1.6e9, model_parameters: { top_p: 1 }, usage: null },
  response_info: { is_complete: true, function_call: { name: "f", arguments: "{}" }, prompt_tokens: 0, response_tokens: 0 },
  test_run_info: null,
});

/** A body that would be accepted, in one of its wire's shapes. */
function validBody(wire: Wire, choice: number, project: string): unknown {
  if (wire === "freeplay") return JSON.parse([...completions, jvmCompletion][choice % (completions.length + 1)] ?? "");
  if (wire === "single") return validItem(choice, project);
  return [0, 1, 2].map((index) => validItem(choice + index, project));
}

function validItem(choice: number, project: string): Answer {
  const item = wholePayload(project);
  const smaller = { project_id: project, all_messages: item["all_messages"], call_info: item["call_info"] };
  const camel = {
    projectId: project,
    allMessages: item["all_messages"],
    callInfo: { provider: "p", model: "m", startTime: 1, endTime: 2 },
  };
  return JSON.parse(JSON.stringify([item, smaller, camel, { ...item, id: `id-${choice}` }][choice % 4])) as Answer;
}

const hostileKeys = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "toJSON",
  "then",
  "length",
  "rawJSON",
  "",
  "\u0000",
  "\ud800",
  "0",
  "a.b",
  marker,
];

const plainValues: unknown[] = [
  [null, true, false, 0, -1, 1.5, 1e12, 1e300, 5e-324, "", "5", marker, `${marker}\ud800`, "\ud800", "\udfff\ud800", "\u0000"],
  ["__proto__", "constructor", "a".repeat(300), "2026-02-30T00:00:00Z", "2026-13-45T99:99:99Z", "2026-01-01T00:00:00.123456789012Z"],
  [[], {}, [[]], [marker], { a: marker }, [{ a: [marker] }], [null], { content: marker, role: 5 }, { rawJSON: "1" }],
].flat();

/** Made anew for each place they go to; raw numbers are frozen, and no copy of one is one. */
const hostileValues: (() => unknown)[] = [
  ...plainValues.map((value) => () => structuredClone(value)),
  ...[...beyondDouble, "-0", "1e-400", "9007199254740993", "0.10000000000000000000000001"].map((number) => () => JSON.rawJSON(number)),
  () => [JSON.rawJSON("1e4077")],
  () => ({ a: JSON.rawJSON("98765432109876543210") }),
  () => withKey({}, "__proto__", marker),
  () => withKey({}, "__proto__", withKey({}, "constructor", { prototype: marker })),
  () => JSON.parse(`{"hasOwnProperty":"${marker}","toString":null,"valueOf":1,"toJSON":"${marker}","then":"${marker}"}`) as unknown,
  () => nested(150),
  () => nested(250),
];

const Mutation = fc.record({
  kind: fc.constantFrom("replace", "replace", "replace", "delete", "insert", "insert", "respell", "wrap", "root"),
  place: fc.nat(),
  value: fc.nat({ max: hostileValues.length - 1 }),
  key: fc.constantFrom(...hostileKeys),
});
type Mutation = typeof Mutation extends fc.Arbitrary<infer Value> ? Value : never;

interface Place {
  parent: Answer;
  key: string;
}

function mutate(body: unknown, mutations: Mutation[]): unknown {
  const holder: Answer = { body };
  for (const { kind, place, value, key } of mutations) {
    const places = placesIn(holder["body"], 0);
    const found = places[place % Math.max(1, places.length)];
    const hostile = hostileValues[value]?.();
    if (kind === "root" && place % 10 === 0) holder["body"] = hostile;
    if (found === undefined || kind === "root") continue;
    // Another valid project would be one more tenant: that is a case of its own.
    const safe = /^project_?id$/i.test(found.key) && typeof hostile === "string" ? [hostile] : hostile;
    if (kind === "replace") withKey(found.parent, found.key, safe);
    else if (kind === "wrap") withKey(found.parent, found.key, [found.parent[found.key]]);
    else if (kind === "delete") delete found.parent[found.key];
    else if (kind === "insert") withKey(found.parent, key, hostile);
    else withKey(found.parent, respell(found.key), place % 2 === 0 ? safe : found.parent[found.key]);
  }
  return holder["body"];
}

/** Every place of a value below, but those of raw numbers and of deep nests. */
function placesIn(value: unknown, depth: number): Place[] {
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value) || depth > 12) return [];
  const parent = value as Answer;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key], depth + 1)]);
}

/** Sets a key of its own, `__proto__` included. */
function withKey(parent: Answer, key: string, value: unknown): Answer {
  // JSON has no list with keys.
  const place = Array.isArray(parent) && !/^\d+$/.test(key) ? parent.length : key;
  return Object.defineProperty(parent, place, { value, enumerable: true, configurable: true, writable: true });
}

function respell(key: string): string {
  if (key === "all_messages") return "messages";
  if (key === "model_parameters") return "llm_parameters";
  return /_/.test(key)
    ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function nested(levels: number): unknown {
  let value: unknown = marker;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

type Spoil = (bytes: Uint8Array, place: number, byte: number) => Omit<Post, "wire"> | Promise<Omit<Post, "wire">>;

const packed = { "Content-Encoding": "gzip" };

/** What may become of a body's bytes on the way, at a place and with a byte of its own. */
const spoils: Record<string, Spoil> = {
  cut: (bytes, place) => ({ body: bytes.slice(0, place % bytes.length) }),
  change: (bytes, place, byte) => ({ body: splice(bytes, place % bytes.length, 1, [byte]) }),
  insert: (bytes, place, byte) => ({ body: splice(bytes, place % bytes.length, 0, [byte, byte]) }),
  repeat: (bytes, place, byte) => {
    const at = place % bytes.length;
    return { body: splice(bytes, at, 0, bytes.slice(at, at + byte)) };
  },
  utf16: (bytes) => ({ body: utf16(decode(bytes)) }),
  utf16Marked: (bytes) => ({ body: utf16(`\ufeff${decode(bytes)}`) }),
  latin1: (bytes) => ({ body: Uint8Array.from(decode(bytes).replace("sky", "été"), (character) => character.charCodeAt(0) & 255) }),
  marked: (bytes) => ({ body: splice(bytes, 0, 0, [0xef, 0xbb, 0xbf]) }),
  gzip: async (bytes) => ({ body: await gzip(bytes), headers: packed, plain: bytes }),
  gzipCut: async (bytes, place) => ({ body: (await gzip(bytes)).slice(0, place % 200), headers: packed, plain: bytes }),
  gzipChange: async (bytes, place, byte) => {
    const whole = await gzip(bytes);
    return { body: splice(whole, place % whole.length, 1, [byte]), headers: packed, plain: bytes };
  },
  gzipMore: async (bytes, place, byte) => {
    const whole = await gzip(bytes);
    return { body: splice(whole, place % 2 === 0 ? 0 : whole.length, 0, [byte]), headers: packed, plain: bytes };
  },
  gzipTwice: async (bytes) => {
    const once = await gzip(bytes);
    return { body: await gzip(once), headers: packed, plain: once };
  },
};

const Damage = fc.record({ kind: fc.constantFrom(...Object.keys(spoils)), place: fc.nat(), byte: fc.nat({ max: 255 }) });

function splice(bytes: Uint8Array, at: number, remove: number, insert: Iterable<number>): Uint8Array {
  return Uint8Array.from([...bytes.slice(0, at), ...insert, ...bytes.slice(at + remove)]);
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from(text, (unit) => unit.charCodeAt(0)).buffer);
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function nestedText(wire: Wire, place: string, nest: string, project: string): string {
  if (place === "body" || place === "end") return nest;
  const head = wire === "freeplay" ? "" : `"project_id":"${project}",`;
  const messages =
    place === "messages" ? nest : place === "message" ? `[${nest}]` : `[{"role":"user","content":${place === "content" ? nest : '"x"'}}]`;
  const rest =
    { inputs: `,"inputs":${nest}`, metadata: `,"session_info":{"custom_metadata":{"a":${nest}}}`, unknown: `,"more":${nest}` }[place] ?? "";
  const item = `{${head}"messages":${messages}${rest}}`;
  return wire === "array" ? `[${item}]` : item;
}

function bodyWith(wire: Wire, key: string, long: string, project: string): unknown {
  const item: Answer = { messages: [{ role: "user", content: key === "content" ? long : "x" }] };
  if (wire !== "freeplay") item["project_id"] = project;
  if (key === "metadata") item["session_info"] = { custom_metadata: { [marker]: long } };
  if (key === "model") item["call_info"] = { provider: "p", model: long };
  if (key === "id") item["id"] = long;
  if (key === "unknown") item["more"] = [long];
  return wire === "array" || wire === "lines" ? [item, { ...item }] : item;
}
