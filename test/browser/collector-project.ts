import { inject } from "vitest";

/** A project of one test's own, filled over the API. */
export interface Project {
  id: string;
  /** Asks the collector as its first admin. The answer must be a 2xx. */
  ask: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;
  /** Records calls, a chat of two messages each unless it says more. */
  record: (...calls: Record<string, unknown>[]) => Promise<void>;
  /** A new key of this project alone. */
  makeKey: (scope: string) => Promise<string>;
}

export function newProject(name = "look"): Project {
  const { origin, adminKey } = inject("collector");
  const id = `${name}-${crypto.randomUUID()}`;
  const ask: Project["ask"] = async (method, path, body) => {
    const response = await fetch(origin + path, {
      method,
      headers: { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  return {
    id,
    ask,
    record: async (...calls) => {
      const items = calls.map((call) => ({ project_id: id, all_messages: chatOf(String(call["id"])), ...call }));
      // One by one where there is one: an array's answer is a 2xx whatever became of its items.
      const answer = await ask("POST", "/v1/recordings", items.length === 1 ? items[0] : items);
      const refused = (answer["results"] as { status: string }[] | undefined)?.filter(({ status }) => status !== "stored") ?? [];
      if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused)}`);
    },
    makeKey: async (scope) => {
      const origins = scope === "browser" ? { origins: ["http://localhost:*"] } : {};
      return String((await ask("POST", "/v1/keys", { scope, project_id: id, ...origins }))["key"]);
    },
  };
}

function chatOf(text: string): { role: string; content: string }[] {
  return [
    { role: "user", content: `Say ${text}` },
    { role: "assistant", content: `Here is ${text}` },
  ];
}
