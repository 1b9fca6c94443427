import { MetricsParameters } from "../query/metrics";
import type { Operations } from "./operation";

/** What the routes of metrics do. */
export const metricsOperations: Operations = {
  "/v1/metrics": {
    get: {
      id: "getMetrics",
      tag: "metrics",
      summary: "What calls come to, by hour or day: calls, errors, tokens, cost, latency. Deletions and changes are in at once",
      scopes: "read, admin",
      success: { "200": ["The sums, in groups and in all", "Metrics"] },
      refusals: ["400", "404"],
      query: MetricsParameters,
    },
  },
};
