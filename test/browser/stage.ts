import { setTimeout as sleep } from "node:timers/promises";
import { inject, onTestFinished } from "vitest";
import { type Browser, launchBrowser } from "./chromium";
import { type Door, openDoor } from "./door";
import { openSite, type Site } from "./site";

/** What a test plays on: a browser, a site of its own, a door, and behind it the collector with a project of its own. */
export interface Stage {
  browser: Browser;
  door: Door;
  site: Site;
  project: string;
  key: string;
  /** The ids of what is stored, each as often as it is. */
  stored: () => Promise<string[]>;
  /** The same, once there are so many or the time is over. */
  storedIn: (ms: number, count: number) => Promise<string[]>;
  recording: (id: string) => Promise<Record<string, unknown>>;
  /** What the collector says of its deliveries. */
  status: (id: string) => Promise<Record<string, unknown>>;
}

const recorder = (door: string, key: string, options: string) =>
  `window.recorder = createRecorder({ url: "${door}", key: "${key}", ${options} });
window.say = (id, more = {}) => window.recorder.record({ id, allMessages: [{ role: "user", content: "Say " + id }], ...more });`;

/** `script` runs in the site's page, where `recorder` is, with `options`, and `say(id)` records one. `bounds` are its key's. */
export async function setStage({
  script = "",
  options = "",
  headers = {},
  bounds = {},
}: { script?: string; options?: string; headers?: Record<string, string>; bounds?: Record<string, unknown> } = {}): Promise<Stage> {
  const { origin, adminKey } = inject("collector");
  const project = `browser-${crypto.randomUUID()}`;
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(origin + path, {
      ...init,
      headers: { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const { key } = (await ask("/v1/keys", {
    method: "POST",
    body: JSON.stringify({ scope: "browser", project_id: project, origins: ["http://localhost:*"], ...bounds }),
  })) as { key: string };
  const door = await openDoor(origin);
  onTestFinished(door.close);
  const site = await openSite(door.origin, recorder(door.origin, key, options) + script, headers);
  onTestFinished(site.close);
  const browser = await launchBrowser();
  onTestFinished(browser.close);

  const stored = async () => {
    const ids: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Record<string, unknown> = await ask(`/v1/recordings?project_id=${project}&limit=200&cursor=${cursor}`);
      ids.push(...(page["recordings"] as { id: string }[]).map(({ id }) => id));
      cursor = page["next_cursor"] as string | null;
    }
    return ids.toSorted();
  };
  const storedIn = async (ms: number, count: number) => {
    const untilMs = Date.now() + ms;
    for (;;) {
      const ids = await stored();
      if (ids.length >= count || Date.now() > untilMs) return ids;
      await sleep(100);
    }
  };
  const recording = async (id: string) => await ask(`/v1/recordings/${id}?project_id=${project}`);
  const status = async (id: string) => await ask(`/v1/recordings/${id}/status?project_id=${project}`);
  return { browser, door, site, project, key, stored, storedIn, recording, status };
}
