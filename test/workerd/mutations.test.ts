import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, newProject } from "./collector";
import { marker, mutate, Mutation } from "./mutate";
import { Damage, mutateBytes } from "./mutate-bytes";
import { expectRefusal, expectRows, type MutatedPost, postMutated } from "./mutated-post";
import { bodyWith, mutatedWires, nestedText, textOf, validBody } from "./mutated-wires";

const seed = 20_261_122;

let posted = 0;
let accepted = 0;
let refused = 0;

// Thousands of refusals would be thousands of lines.
beforeAll(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
afterAll(() => vi.restoreAllMocks());

describe("a mutated body is stored whole or not at all, and never a fault of ours", () => {
  test.each(mutatedWires)("with wrong values, keys and spellings: %s", async (wire) => {
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

  test.each(mutatedWires)("with bytes cut, changed, recoded or packed: %s", async (wire) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), Damage, async (choice, damage) => {
        const project = newProject();
        const bytes = new TextEncoder().encode(textOf(wire, validBody(wire, choice, project)));
        await post(project, { wire, body: bytes, ...(await mutateBytes(bytes, damage)) });
      }),
      { seed, numRuns: 150 },
    );
  });

  test("with nothing but random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...mutatedWires), fc.uint8Array({ maxLength: 300 }), async (wire, bytes) => {
        await post(newProject(), { wire, body: bytes });
      }),
      { seed, numRuns: 100 },
    );
  });

  test("with any JSON at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...mutatedWires), fc.json({ stringUnit: "binary" }), async (wire, body) => {
        await post(newProject(), { wire, body });
      }),
      { seed, numRuns: 150 },
    );
  });

  const depths = [100, 197, 198, 199, 200, 201, 1000, 10_000, 100_000];
  const places = ["body", "messages", "message", "content", "inputs", "metadata", "unknown", "end"] as const;
  test.each(places)("nested up to 100,000 levels deep: %s", async (place) => {
    for (const wire of mutatedWires) {
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
    for (const wire of mutatedWires) {
      for (const length of [129, 257, 70_000, 1_900_000]) {
        // The largest are of one that is no longer than it was once it is printed: blobs.test.ts has larger ones.
        const units = length > 70_000 ? ["a"] : ["a", '"', "\u0000", "😀", "\ud800"];
        for (const unit of units) {
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
    for (const wire of mutatedWires) {
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
    for (const wire of mutatedWires) {
      const project = newProject();
      await post(project, { wire, body: textOf(wire, validBody(wire, 0, project)), headers: { "Content-Encoding": encoding } });
    }
  });

  test.each(["abc", "-1", "0", "1", "1e9", "0x10", "99999999999", "12, 12", "9007199254740993"])(
    "with the Content-Length %j",
    async (length) => {
      for (const wire of mutatedWires) {
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

/** Posts a mutated body, and counts what became of it. */
async function post(project: string, mutated: MutatedPost): Promise<void> {
  posted += 1;
  const outcome = await postMutated(project, mutated);
  accepted += outcome.accepted;
  refused += outcome.refused;
}
