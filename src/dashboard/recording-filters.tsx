/** Times back from now that the form offers, in hours. */
const sinceHours = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 } as const;
type Since = keyof typeof sinceHours;
const sinceNames: Record<Since, string> = { "1h": "Last hour", "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days" };

/** Parameters of the form alone: a condition on a map's key is one of the API's when it has both its parts. */
const mapInputs = [
  ["metadata", "metadata_key", "metadata_value"],
  ["feedback", "feedback_key", "feedback_value"],
] as const;

interface Filters {
  /** What the API is asked for. */
  asked: Record<string, string>;
  since: string;
  isFiltered: boolean;
  /** Parameters to go on with, where the form's own words stand in the address. */
  moved: Record<string, string> | null;
}

/** The address's parameters as those of `GET /v1/recordings`. `since` is how far back from now. */
export function readFilters(given: Record<string, string>, nowMs: number): Filters {
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const moved = { ...asked };
  for (const [map, keyInput, valueInput] of mapInputs) {
    const { [keyInput]: key, [valueInput]: value } = moved;
    delete moved[keyInput];
    delete moved[valueInput];
    if (key !== undefined && value !== undefined) moved[`${map}.${key}`] = value;
  }
  const isMoved = Object.keys(given).length !== Object.keys(moved).length || Object.keys(moved).some((name) => !(name in given));
  delete moved["project_id"];
  const since = asked["since"] ?? "";
  delete asked["since"];
  if (since in sinceHours && asked["from"] === undefined) {
    asked["from"] = String(nowMs / 1000 - sinceHours[since as Since] * 3600);
  }
  const isFiltered = Object.keys(moved).some((name) => name !== "cursor" && name !== "limit");
  return { asked, since, isFiltered, moved: isMoved ? moved : null };
}

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
  const isOpen = [...more, ...choices].some(([name]) => valueOf(name) !== "") || mapsOf(given).length > 0;
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
        <label>
          When
          <select name="since">
            <option value="">Any time</option>
            {Object.entries(sinceNames).map(([value, label]) => (
              <option value={value} selected={value === since}>
                {label}
              </option>
            ))}
          </select>
        </label>
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
          {mapInputs.map(([map, keyInput, valueInput]) => (
            <fieldset>
              <legend>{map === "metadata" ? "Session metadata" : "Feedback"}</legend>
              <input name={keyInput} aria-label={`${map}: key`} placeholder="key" />
              <input name={valueInput} aria-label={`${map}: value`} placeholder="value" />
            </fieldset>
          ))}
        </div>
        {mapsOf(given).map(([name, value]) => (
          <label class="kept">
            <input type="checkbox" name={name} value={value} checked /> <bdi>{name}</bdi> = <bdi>{value}</bdi>
          </label>
        ))}
      </details>
    </form>
  );
}

/** Conditions on keys of maps that are asked for already. */
function mapsOf(given: Record<string, string>): [string, string][] {
  return Object.entries(given).filter(([name]) => mapInputs.some(([map]) => name.startsWith(`${map}.`)));
}
