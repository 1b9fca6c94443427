import { Hono } from "hono";
import * as z from "zod";
import { admit, projectOf } from "../admit/principal";
import { QueryMoment, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { Id } from "../model/id";
import { metricGroupings, metricIntervals, type MetricsQuery } from "../model/metrics";
import { toMicroseconds } from "../model/time";
import { readMetricsAnswer } from "./metrics-answer";

/** `GET /v1/metrics`: what calls come to, by hour or day and by what they are grouped by. */
export const metrics = new Hono<Http>();

/** The query string of metrics. */
export const MetricsParameters = z.strictObject({
  project_id: Id.optional().describe("The project; with a key of all projects none is all of them, for group_by=project alone"),
  from: QueryMoment.optional().describe("ISO 8601 or Unix seconds, by whole intervals; 24 hours before `to` where none is named"),
  to: QueryMoment.optional().describe(`The same; now where none is named. No more than ${limits.metricDaysMax} days after \`from\``),
  interval: z
    .enum(metricIntervals, `must be one of ${metricIntervals.join(", ")}`)
    .optional()
    .describe(`Unless given, hour up to ${limits.metricHourDaysMax} days, which is its most`),
  group_by: z
    .enum(metricGroupings, `must be one of ${metricGroupings.join(", ")}`)
    .default("none")
    .describe(
      `An hour has up to ${limits.metricGroupsPerHour - 1} groups of their own, a day ${limits.metricGroupsPerDay - 1}; the rest is one, \`is_other\``,
    ),
});

metrics.get("/v1/metrics", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { project_id: named, from, to, interval, group_by: groupBy } = readQuery(c, MetricsParameters);
  const isOfAll = groupBy === "project" && named === undefined && principal.projectId === null;
  const projectId = isOfAll ? null : projectOf(principal, named);
  const toUs = to === undefined ? deps.now() * 1000 + 1 : toMicroseconds(to);
  const fromUs = from === undefined ? Math.max(0, toUs - dayUs) : toMicroseconds(from);
  return c.json(await readMetricsAnswer(deps, { projectId, ...windowOf(fromUs, toUs, interval), groupBy }));
});

const dayUs = 86_400_000_000;

/** @throws CollectorError `bad_request` for times the wrong way round, or for more than one answer is about. */
function windowOf(fromUs: number, toUs: number, named: MetricsQuery["interval"] | undefined): Omit<MetricsQuery, "projectId" | "groupBy"> {
  const days = (toUs - fromUs) / dayUs;
  if (days <= 0) throw refused("to", "must be later than from");
  if (days > limits.metricDaysMax) throw refused("from", `must be no more than ${limits.metricDaysMax} days before to`);
  const interval = named ?? (days <= limits.metricHourDaysMax ? "hour" : "day");
  if (interval === "hour" && days > limits.metricHourDaysMax)
    throw refused("interval", `may be hour for up to ${limits.metricHourDaysMax} days; ask by day`);
  return { fromUs, toUs, interval };
}

function refused(path: string, message: string): CollectorError {
  return new CollectorError("bad_request", "The query string is not valid.", { issues: [{ path, message }] });
}
