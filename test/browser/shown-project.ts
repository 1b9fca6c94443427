import { vi } from "vitest";
import { startReceiver } from "../e2e/receiver";
import { anthropicCall, geminiCall, openAiCall } from "./provider-calls";
import { newProject, type Project } from "./collector-project";

/** A project that has something of everything that a page can show. */
export async function fillProject(): Promise<Project> {
  const project = newProject("shown");
  await project.record(
    { id: "openai", parent_id: "agent", ...openAiCall },
    { id: "anthropic", ...anthropicCall },
    { id: "gemini", ...geminiCall },
    {
      id: "failed",
      error: { type: "overloaded_error", message: "The provider is overloaded." },
      call_info: { provider: "anthropic", model: "claude-sonnet-4-5" },
      response_info: { is_complete: false },
      environment: "prod",
    },
    { id: `long-${"x".repeat(120)}`, all_messages: [{ role: "user", content: "y".repeat(9000) }] },
  );
  await project.ask("POST", `/v1/recordings/openai/feedback?project_id=${project.id}`, { rating: "good", comment: "Quite right" });
  const traces = `/api/v2/projects/${project.id}/sessions/weather/traces/id`;
  const times = { start_time: "2026-01-02T03:04:05Z", end_time: "2026-01-02T03:04:08Z" };
  const agent = { kind: "agent", name: "Weather agent", input: { question: "Paris?" }, output: "Cloudy", ...times };
  await project.ask("POST", `${traces}/agent`, { ...agent, eval_results: { helpful: true }, custom_metadata: { step: 1 } });
  await project.ask("POST", `${traces}/tool`, {
    kind: "tool",
    name: "get_weather",
    parent_id: "agent",
    input: { city: "Paris" },
    ...times,
  });
  await project.makeKey("ingest");
  const [, , revoked] = (await project.makeKey("read")).split("_");
  await project.ask("DELETE", `/v1/keys/${revoked ?? ""}`);
  return project;
}

/** A webhook of the project's that refused its first batch for good: its destination's id, and the receiver, which takes what comes now. */
export async function killBatch(project: Project): Promise<{ destination: string; receiver: Awaited<ReturnType<typeof startReceiver>> }> {
  const receiver = await startReceiver();
  receiver.answer({ status: 400, body: "<b>the column id is missing</b>" }, { status: 200 });
  const made = await project.ask("POST", "/v1/destinations", {
    kind: "webhook",
    url: receiver.url,
    project_id: project.id,
    label: `hook of ${project.id}`,
  });
  const destination = String(made["id"]);
  await project.record({ id: "exported" });
  await project.ask("POST", "/v1/exports");
  await vi.waitFor(
    async () => {
      const { batches } = await project.ask("GET", `/v1/destinations/${destination}/batches?limit=1`);
      if ((batches as { state: string }[])[0]?.state !== "dead") throw new Error("No batch is dead yet.");
    },
    { timeout: 40_000, interval: 200 },
  );
  return { destination, receiver };
}
