import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { calibrationOf } from "../enrich/project-calibration";
import { methodFor } from "../enrich/estimate/family-weights";
import { familyForModel } from "../enrich/call/model-family";
import type { Observation } from "../model/calibration";
import { readId } from "../model/id";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";
import { type KnownModel, listCalibrations } from "../store/calibrations";

/** `GET /v1/projects/{id}/calibrations`: what a project's own reported usage says of the estimates. */
export const calibrations = new Hono<Http>();

calibrations.get("/v1/projects/:project/calibrations", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const models = await listCalibrations(deps.db, [projectId]);
  return c.json({ project_id: projectId, calibrations: models.map(modelAnswer) });
});

/** What was observed by another method is not used, and counts for nothing until the next call of the model. */
function modelAnswer({ provider, model, observations, updatedUs }: KnownModel): JsonObject {
  const isUsed = observations.method === methodFor(familyForModel(provider, model));
  return {
    provider,
    model,
    method: observations.method,
    prompt: sideAnswer(isUsed ? observations.prompt : []),
    completion: sideAnswer(isUsed ? observations.completion : []),
    updated_at: toIso(updatedUs),
  };
}

/** `ratio` is null while the estimates stand as they are: too few calls, or nothing that a ratio would mend. */
function sideAnswer(observations: Observation[]): JsonObject {
  const calibration = calibrationOf(observations);
  return {
    calls: observations.length,
    ratio: calibration?.ratio ?? null,
    error_pct: calibration?.errorPct ?? null,
    error_before_pct: calibration?.errorBeforePct ?? null,
  };
}
