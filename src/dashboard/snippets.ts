/** A way to record, with the address in it. */
export interface Snippet {
  id: string;
  title: string;
  about: string;
  text: string;
}

/** What to paste, for each way to record into a project of the collector at `origin`. */
export function snippetsFor(origin: string, projectId: string): Snippet[] {
  return [
    {
      id: "curl",
      title: "curl",
      about: "From a terminal or a script, with an ingest or admin key.",
      text: `curl ${origin}/v1/recordings \\
  -H "Authorization: Bearer $AIRCHECK_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"project_id": "${projectId}",
       "all_messages": [{"role": "user", "content": "Why is the sky blue?"},
                        {"role": "assistant", "content": "Rayleigh scattering."}],
       "call_info": {"provider": "openai", "model": "gpt-4o-mini"}}'`,
    },
    {
      id: "browser",
      title: "Browser",
      about: "From a web page, with a browser key for the page’s origin. What is not sent yet survives a closed tab.",
      text: `<script type="module">
  import { createRecorder } from "${origin}/client.js";

  const recorder = createRecorder({ url: "${origin}", key: "ac_browser_…" });
  recorder.record({
    allMessages: [
      { role: "user", content: "Why is the sky blue?" },
      { role: "assistant", content: "Rayleigh scattering." },
    ],
    callInfo: { provider: "openai", model: "gpt-4o-mini" },
  });
</script>`,
    },
    {
      id: "edge",
      title: "Edge function",
      about: "From a Worker, with an ingest key: the recording goes out when the answer has.",
      text: `import { createRecorder } from "aircheck/client";
import { recordCall } from "aircheck/record-call";

export default {
  async fetch(request, env, ctx) {
    const recorder = createRecorder({ url: "${origin}", key: env.AIRCHECK_KEY });
    const answer = await recordCall(
      { model: "gpt-4o-mini", messages: [{ role: "user", content: "Why is the sky blue?" }] },
      (body) => openai.chat.completions.create(body),
      { recorder },
    );
    ctx.waitUntil(recorder.flush());
    return Response.json(answer);
  },
};`,
    },
    {
      id: "node",
      title: "Node, Freeplay SDK",
      about: "npm install freeplay — the SDK as it is, with another base URL.",
      text: `import Freeplay from "freeplay";

const freeplay = new Freeplay({ freeplayApiKey: process.env.AIRCHECK_KEY, baseUrl: "${origin}/api" });
await freeplay.recordings.create({
  projectId: "${projectId}",
  allMessages: [
    { role: "user", content: "Why is the sky blue?" },
    { role: "assistant", content: "Rayleigh scattering." },
  ],
  sessionInfo: freeplay.sessions.create(),
  promptInfo: { projectId: "${projectId}", promptTemplateId: "…", promptTemplateVersionId: "…", environment: "production" },
  callInfo: { provider: "openai", model: "gpt-4o-mini", startTime: new Date(), endTime: new Date(), modelParameters: {} },
});`,
    },
    {
      id: "python",
      title: "Python, Freeplay SDK",
      about: "pip install freeplay — the SDK as it is, with another base URL.",
      text: `import os
from freeplay import Freeplay, CallInfo, RecordPayload

freeplay = Freeplay(freeplay_api_key=os.environ["AIRCHECK_KEY"], api_base="${origin}/api")
freeplay.recordings.create(
    RecordPayload(
        project_id="${projectId}",
        all_messages=[
            {"role": "user", "content": "Why is the sky blue?"},
            {"role": "assistant", "content": "Rayleigh scattering."},
        ],
        call_info=CallInfo(provider="openai", model="gpt-4o-mini"),
    )
)`,
    },
  ];
}
