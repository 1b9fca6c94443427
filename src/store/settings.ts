import type { ProjectPrices } from "../model/price-override";
import { type KnownModel, selectCalibrations, toKnownModel } from "./calibrations";
import { selectPrices, toPrices } from "./prices";
import { text, transact } from "./transact";

/** What a project's recordings are priced and calibrated by, as it is stored. */
export interface StoredSettings {
  prices: ProjectPrices | null;
  models: KnownModel[];
}

/** The settings of projects, in one round trip. */
export async function findSettings(db: D1Database, projectIds: string[]): Promise<Map<string, StoredSettings>> {
  const settings = new Map<string, StoredSettings>(projectIds.map((id) => [id, { prices: null, models: [] }]));
  const [prices, calibrations] = await transact(db, [selectPrices(db, projectIds), selectCalibrations(db, projectIds)]);
  for (const row of prices?.results ?? []) {
    const { version, overrides } = toPrices(row);
    const found = settings.get(text(row, "project_id"));
    if (found !== undefined) found.prices = { version, overrides };
  }
  for (const model of (calibrations?.results ?? []).map(toKnownModel)) settings.get(model.projectId)?.models.push(model);
  return settings;
}
