import { limits } from "../limits";
import { metricGroupings } from "../model/metrics";
import type { Operation } from "./operation";

/** What the routes of metrics do. */
export const metricsOperations: Record<string, Record<string, Operation>> = {
  "/v1/metrics": {
    get: {
      summary: "What calls come to, by hour or day: calls, errors, tokens, cost, latency. Deletions and changes are in at once",
      scopes: "read, admin",
      success: { "200": ["The sums, in groups and in all", "Metrics"] },
      refusals: ["400", "404"],
      query: {
        project_id: "The project; with a key of all projects none is all of them, for group_by=project alone",
        from: "ISO 8601 or Unix seconds, by whole intervals; 24 hours before `to` where none is named",
        to: `The same; now where none is named. No more than ${limits.metricDaysMax} days after \`from\``,
        interval: `hour or day; unless given, hour up to ${limits.metricHourDaysMax} days, which is its most`,
        group_by: `${metricGroupings.join(", ")}. An hour has up to ${limits.metricGroupsPerHour - 1} groups of their own, a day ${limits.metricGroupsPerDay - 1}; the rest is one, \`is_other\``,
      },
    },
  },
};
