import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CallInfo, RecordPayload } from "../../../src/client/record-payload";
import type { Deps } from "../../../src/env";
import type { Json } from "../../../src/model/json";
import type { KeyTable } from "../../../src/model/own-keys";
import * as schema from "../../../src/receive/payload";
import { recordingFromPayload } from "../../../src/receive/records-wire";

/** All objects of a client's payload, each with every field that its type has: a field more or less is a type error here. */
const whole = {
  id: "r",
  projectId: "p",
  allMessages: [{ role: "user", content: "Hi." }],
  inputs: { question: "Hi." },
  sessionInfo: { sessionId: "s", customMetadata: { user: 1 } } satisfies Whole<"sessionInfo">,
  callInfo: {
    provider: "openai",
    model: "gpt-4o-mini",
    startTime: 1_767_323_045.5,
    endTime: "2026-01-02T03:04:07Z",
    modelParameters: { temperature: 0.2 },
    usage: { promptTokens: 3, completionTokens: 0 },
    providerInfo: { region: "eu" },
    apiStyle: "batch",
  } satisfies Required<CallInfo>,
  responseInfo: { isComplete: true, functionCallResponse: { name: "f", arguments: "{}" } } satisfies Whole<"responseInfo">,
  testRunInfo: { testRunId: "t", testCaseId: "c" } satisfies Whole<"testRunInfo">,
  toolSchema: [{ name: "f" }],
  outputSchema: { type: "object" },
  promptInfo: { promptTemplateVersionId: "v", promptTemplateId: "q", environment: "prod" } satisfies Whole<"promptInfo">,
  environment: "prod",
  parentId: "trace",
  evalResults: { ok: true },
  mediaInputs: { photo: { type: "url", url: "https://example.com/a.png" } },
  error: { type: "timeout", message: "No." } satisfies Whole<"error">,
} satisfies Required<RecordPayload>;
type Whole<Name extends keyof RecordPayload> = Required<NonNullable<RecordPayload[Name]>>;

/** What the collector takes, and the client leaves to others: other names of the same, and a wire's own. */
const leftOut: Record<string, string[]> = {
  payload: ["session_id", "messages", "trace_info"],
  promptInfo: ["project_id"],
};

test("the client's types have each field of the collector's schema, and no other", () => {
  const tables: [name: string, table: KeyTable, fields: object][] = [
    ["payload", schema.payloadKeys, whole],
    ["callInfo", schema.callInfoKeys, whole.callInfo],
    ["sessionInfo", schema.sessionInfoKeys, whole.sessionInfo],
    ["responseInfo", schema.responseInfoKeys, whole.responseInfo],
    ["functionCall", schema.functionCallKeys, whole.responseInfo.functionCallResponse],
    ["testRunInfo", schema.testRunInfoKeys, whole.testRunInfo],
    ["promptInfo", schema.promptInfoKeys, whole.promptInfo],
    ["error", schema.errorKeys, whole.error],
    ["usage", schema.usageKeys, whole.callInfo.usage],
  ];
  for (const [name, table, fields] of tables) {
    const wanted = Object.keys(table).filter((key) => !leftOut[name]?.includes(key));
    const given = Object.keys(fields).map((key) => (key === "allMessages" ? "" : toSnake(key)));
    expect([name, given.filter((key) => key !== "").toSorted()]).toEqual([name, wanted.toSorted()]);
  }
});

test("whatever fields of it a client sends, the collector takes them, and has what was sent", () => {
  const deps = { now: () => 0, newId: () => "made" } as Deps;
  const principal = { keyId: "k", scope: "browser", projectId: "p" } as const;
  const { allMessages, ...optional } = whole;
  fc.assert(
    fc.property(fc.subarray(Object.keys(optional)), fc.boolean(), (names, isOne) => {
      const some = Object.fromEntries(Object.entries(optional).filter(([name]) => names.includes(name)));
      const tools = isOne && "toolSchema" in some ? { toolSchema: { name: "f" } } : {};
      const payload: RecordPayload = { ...some, ...tools, allMessages };
      const { id, sessionId, content } = recordingFromPayload(JSON.parse(JSON.stringify(payload)) as Json, principal, deps);
      expect(id).toBe(payload.id ?? "made");
      expect(sessionId).toBe(payload.sessionInfo?.sessionId ?? id);
      expect(content).toMatchObject({
        messages: allMessages,
        ...(payload.inputs && { inputs: whole.inputs }),
        ...(payload.callInfo && {
          call_info: { provider: "openai", model: "gpt-4o-mini", model_parameters: whole.callInfo.modelParameters, api_style: "batch" },
        }),
        ...(payload.testRunInfo && { test_run_info: { test_run_id: "t", test_case_id: "c" } }),
        ...(payload.evalResults && { eval_results: whole.evalResults }),
        ...(payload.error && { error: whole.error }),
      });
      // Nothing was unknown, and so put aside.
      expect(content).not.toHaveProperty("extra");
    }),
  );
});

function toSnake(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
