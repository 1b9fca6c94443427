import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, askJson, newProject } from "./collector";
import { randomFrom, randomWorld } from "./search-filters";
import { insertWorld, removeWorlds, worldProject } from "./search-world";

afterAll(removeWorlds);

const project = newProject();
const words = ["blue", "Blue", "sky", "ray", 'quo"te', "é", "50%"];
const epochS = 1_767_000_000;
let all: Answer[];

/** Recordings of all kinds, in conversations too, as they are read back, the newest first. */
beforeAll(async () => {
  const random = randomFrom(11);
  const pick = <One>(...list: One[]): One => list[Math.floor(random() * list.length)] as One;
  const items = Array.from({ length: 120 }, (_, index) => {
    const start = epochS + Math.floor(random() * 20);
    const session = `s-${Math.floor(index / 4) % 20}`;
    const turns = Array.from({ length: (index % 4) + 1 }, (__, turn) => ({
      role: turn % 2 === 0 ? "user" : "assistant",
      content: `${words[(index + turn) % words.length]} ${turn}`,
    }));
    return {
      project_id: project,
      id: `r-${index}`,
      all_messages: random() < 0.1 ? [{ role: "user", content: [{ type: "text", text: pick(...words) }] }] : turns,
      session_info: { session_id: session, custom_metadata: { tier: pick("a", "b", "1"), n: pick(1, 2), beta: pick(true, false) } },
      ...pick({}, { environment: "prod" }, { environment: "dev" }),
      ...pick({}, { parent_id: pick("t-1", "t-2") }),
      ...pick({}, { test_run_info: { test_run_id: pick("run-1", "run-2"), test_case_id: "c" } }),
      ...pick({}, { prompt_info: { prompt_template_version_id: pick("v1", "v2") } }),
      ...pick({}, {}, { error: { message: "No." } }),
      ...pick({}, { response_info: {} }, { response_info: { is_complete: true } }, { response_info: { is_complete: false } }),
      ...pick(
        {},
        {
          call_info: {
            provider: pick("openai", "anthropic"),
            model: pick("gpt-4o-mini", "gpt-4o", "unknown-model"),
            start_time: start,
            end_time: start + pick(-1, 0, 0.5, 2),
            ...pick({}, { usage: { prompt_tokens: pick(1, 10, 100), ...pick({}, { completion_tokens: 5 }) } }),
          },
        },
      ),
    };
  });
  for (let at = 0; at < items.length; at += 30)
    expect((await askJson("POST", "/v1/recordings", { body: items.slice(at, at + 30) })).json["rejected"]).toBe(0);
  for (const [id, values] of [
    ["r-3", { stars: 4 }],
    ["r-4", { stars: "4" }],
    ["r-5", { ok: true }],
    ["r-9", { stars: 5, ok: false }],
  ] as const) {
    await askJson("POST", `/v1/recordings/${id}/feedback?project_id=${project}`, { body: values });
  }
  await askJson("POST", `/v2/projects/${project}/completions/r-7`, {
    body: { new_messages: [{ role: "assistant", content: "an appended word" }] },
  });
  all = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { json }: { json: Answer } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=200&cursor=${cursor}`);
    all.push(...json["recordings"]);
    cursor = json["next_cursor"];
  }
  expect(all).toHaveLength(120);
});

/** What each parameter asks of a recording as it is answered, in plain TypeScript. */
const meets: Record<string, (recording: Answer, value: string) => boolean> = {
  session_id: (r, value) => r["session_id"] === value,
  trace_id: (r, value) => r["parent_id"] === value,
  test_run_id: (r, value) => r["test_run_info"]?.test_run_id === value,
  provider: (r, value) => r["call_info"]?.provider === value,
  model: (r, value) => r["call_info"]?.model === value,
  environment: (r, value) => r["environment"] === value,
  prompt_version_id: (r, value) => r["prompt_info"]?.prompt_template_version_id === value,
  complete: (r, value) => r["response_info"]?.is_complete === (value === "true"),
  error: (r, value) => (r["error"] !== undefined) === (value === "true"),
  usage_source: (r, value) => [r["usage"].prompt_source, r["usage"].completion_source].includes(value),
  from: (r, value) => timeOf(r) >= Number(value) * 1e6,
  to: (r, value) => timeOf(r) < Number(value) * 1e6,
  cost_usd_min: (r, value) => r["cost_usd"] !== null && r["cost_usd"] >= Number(value),
  cost_usd_max: (r, value) => r["cost_usd"] !== null && r["cost_usd"] <= Number(value),
  latency_ms_min: (r, value) => r["latency_ms"] !== null && r["latency_ms"] >= Number(value),
  latency_ms_max: (r, value) => r["latency_ms"] !== null && r["latency_ms"] <= Number(value),
  tokens_min: (r, value) => tokensOf(r) !== null && Number(tokensOf(r)) >= Number(value),
  tokens_max: (r, value) => tokensOf(r) !== null && Number(tokensOf(r)) <= Number(value),
  text: (r, value) => textsIn(r["messages"]).some((text) => asciiLower(text).includes(asciiLower(value))),
  "feedback.stars": (r, value) => isValue(r["feedback"]?.stars, value),
  "feedback.ok": (r, value) => isValue(r["feedback"]?.ok, value),
};
const values: Record<string, string[]> = {
  session_id: ["s-0", "s-3", "s"],
  trace_id: ["t-1", "t-2"],
  test_run_id: ["run-1", "run-3"],
  provider: ["openai", "anthropic"],
  model: ["gpt-4o-mini", "gpt-4o"],
  environment: ["prod", "dev", "Prod"],
  prompt_version_id: ["v1", "v2"],
  complete: ["true", "false"],
  error: ["true", "false"],
  usage_source: ["reported", "estimated", "missing", "deferred"],
  from: [String(epochS + 5), String(epochS + 12)],
  to: [String(epochS + 9), String(epochS + 19), "9999999999"],
  cost_usd_min: ["0", "0.000001", "1"],
  cost_usd_max: ["0.00001", "1"],
  latency_ms_min: ["0", "500", "501"],
  latency_ms_max: ["0", "2000"],
  tokens_min: ["10", "15"],
  tokens_max: ["20", "15"],
  text: ["blue", "RAY", 'quo"te', "É", "é", "appended WORD", "50%", "nowhere", " 1"],
  "feedback.stars": ["4", "5", "x"],
  "feedback.ok": ["true", "false"],
};

const query = fc
  .uniqueArray(fc.constantFrom(...Object.keys(values)), { minLength: 1, maxLength: 3 })
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(values[name] ?? []))))));

async function listed(parameters: [string, string][], limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const search = new URLSearchParams([...parameters, ["project_id", project], ["limit", String(limit)], ["cursor", cursor]]);
    const { status, json }: { status: number; json: Answer } = await askJson("GET", `/v1/recordings?${search.toString()}`);
    expect([parameters, status]).toEqual([parameters, 200]);
    ids.push(...json["recordings"].map(({ id }: Answer) => id));
    cursor = json["next_cursor"];
  }
  return ids;
}

function expected(parameters: [string, string][]): string[] {
  const found = all.filter((recording) => parameters.every(([name, value]) => meets[name]?.(recording, value)));
  const isByTime =
    parameters.some(([name]) => name === "from" || name === "to") &&
    !parameters.some(([name]) => ["session_id", "trace_id", "test_run_id"].includes(name));
  return (isByTime ? found.toSorted((a, b) => timeOf(b) - timeOf(a) || b["seq"] - a["seq"]) : found).map(({ id }) => id);
}

describe("a list of recordings", () => {
  test("by each parameter, with each value, holds what plain TypeScript finds among all", async () => {
    for (const [name, each] of Object.entries(values)) {
      for (const value of each) expect([name, value, await listed([[name, value]], 200)]).toEqual([name, value, expected([[name, value]])]);
    }
  });

  test("and by any of them together, through all pages", async () => {
    const property = fc.asyncProperty(query, fc.integer({ min: 5, max: 60 }), async (parameters, limit) => {
      expect(await listed(parameters, limit)).toEqual(expected(parameters));
    });
    await fc.assert(property, { numRuns: 80 });
  });

  test("may be sorted by cost or latency, the highest first, through all pages, whatever else it is asked for by", async () => {
    const known: Record<string, (recording: Answer) => number | null> = {
      cost: (r) => r["cost_nano_usd"],
      latency: (r) => r["latency_ms"],
    };
    const property = fc.asyncProperty(
      query,
      fc.constantFrom("cost", "latency"),
      fc.integer({ min: 5, max: 60 }),
      async (parameters, sort, limit) => {
        const found = all.filter((recording) => parameters.every(([name, value]) => meets[name]?.(recording, value)));
        const value = (one: Answer) => known[sort]?.(one) ?? -1;
        const sorted = found.toSorted((a, b) => value(b) - value(a) || b["seq"] - a["seq"]).map(({ id }) => id);
        expect(await listed([...parameters, ["sort", sort]], limit)).toEqual(sorted);
      },
    );
    await fc.assert(property, { numRuns: 40 });
    expect(await listed([["sort", "cost"]], 50)).toHaveLength(120);
  });

  test("is sorted of so many recordings, and no more: then it says what would narrow it", async () => {
    const large = worldProject();
    await insertWorld(large, { recordings: randomWorld(12_001, randomFrom(5)).recordings, sessions: [], traces: [] });
    const ask = async (more: string) => await askJson("GET", `/v1/recordings?project_id=${large}&sort=latency&limit=5${more}`);
    expect(await ask("")).toMatchObject({ status: 400, json: { issues: [{ path: "sort", message: expect.stringMatching(/10000/) }] } });
    expect(await ask("&session_id=s-77")).toMatchObject({ status: 200, json: { is_complete: true } });
  });

  test("by a session's metadata holds each recording of such a session", async () => {
    const ids = await listed([["metadata.n", "1"]], 50);
    const sessions = new Map<string, unknown>();
    for (const { session_id: id } of all) {
      if (!sessions.has(id)) sessions.set(id, (await askJson("GET", `/v1/sessions/${id}?project_id=${project}`)).json["custom_metadata"].n);
    }
    expect(ids).toEqual(all.filter(({ session_id: id }) => sessions.get(id) === 1).map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(0);
  });

  test("says what it does not understand", async () => {
    for (const [search, path] of [
      ["complete=yes", "complete"],
      ["error=1", "error"],
      ["cost_usd_min=much", "cost_usd_min"],
      ["from=yesterday", "from"],
      ["from=1767000000000", "from"],
      ["usage_source=guessed", "usage_source"],
      ["session_id=a%20b", "session_id"],
      ["metadata.=x", "metadata."],
      ["colour=blue", "colour"],
      ["sort=colour", "sort"],
      [`text=${"x".repeat(1001)}`, "text"],
      [Array.from({ length: 26 }, (_, n) => `metadata.k${n}=x`).join("&"), "metadata"],
    ]) {
      const answer = await askJson("GET", `/v1/recordings?project_id=${project}&${search}`);
      expect([search, answer.status, answer.json["issues"]?.[0]?.path]).toEqual([search, 400, path]);
    }
    for (const search of ["model=x&cursor=zzz", "sort=cost&cursor=s5", "cursor=v5.5"]) {
      expect((await askJson("GET", `/v1/recordings?project_id=${project}&${search}`)).status).toBe(400);
    }
  });
});

/** Microseconds. */
function timeOf(recording: Answer): number {
  const iso: string = recording["started_at"] ?? recording["received_at"];
  return Date.parse(iso) * 1000 + Number(iso.slice(-4, -1));
}

function tokensOf({ usage }: Answer): number | null {
  return usage.prompt_tokens === null || usage.completion_tokens === null ? null : usage.prompt_tokens + usage.completion_tokens;
}

function isValue(known: unknown, value: string): boolean {
  return known !== undefined && (known === value || JSON.stringify(known) === value);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
