import { ask, makeKey, newProject } from "./collector";

export const site = "https://app.example.com";
export const messages = [
  { role: "user", content: "Why is the sky blue?" },
  { role: "assistant", content: "Rayleigh scattering." },
];

/** A page on `site` with a browser key of a project of its own. */
export interface Page {
  project: string;
  key: string;
  /** One post of it to the beacon route. */
  post: (body: unknown, more?: { shown?: string; headers?: Record<string, string> }) => Promise<Response>;
}

export async function openPage(): Promise<Page> {
  const project = newProject();
  const { key } = await makeKey({ scope: "browser", project_id: project, origins: [site] });
  return {
    project,
    key,
    post: async (body, { shown = key, headers = {} } = {}) =>
      await ask("POST", `/v1/r?key=${shown}`, {
        key: null,
        headers: { "Content-Type": "text/plain;charset=UTF-8", Origin: site, ...headers },
        body: body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
  };
}
