import { type FilteredMap, KeptMaps, keptMaps, MapField, SinceField } from "./parts/filters";

/** Maps that the form has conditions on. */
export const filteredMaps: readonly FilteredMap[] = ["metadata", "feedback"];

const texts = [
  ["text", "Text in a message"],
  ["model", "Model"],
  ["provider", "Provider"],
  ["environment", "Environment"],
] as const;

const more = [
  ["session_id", "Session"],
  ["trace_id", "Trace"],
  ["test_run_id", "Test run"],
  ["prompt_version_id", "Prompt version"],
  ["latency_ms_min", "Latency from, ms"],
  ["latency_ms_max", "to, ms"],
  ["cost_usd_min", "Cost from, $"],
  ["cost_usd_max", "to, $"],
  ["tokens_min", "Tokens from"],
  ["tokens_max", "to"],
] as const;

const choices = [
  [
    "error",
    "Error",
    [
      ["true", "failed"],
      ["false", "did not fail"],
    ],
  ],
  [
    "complete",
    "Complete",
    [
      ["true", "complete"],
      ["false", "broken off"],
    ],
  ],
  [
    "usage_source",
    "Usage",
    [
      ["reported", "reported"],
      ["estimated", "estimated"],
      ["deferred", "counted later"],
      ["missing", "missing"],
    ],
  ],
  [
    "sort",
    "Order",
    [
      ["cost", "the costliest first"],
      ["latency", "the slowest first"],
    ],
  ],
] as const;

interface FiltersProps {
  given: Record<string, string>;
  projectId: string | null;
  since: string;
}

/** The form. Its fields are the parameters of `GET /v1/recordings`. */
export function RecordingFilters({ given, projectId, since }: FiltersProps) {
  const valueOf = (name: string) => given[name] ?? "";
  const isOpen = [...more, ...choices].some(([name]) => valueOf(name) !== "") || keptMaps(given, filteredMaps).length > 0;
  return (
    <form method="get" action="/recordings" class="filters" role="search" aria-label="Filter">
      {projectId === null ? null : <input type="hidden" name="project_id" value={projectId} />}
      <div class="fields">
        {texts.map(([name, label]) => (
          <label>
            {label}
            <input name={name} value={valueOf(name)} type="search" />
          </label>
        ))}
        <SinceField since={since} />
        <button>Filter</button>
      </div>
      <details open={isOpen}>
        <summary>More conditions</summary>
        <div class="fields">
          {choices.map(([name, label, options]) => (
            <label>
              {label}
              <select name={name}>
                <option value="">{name === "sort" ? "the newest first" : "any"}</option>
                {options.map(([value, text]) => (
                  <option value={value} selected={value === valueOf(name)}>
                    {text}
                  </option>
                ))}
              </select>
            </label>
          ))}
          {more.map(([name, label]) => (
            <label>
              {label}
              <input name={name} value={valueOf(name)} />
            </label>
          ))}
          <MapField map="metadata" label="Session metadata" />
          <MapField map="feedback" label="Feedback" />
        </div>
        <KeptMaps given={given} maps={filteredMaps} />
      </details>
    </form>
  );
}
