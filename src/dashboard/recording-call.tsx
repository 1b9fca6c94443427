import { isJsonObject, type Json, type JsonObject } from "../model/json";
import { JsonView } from "./chat/json-view";
import { Word } from "./chat/words";
import { pageAddress } from "./parts/address";
import { durationText, Time } from "./parts/figures";
import { objectOf, shownText, textOrNull } from "./parts/json-values";

const jsonCharsMax = 20_000;

/** When the call was, and how long it took: until its first token, where somebody said when that was, and in all. */
export function Timing({ recording }: { recording: JsonObject }) {
  const { started_at: startedAt, ended_at: endedAt, latency_ms: latency, received_at: receivedAt } = recording;
  const ms = typeof latency === "number" ? latency : null;
  const first = firstTokenMs(recording);
  const share = ms !== null && first !== null && ms > 0 ? Math.min(100, (100 * first) / ms) : null;
  return (
    <section class="card">
      <h2>Timing</h2>
      {ms === null ? <p class="hint">How long it took is not known.</p> : null}
      {ms === null ? null : (
        <>
          <p class="big">{durationText(ms)}</p>
          <svg class="bar timing" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={barText(ms, first)}>
            <rect class="c1" width="100" height="6" />
            {share === null ? null : <rect class="c4" width={share} height="6" />}
          </svg>
          {first === null ? null : <p class="hint">{durationText(first)} until its first token</p>}
        </>
      )}
      <dl class="facts">
        <dt>Began</dt>
        <dd>
          <Time at={textOrNull(startedAt)} />
        </dd>
        <dt>Ended</dt>
        <dd>
          <Time at={textOrNull(endedAt)} />
        </dd>
        <dt>Received</dt>
        <dd>
          <Time at={textOrNull(receivedAt)} />
        </dd>
      </dl>
    </section>
  );
}

function barText(ms: number, first: number | null): string {
  return `${durationText(ms)} in all${first === null ? "" : `, ${durationText(first)} until the first token`}`;
}

/** Nobody's wire has it, but many write it down: by the usual names. */
function firstTokenMs(recording: JsonObject): number | null {
  const call = recording["call_info"];
  if (!isJsonObject(call)) return null;
  const within = [call, call["provider_info"], call["model_parameters"], call["extra"]].filter(isJsonObject);
  for (const object of within) {
    for (const name of ["time_to_first_token_ms", "ttft_ms"]) if (typeof object[name] === "number") return object[name];
    if (typeof object["time_to_first_token"] === "number") return object["time_to_first_token"] * 1000;
  }
  return null;
}

/** What was called, how, and what the recording belongs to. */
export function CallFacts({ recording, projectId }: { recording: JsonObject; projectId: string }) {
  const call = objectOf(recording["call_info"]);
  const prompt = objectOf(recording["prompt_info"]);
  const run = objectOf(recording["test_run_info"]);
  const response = objectOf(recording["response_info"]);
  const to = (path: string, more: Record<string, string> = {}) => pageAddress(path, projectId, more);
  const parent = textOrNull(recording["parent_id"]);
  const facts: [name: string, value: Json | undefined, href?: string][] = [
    ["Provider", call["provider"]],
    ["Model", call["model"]],
    ["Style", call["api_style"]],
    ["Environment", recording["environment"]],
    ["Complete", response["is_complete"]],
    ["Session", recording["session_id"], to(`/sessions/${encodeURIComponent(shownText(recording["session_id"]))}`)],
    ["Part of", parent, parent === null ? "" : to(`/traces/${encodeURIComponent(parent)}`)],
    ["Prompt", prompt["prompt_template_name"] ?? prompt["prompt_template_id"]],
    [
      "Prompt version",
      prompt["prompt_template_version_id"],
      to("/recordings", { prompt_version_id: textOrNull(prompt["prompt_template_version_id"]) ?? "" }),
    ],
    ["Test run", run["test_run_id"], to("/recordings", { test_run_id: textOrNull(run["test_run_id"]) ?? "" })],
    ["Test case", run["test_case_id"]],
  ];
  const parameters = call["model_parameters"] ?? call["llm_parameters"];
  return (
    <section class="card">
      <h2>Call</h2>
      <dl class="facts">
        {facts.map(([name, value, href = ""]) => {
          const text = factText(value);
          if (text === null) return null;
          return (
            <>
              <dt>{name}</dt>
              <dd>
                {href === "" ? (
                  <Word text={text} />
                ) : (
                  <a href={href}>
                    <Word text={text} />
                  </a>
                )}
              </dd>
            </>
          );
        })}
      </dl>
      {isJsonObject(parameters) && Object.keys(parameters).length > 0 ? (
        <>
          <h3>Parameters</h3>
          <JsonView value={parameters} charsMax={jsonCharsMax} />
        </>
      ) : null}
    </section>
  );
}

function factText(value: Json | undefined): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return shownText(value);
}
