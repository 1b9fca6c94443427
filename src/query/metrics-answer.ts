import type { Deps } from "../env";

export interface Measures {
  recordings: number;
  errors: number;
  recordings_unread: number;
  tokens: {
    prompt: number;
    completion: number;
    prompt_estimated: number;
    completion_estimated: number;
    cache_read: number;
    cache_write: number;
    reasoning: number;
  };
  recordings_without_tokens: number;
  cost_usd: number;
  recordings_without_cost: number;
  latency_ms: { p50: number | null; p95: number | null; p99: number | null; recordings: number };
}
export interface MetricsGroup {
  value: string | null;
  is_other: boolean;
  totals: Measures;
  points: (Measures & { start: string })[];
}
export interface MetricsAnswer {
  project_id: string | null;
  from: string;
  to: string;
  interval: "hour" | "day";
  group_by: string;
  totals: Measures;
  groups: MetricsGroup[];
  not_counted_yet: number;
  latency_error_pct: number;
}
export async function readMetricsAnswer(
  _deps: Deps,
  _query: { projectId: string | null; fromUs: number; toUs: number; interval: "hour" | "day"; groupBy: string },
): Promise<MetricsAnswer> {
  throw new Error("not there yet");
}
