import { Hono } from "hono";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { issuesOf } from "../model/issues";
import type { JsonObject } from "../model/json";
import { overrideAnswer, PriceOverrides } from "../model/price-override";
import { toIso } from "../model/time";
import { forgetSettings } from "../project-settings";
import { findPrices, insertPrices, type PriceVersion } from "../store/prices";

/** `/v1/projects/{id}/prices`: a project's own prices, which win over the table. Put whole; each put is a version. */
export const prices = new Hono<Http>();

prices.put("/v1/projects/:project/prices", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const parsed = PriceOverrides.safeParse(await readCommand(c, limits.pricesBytesMax));
  if (!parsed.success) throw new CollectorError("bad_request", "The prices are not valid.", { issues: issuesOf(parsed.error) });
  const made = await insertPrices(deps.db, projectId, parsed.data.overrides, deps.now() * 1000);
  forgetSettings(projectId, deps);
  return c.json(pricesAnswer(projectId, made));
});

prices.get("/v1/projects/:project/prices", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  return c.json(pricesAnswer(projectId, await findPrices(deps.db, projectId)));
});

/** Version 0, of no prices, is that of a project that never had any. */
function pricesAnswer(projectId: string, found: PriceVersion | null): JsonObject {
  return {
    project_id: projectId,
    version: found?.version ?? 0,
    created_at: toIso(found?.createdUs ?? null),
    overrides: (found?.overrides ?? []).map(overrideAnswer),
  };
}
