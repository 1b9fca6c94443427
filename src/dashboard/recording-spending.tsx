import { isJsonObject, type Json, type JsonObject } from "../model/json";
import { Word } from "./chat/words";
import { costText, countText } from "./parts/figures";
import { listOf, numberOrNull, objectOf, shownText } from "./parts/json-values";

/** Tokens and cost, each with where it comes from. */
export function Spending({ recording }: { recording: JsonObject }) {
  const usage = objectOf(recording["usage"]);
  return (
    <>
      <section class="card">
        <h2>Tokens</h2>
        <dl class="facts">
          <Side name="In" usage={usage} side="prompt" />
          <Side name="Out" usage={usage} side="completion" />
          <Parts buckets={usage["input_buckets"]} what="in" />
          <Parts buckets={usage["output_buckets"]} what="out" />
        </dl>
        {listOf(usage["notes"]).map((note) => (
          <p class="hint">
            <Word text={shownText(note)} />
          </p>
        ))}
      </section>
      <section class="card">
        <h2>Cost</h2>
        <p class="big">{costText(numberOrNull(recording["cost_usd"]))}</p>
        <p class="hint">{costWords(recording)}</p>
      </section>
    </>
  );
}

const sourceWords: Record<string, string> = {
  reported: "as the caller reported",
  estimated: "estimated here",
  deferred: "to be counted within a minute",
  missing: "not known",
};

function Side({ name, usage, side }: { name: string; usage: JsonObject; side: "prompt" | "completion" }) {
  const source = shownText(usage[`${side}_source`]);
  const estimate = usage[`${side}_estimate`];
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {countText(numberOrNull(usage[`${side}_tokens`]))} <small>{sourceWords[source] ?? source}</small>
        {isJsonObject(estimate) ? <small>{estimateWords(estimate)}</small> : null}
      </dd>
    </>
  );
}

function estimateWords({ method, encoding, error_pct: error, calibration, notes }: JsonObject): string {
  const words = [`by ${shownText(method)} over ${shownText(encoding)}`];
  if (typeof error === "number") words.push(`off by ${error} % in the median`);
  if (isJsonObject(calibration)) words.push(`calibrated × ${shownText(calibration["ratio"])}`);
  if (Array.isArray(notes)) words.push(...notes.map(shownText));
  return words.join("; ");
}

/** The parts that cost otherwise, where there are any. */
function Parts({ buckets, what }: { buckets: Json | undefined; what: string }) {
  if (!isJsonObject(buckets)) return null;
  const plain = ["uncached", "text"];
  const parts = Object.entries(buckets).filter(([name, count]) => !plain.includes(name) && typeof count === "number" && count > 0);
  return (
    <>
      {parts.map(([name, count]) => (
        <>
          <dt>
            {what}, {name.replaceAll("_", " ")}
          </dt>
          <dd>{countText(numberOrNull(count))}</dd>
        </>
      ))}
    </>
  );
}

/** How the cost was found, or why there is none. */
function costWords(recording: JsonObject): string {
  const { cost_source: source, price_version: version, priced_as: entry } = recording;
  const call = objectOf(recording["call_info"]);
  const by = `${typeof entry === "string" ? `as ${entry}` : ""}${typeof version === "string" ? `, by prices ${version}` : ""}`;
  if (source === "priced") return `Priced ${by}.`;
  if (source === "overridden") return `By the project’s own prices ${by}.`;
  if (source === "free") return `Known to cost nothing ${by}.`;
  if (typeof call["model"] !== "string") return "Not priced: no model was named.";
  const usage = objectOf(recording["usage"]);
  if (usage["prompt_tokens"] === null || usage["completion_tokens"] === null) return "Not priced: its tokens are not all known.";
  return "Not priced: no price is known for this model. Set one with PUT /v1/projects/{project}/prices.";
}
