import { KeyRequest } from "../manage/keys";
import { RepriceRequest } from "../manage/reprices";
import { scopes } from "../model/key";
import { PriceOverrides } from "../model/price-override";
import {
  integer,
  listOf,
  numberOrNull,
  objectOf,
  pageOf,
  refTo,
  text,
  textOrNull,
  time,
  timeOrNull,
  truth,
  schemaOf,
} from "./schema-parts";

const calibrationSide = objectOf({ calls: integer, ratio: numberOrNull, error_pct: numberOrNull, error_before_pct: numberOrNull });

const key = {
  id: text,
  scope: { enum: scopes },
  project_id: { ...textOrNull, description: "null is all" },
  origins: listOf(text),
  label: textOrNull,
  rate_tier: textOrNull,
  body_bytes_max: integer,
  expires_at: timeOrNull,
  created_at: time,
  revoked_at: timeOrNull,
};

/** The schemas of projects, their prices and their keys. */
export function describeProjectSchemas(): Record<string, unknown> {
  const overrides = schemaOf(PriceOverrides).properties?.["overrides"];
  return {
    Project: objectOf({ id: text, created_at: time }),
    ProjectPage: pageOf("projects", "Project"),
    FreeplayProjects: objectOf({ projects: listOf(objectOf({ id: text, name: text })), has_more: truth }),
    KeyRequest: schemaOf(KeyRequest),
    Key: objectOf(key),
    NewKey: objectOf({ ...key, key: { ...text, description: "Its text, shown this once" } }),
    KeyPage: pageOf("keys", "Key"),
    PricesRequest: schemaOf(PriceOverrides),
    Prices: objectOf({ project_id: text, version: integer, created_at: timeOrNull, overrides }),
    RepriceRequest: schemaOf(RepriceRequest),
    Reprice: objectOf({
      id: text,
      project_id: text,
      state: { enum: ["running", "done"] },
      from: time,
      to: time,
      looked_at: integer,
      changed: integer,
      created_at: time,
      updated_at: time,
    }),
    Calibration: objectOf({
      provider: text,
      model: text,
      method: text,
      prompt: calibrationSide,
      completion: calibrationSide,
      updated_at: time,
    }),
    Calibrations: objectOf({ project_id: text, calibrations: listOf(refTo("Calibration")) }),
  };
}
