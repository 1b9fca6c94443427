import { Hono } from "hono";
import { admitAsking, bodyBytesMaxOf } from "../admit/principal";
import type { Http } from "../env";
import { limits } from "../limits";
import { toIso } from "../model/time";
import { version } from "../version";

/** `GET /v1/info`: what the collector takes and where; with a key, in a page's case in the address, what that key may. */
export const info = new Hono<Http>();

info.get("/v1/info", async (c) => {
  const { deps } = c.var;
  const asking = await admitAsking(c, deps);
  const key = asking && {
    scope: asking.principal.scope,
    project_id: asking.principal.projectId,
    body_bytes_max: bodyBytesMaxOf({ ...asking.principal, ...asking.bounds }),
    rate_tier: asking.bounds.rateTier,
    expires_at: toIso(asking.bounds.expiresUs),
  };
  return c.json({
    version,
    limits: {
      body_bytes_max: key?.body_bytes_max ?? limits.bodyBytesMax,
      items_max: limits.itemsMax,
      id_chars_max: limits.idCharsMax,
      json_depth_max: limits.jsonDepthMax,
      json_values_max: limits.jsonValuesMax,
    },
    encodings: ["identity", "gzip"],
    routes: {
      record: "/v1/recordings",
      beacon: deps.beaconPath,
      feedback: "/v1/recordings/{id}/feedback",
      client: "/client.js",
      record_call: "/record-call.js",
      freeplay: "/api",
      openapi: "/openapi.json",
    },
    key,
  });
});
