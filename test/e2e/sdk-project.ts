import { randomUUID } from "node:crypto";
import Freeplay, { type RecordPayload } from "freeplay";
import type { RunningCollector } from "./running-collector";

export type Answer = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- answers are looked into freely by tests
/** The SDK's type asks for more of a prompt and a response than its code does. */
type Call = Partial<Omit<RecordPayload, "promptInfo">> & { promptInfo?: object };

/** A project of its own, with the SDK as its users have it, and the collector's own doors to read it back by. */
export interface SdkProject {
  projectId: string;
  key: string;
  client: Freeplay;
  /** A call to record, with what the SDK demands. */
  call: (call?: Call) => RecordPayload;
  /** What a door answers, where it answers 2xx. A path that begins with a slash is the collector's own; else it is within the project. */
  get: (path: string) => Promise<Answer>;
  recording: (id: string) => Promise<Answer>;
  post: (path: string, body: object) => Promise<Answer>;
  status: (path: string) => Promise<number>;
}

export const conversation = [
  { role: "system", content: "Answer briefly." },
  { role: "user", content: "Why is the sky blue? ☀️" },
  { role: "assistant", content: "Rayleigh scattering." },
];

export const more = [
  { role: "user", content: "And sunsets?" },
  { role: "assistant", content: "Longer path." },
];

/** The call that is recorded, and how its times read back. */
export const startedAt = "2026-01-02T03:04:05.678000Z";
export const endedAt = "2026-01-02T03:04:07.250000Z";
const callInfo = {
  provider: "openai",
  model: "gpt-4o-mini",
  startTime: new Date(1_767_323_045_678),
  endTime: new Date(1_767_323_047_250),
  modelParameters: { temperature: 0.2, max_tokens: 64 },
  usage: { promptTokens: 25, completionTokens: 4 },
};

/** Opens one. */
export async function openProject(collector: RunningCollector, scope = "admin"): Promise<SdkProject> {
  const projectId = randomUUID();
  const send = async (method: string, path: string, key: string, body?: object) =>
    await fetch(`${collector.origin}${path.startsWith("/") ? path : `/api/v2/projects/${projectId}/${path}`}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async (response: Response): Promise<Answer> => {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  };
  const made = await read(
    await send("POST", "/v1/keys", collector.adminKey, {
      scope,
      project_id: projectId,
      ...(scope === "browser" ? { origins: ["https://app.example.com"] } : {}),
    }),
  );
  const key = made["key"] as string;
  return {
    projectId,
    key,
    client: clientOf(collector, key),
    call: ({ promptInfo, ...call } = {}) =>
      ({
        allMessages: conversation,
        inputs: {},
        sessionInfo: { sessionId: randomUUID() },
        callInfo,
        promptInfo: { projectId, ...promptInfo },
        ...call,
      }) as RecordPayload,
    recording: async (id) => await read(await send("GET", `/v1/recordings/${id}?project_id=${projectId}`, collector.adminKey)),
    get: async (path) => await read(await send("GET", path, collector.adminKey)),
    post: async (path, body) => await read(await send("POST", path, collector.adminKey, body)),
    status: async (path) => {
      const response = await send("GET", path, collector.adminKey);
      await response.body?.cancel();
      return response.status;
    },
  };
}

/** The unmodified SDK with a key. */
export function clientOf(collector: RunningCollector, key: string, base = "/api"): Freeplay {
  return new Freeplay({ freeplayApiKey: key, baseUrl: `${collector.origin}${base}` });
}

/** What a call of the SDK is rejected with. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  return await call.then(
    () => Promise.reject(new Error("The call was taken.")),
    (thrown: Error) => thrown,
  );
}
