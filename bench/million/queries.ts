import { type Times, world } from "./world";

/** A request that is measured, and how many rows of D1 it may read at most. */
export interface Query {
  name: string;
  method?: "POST";
  path: string;
  body?: unknown;
  rowsReadMax: number;
  /** What the answer must be beside good: a list that is empty, or one that holds something. */
  finds?: "something" | "nothing";
  /** Whether it is a page of the dashboard, asked for by somebody who is signed in. */
  isPage?: true;
  /** Of a stream: the words that end its measured beginning. */
  until?: string;
}

/** Rows of D1 that requests of a kind read at most. An index and its table are a row each. */
const bounds = {
  /** One thing by its key. */
  one: 20,
  /** A page of 50 by an index in its order, and the row behind it. */
  page: 2 * 51 + 10,
  /** What no index answers: what `limits.searchedRowsMax` says, a twentieth for a last window whose rows take more than those before, and the page. */
  walk: 11_000 + 3 * 51,
  /** 10,000 recordings that are sorted, and the window in which it shows that there are no more. */
  sorted: 2 * 12_000 + 4 * 51,
  /** A session or a trace with the first 100 of its recordings, its traces and its sums: each recording is named, placed, read and summed up. */
  conversation: 8 * 101 + 4 * 201 + 20,
  /** 50 sessions, each with the sums of its newest 100 recordings. */
  sessions: 4 * 51 + 50 * 200 + 10,
  /** Sessions that are looked for by what belongs to them. */
  sessionWalk: 21_000 + 4 * 51 + 50 * 200,
  /** A year by day, or 31 days by the hour, with what is not rolled up yet. */
  metrics: 10_000,
  /** 31 days of a project by the hour, for lines and for sums: each line is read, grouped and sorted. What is not counted yet comes on top. */
  ledger: 2 * 31 * 24 * 4 + 500,
} as const;

const { project } = world;

/** What is looked for of recordings, each condition for itself: a page comes early, late, or after all that may be read. */
function conditionsOf({ at }: Times): [name: string, query: string, rowsReadMax: number, finds?: Query["finds"]][] {
  const within = (from: number, to: number) => `from=${at(from)}&to=${at(to)}`;
  const [oneDay, fourDays, month] = [within(0.5, 0.5025), within(0.5, 0.51), within(0.5, 0.5775)];
  return [
    ["none", "", bounds.page, "something"],
    ["largest page", "limit=200", 2 * 201 + 10, "something"],
    ["session", `session_id=${world.largeSession}`, bounds.page, "something"],
    ["session, unknown", "session_id=nobody", bounds.one, "nothing"],
    ["trace", "trace_id=t-30", bounds.page],
    ["test run", "test_run_id=run-25", bounds.page, "something"],
    ["a day", oneDay, bounds.page, "something"],
    ["a month", month, bounds.page, "something"],
    ["all time", within(0, 1), bounds.page, "something"],
    ["before all", `to=${at(0)}`, bounds.page],
    ["provider", "provider=openai", bounds.walk, "something"],
    ["provider, unknown", "provider=nobody", bounds.walk, "nothing"],
    ["model", "model=gpt-4o-mini", bounds.walk, "something"],
    ["model, unknown", "model=nothing", bounds.walk, "nothing"],
    ["environment, rare", "environment=dev", bounds.walk, "something"],
    ["prompt version", "prompt_version_id=version-07", bounds.walk, "something"],
    ["complete", "complete=false", bounds.walk, "something"],
    ["error", "error=true", bounds.walk, "something"],
    ["usage source, rare", "usage_source=deferred", bounds.walk],
    ["usage source", "usage_source=estimated", bounds.walk, "something"],
    ["cost, rare", "cost_usd_min=0.0153", bounds.walk],
    ["cost", "cost_usd_min=0.001&cost_usd_max=0.005", bounds.walk, "something"],
    ["latency, rare", "latency_ms_min=8000", bounds.walk],
    ["latency", "latency_ms_min=500&latency_ms_max=1000", bounds.walk, "something"],
    ["tokens", "tokens_min=2600", bounds.walk],
    ["text, common", "text=warehouse", bounds.walk],
    ["text, rare", `text=${world.rareWord}`, bounds.walk],
    ["text, none", `text=${world.missingWord}`, bounds.walk, "nothing"],
    ["metadata", "metadata.tier=gold", bounds.walk, "something"],
    ["metadata, none", "metadata.tier=lead", bounds.walk, "nothing"],
    ["feedback", "feedback.rating=negative", bounds.walk],
    ["feedback, none", "feedback.rating=none", bounds.walk, "nothing"],
    ["session and text", `session_id=${world.largeSession}&text=${world.missingWord}`, bounds.walk, "nothing"],
    ["a month and model", `${month}&model=gpt-4o`, bounds.walk, "something"],
    ["a month and error", `${month}&error=true`, bounds.walk, "something"],
    ["a month and text, none", `${month}&text=${world.missingWord}`, bounds.walk, "nothing"],
    ["model and environment", "model=gpt-4o&environment=dev", bounds.walk],
    ["error and text, none", `error=true&text=${world.missingWord}`, bounds.walk, "nothing"],
    ["metadata and model", "metadata.tier=gold&model=gpt-4o", bounds.walk],
    [
      "all kinds",
      `${month}&model=gpt-4o&environment=prod&error=false&complete=true&metadata.tier=free&text=order&cost_usd_min=0`,
      bounds.walk,
    ],
    ["by cost, a day", `sort=cost&${oneDay}`, bounds.sorted, "something"],
    ["by cost, four days", `sort=cost&${fourDays}`, bounds.sorted, "something"],
    ["by latency, four days", `sort=latency&${fourDays}`, bounds.sorted, "something"],
    ["by latency, of a model", `sort=latency&${fourDays}&model=gpt-4o`, bounds.sorted, "something"],
    ["by cost, a test run", "sort=cost&test_run_id=run-25", bounds.sorted, "something"],
  ];
}

const searches: [name: string, scope: string, filters: unknown, rowsReadMax: number][] = [
  ["completions", "completions", null, bounds.page],
  ["completions by model", "completions", { field: "model", op: "eq", value: "gpt-4o" }, bounds.walk],
  [
    "completions, none",
    "completions",
    { and: [{ field: "cost", op: "gt", value: 5 }, { not: { field: "environment", op: "eq", value: "prod" } }] },
    bounds.walk,
  ],
  ["completions by output", "completions", { field: "completion_output", op: "contains", value: world.missingWord }, bounds.walk],
  ["sessions", "sessions", null, bounds.sessions],
  ["sessions by metadata", "sessions", { field: "session_custom_metadata.tier", op: "eq", value: "lead" }, bounds.sessionWalk],
  ["sessions by model, none", "sessions", { field: "model", op: "eq", value: "nothing" }, bounds.sessionWalk],
  ["traces", "traces", null, bounds.sessions],
  ["traces by agent, none", "traces", { field: "agent_name", op: "eq", value: "nobody" }, bounds.sessionWalk],
];

/** The groupings of metrics over a year, and what a month by the hour comes to. */
function metricQueries({ at }: Times): Query[] {
  const year = `/v1/metrics?project_id=${project}&from=${at(1 - 365 / world.days)}&to=${at(1)}&interval=day&group_by=`;
  const month = `/v1/metrics?project_id=${project}&from=${at(0.5)}&to=${at(0.575)}&interval=hour&group_by=`;
  const groupings = ["none", "provider", "model", "environment", "prompt_version"];
  return [
    ...groupings.map((by) => get(`metrics: a year by ${by}`, year + by, bounds.metrics)),
    get("metrics: a year by project", year.replace(`project_id=${project}&`, "") + "project", bounds.metrics),
    ...groupings.map((by) => get(`metrics: a month's hours by ${by}`, month + by, bounds.metrics)),
    get("metrics: a month's hours by project", month.replace(`project_id=${project}&`, "") + "project", bounds.metrics),
    get("metrics: the last day", `/v1/metrics?project_id=${project}`, bounds.metrics),
  ];
}

/** The dashboard, as somebody sees it who is signed in: each page is admitted, names the projects, and shows what the API answers. */
function pageQueries(): Query[] {
  const page = (name: string, path: string, rowsReadMax: number): Query => ({
    name: `page: ${name}`,
    path,
    isPage: true,
    rowsReadMax: rowsReadMax + 100,
  });
  const of = `project_id=${project}`;
  return [
    page("overview", `/?${of}`, 2 * bounds.metrics),
    page("overview, a year by prompt version", `/?${of}&range=1y&group_by=prompt_version`, 2 * bounds.metrics),
    page("overview, 30 days", `/?${of}&range=30d`, 2 * bounds.metrics),
    page("recordings", `/recordings?${of}`, bounds.page),
    page("recordings, text, none", `/recordings?${of}&text=${world.missingWord}`, bounds.walk),
    page("recordings, an error of a model", `/recordings?${of}&error=true&model=gpt-4o`, bounds.walk),
    page("recording", `/recordings/r-0000008?${of}`, 300),
    page("sessions", `/sessions?${of}`, bounds.sessions),
    page("sessions, metadata, none", `/sessions?${of}&metadata.tier=lead`, bounds.sessionWalk),
    page("session", `/sessions/s-35?${of}`, bounds.conversation),
    page("session, the largest", `/sessions/${world.largeSession}?${of}`, bounds.conversation),
    page("trace", `/traces/t-3?${of}`, bounds.conversation),
    page("exports", `/exports?${of}`, 300),
    page("keys", `/keys?${of}`, 300),
    page("connect", `/connect?${of}`, 300),
  ];
}

/** What queries need to know of the database: cursors of the list without a condition, by the page that they name, and the log's head. */
export interface Places {
  cursors: Record<string, string>;
  head: number;
}

/** Every way to read that is measured. */
export function allQueries(times: Times, { cursors, head }: Places): Query[] {
  const list = `/v1/recordings?project_id=${project}`;
  return [
    ...conditionsOf(times).map(([name, query, rowsReadMax, finds]) => get(`recordings: ${name}`, `${list}&${query}`, rowsReadMax, finds)),
    ...Object.entries(cursors).map(([name, cursor]) =>
      get(`recordings: page, ${name}`, `${list}&cursor=${cursor}`, bounds.page, "something"),
    ),
    ...searches.map(([name, scope, filters, rowsReadMax]): Query => {
      return {
        name: `search: ${name}`,
        method: "POST",
        path: `/v2/projects/${project}/search/${scope}?page_size=50`,
        body: { filters },
        rowsReadMax,
      };
    }),
    get("search: Freeplay's sessions", `/v2/projects/${project}/sessions?page_size=50`, 2 * bounds.sessions),
    ...otherQueries(times, head),
    ...metricQueries(times),
    ...pageQueries(),
  ];
}

/** One thing, sessions, the ledger, and what is small however many recordings there are. */
function otherQueries({ at }: Times, head: number): Query[] {
  const month = `from=${at(0.5)}&to=${at(0.5775)}`;
  return [
    get("recording", `/v1/recordings/r-0000008?project_id=${project}`, bounds.one),
    get("recording: its status", `/v1/recordings/r-0000008/status?project_id=${project}`, 300),
    get("sessions", `/v1/sessions?project_id=${project}`, bounds.sessions, "something"),
    get("sessions: a month", `/v1/sessions?project_id=${project}&${month}`, bounds.sessions, "something"),
    get("sessions: metadata", `/v1/sessions?project_id=${project}&metadata.tier=gold`, bounds.sessionWalk, "something"),
    get("sessions: metadata, none", `/v1/sessions?project_id=${project}&metadata.tier=lead`, bounds.sessionWalk, "nothing"),
    get("sessions: test run", `/v1/sessions?project_id=${project}&test_run_id=run-25`, bounds.sessionWalk),
    get("session", `/v1/sessions/s-35?project_id=${project}`, bounds.conversation),
    get("session, the largest", `/v1/sessions/${world.largeSession}?project_id=${project}`, bounds.conversation),
    get("trace", `/v1/traces/t-3?project_id=${project}`, bounds.conversation),
    get("ledger: a month", `/v1/ledger?project_id=${project}&${month}`, bounds.ledger),
    get("ledger: a month, all projects", `/v1/ledger?${month}`, 5 * bounds.ledger),
    {
      name: "tail: what was missed",
      path: `/v1/tail?project_id=${project}&after=${head - 100}`,
      until: "event: ",
      rowsReadMax: 5 * 100 + 10,
    },
    get("projects", "/v1/projects", 200),
    get("exports", "/v1/exports", 200),
    get("test runs", `/v2/projects/${project}/test-runs`, 200),
    get("calibrations", `/v1/projects/${project}/calibrations`, 200),
    get("readyz", "/readyz", 300),
  ];
}

function get(name: string, path: string, rowsReadMax: number, finds?: Query["finds"]): Query {
  return { name, path, rowsReadMax, ...(finds === undefined ? {} : { finds }) };
}
