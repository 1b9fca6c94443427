import { calibrateModel } from "./enrich/project-calibration";
import type { Deps } from "./env";
import { boundDatabase } from "./keep/bound-database";
import { isResting } from "./keep/pressure";
import { limits } from "./limits";
import { causeText, logEvent } from "./log";
import { type CalledModel, type ModelCalibration, modelKey } from "./model/calibration";
import type { ProjectPrices } from "./model/price-override";
import { findSettings, type StoredSettings } from "./store/settings";

/** What a project's recordings are priced and calibrated by. */
export interface ProjectSettings {
  prices: ProjectPrices | null;
  /** By `modelKey`. The ratios alone: what they come from may be a hundred times as large. */
  calibrations: Map<string, ModelCalibration>;
}

interface CachedSettings {
  settings: ProjectSettings;
  /** When they were read. */
  readMs: number;
  /** When they were last asked for anew, so that requests meanwhile do not ask too. */
  askedMs: number;
}

// A cache alone: bounded, and a new isolate starts without it. Kept apart by database, as tests and shards are.
const cache = new WeakMap<D1Database, Map<string, CachedSettings>>();

/**
 * What the recordings of projects are priced and calibrated by. The first time an isolate meets a project is one read;
 * later ones are answered from memory at once, and what is over a minute old is read anew behind the reply. What is over
 * two minutes old is not believed. Null for a project that could not be read: its recordings are kept all the same.
 */
export async function projectSettings(projectIds: string[], deps: Deps): Promise<Map<string, ProjectSettings | null>> {
  const known = cacheOf(deps);
  const youngMs = limits.settingsCacheSeconds * 1000;
  const found = new Map<string, ProjectSettings | null>();
  const unknown: string[] = [];
  const old: string[] = [];
  for (const id of projectIds) {
    const cached = known.get(id);
    if (cached === undefined || deps.now() - cached.readMs >= 2 * youngMs) {
      unknown.push(id);
      found.set(id, null);
      continue;
    }
    found.set(id, cached.settings);
    if (deps.now() - cached.askedMs < youngMs) continue;
    cached.askedMs = deps.now();
    old.push(id);
  }
  if (old.length > 0) deps.later(load(old, deps).then(() => undefined));
  if (unknown.length > 0) for (const [id, settings] of await load(unknown, deps)) found.set(id, settings);
  return found;
}

/** Forgets a project's settings in this isolate, so that new prices count here at once and elsewhere within the cache's time. */
export function forgetSettings(projectId: string, deps: Deps): void {
  cache.get(deps.db)?.delete(projectId);
}

/** The same as it is stored now, for work that nobody waits for. @throws CollectorError `unavailable` where D1 did not answer. */
export async function readSettings(projectIds: string[], deps: Deps): Promise<Map<string, ProjectSettings>> {
  const stored = await findSettings(deps.db, projectIds);
  return new Map([...stored].map(([id, settings]) => [id, toSettings(settings)]));
}

/** The calibration of a call's model, or null. */
export function calibrationFor(
  settings: ProjectSettings | null,
  { projectId, provider, model }: Pick<CalledModel, "projectId"> & { provider: string | null; model: string | null },
): ModelCalibration | null {
  if (settings === null || provider === null || model === null) return null;
  return settings.calibrations.get(modelKey({ projectId, provider, model })) ?? null;
}

async function load(projectIds: string[], deps: Deps): Promise<Map<string, ProjectSettings>> {
  // Only the cost hangs on it: nobody waits for a database that is known not to answer.
  if (isResting(deps.db, deps)) return new Map();
  try {
    const found = await readSettings(projectIds, { ...deps, db: boundDatabase(deps.db, limits.settingsTimeoutMs) });
    for (const [id, settings] of found) remember(id, settings, deps);
    return found;
  } catch (thrown) {
    logEvent("settings_unavailable", { projects: projectIds.length, cause: causeText(thrown) });
    return new Map();
  }
}

function toSettings({ prices, models }: StoredSettings): ProjectSettings {
  return { prices, calibrations: new Map(models.map((model) => [modelKey(model), calibrateModel(model.observations)])) };
}

/** The project that was read longest ago makes room. */
function remember(projectId: string, settings: ProjectSettings, deps: Deps): void {
  const known = cacheOf(deps);
  known.delete(projectId);
  const oldest = known.keys().next();
  if (known.size >= limits.settingsCacheEntries && !oldest.done) known.delete(oldest.value);
  known.set(projectId, { settings, readMs: deps.now(), askedMs: deps.now() });
}

function cacheOf(deps: Deps): Map<string, CachedSettings> {
  const known = cache.get(deps.db) ?? new Map<string, CachedSettings>();
  cache.set(deps.db, known);
  return known;
}
