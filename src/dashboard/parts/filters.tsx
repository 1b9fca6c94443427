import { Word } from "../chat/words";
/** Times back from now that a form offers, in hours. */
const sinceHours = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 } as const;
type Since = keyof typeof sinceHours;
const sinceNames: Record<Since, string> = { "1h": "Last hour", "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days" };

/** Maps that a form has conditions on. A condition is one of the API's, `<map>.<key>=`, when both its inputs have something. */
export type FilteredMap = "metadata" | "feedback";

/** The names of a map's inputs, which are parameters of the form alone. */
function mapInputs(map: FilteredMap): { keyInput: string; valueInput: string } {
  return { keyInput: `${map}_key`, valueInput: `${map}_value` };
}

/** What a form asks for. */
export interface Filters {
  /** What the API is asked for. */
  asked: Record<string, string>;
  since: string;
  isFiltered: boolean;
  /** Parameters to go on with, where the form's own words stand in the address. */
  moved: Record<string, string> | null;
}

/** The address's parameters as those of the API. `since` is how far back from now. */
export function readFilters(given: Record<string, string>, maps: readonly FilteredMap[], nowMs: number): Filters {
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const moved = { ...asked };
  for (const map of maps) {
    const { keyInput, valueInput } = mapInputs(map);
    const { [keyInput]: key, [valueInput]: value } = moved;
    delete moved[keyInput];
    delete moved[valueInput];
    if (key !== undefined && value !== undefined) moved[`${map}.${key}`] = value;
  }
  const isMoved = Object.keys(given).length !== Object.keys(moved).length || Object.keys(moved).some((name) => !(name in given));
  delete moved["project_id"];
  const since = asked["since"] ?? "";
  delete asked["since"];
  if (Object.hasOwn(sinceHours, since) && asked["from"] === undefined) {
    asked["from"] = String(nowMs / 1000 - sinceHours[since as Since] * 3600);
  }
  const isFiltered = Object.keys(moved).some((name) => name !== "cursor" && name !== "limit");
  return { asked, since, isFiltered, moved: isMoved ? moved : null };
}

/** How far back to look. */
export function SinceField({ since }: { since: string }) {
  return (
    <label>
      When
      <select name="since">
        <option value="">Any time</option>
        {Object.entries(sinceNames).map(([value, label]) => (
          <option value={value} selected={value === since}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A condition on a map's key. */
export function MapField({ map, label }: { map: FilteredMap; label: string }) {
  const { keyInput, valueInput } = mapInputs(map);
  return (
    <fieldset>
      <legend>{label}</legend>
      <input name={keyInput} aria-label={`${label}: key`} placeholder="key" />
      <input name={valueInput} aria-label={`${label}: value`} placeholder="value" />
    </fieldset>
  );
}

/** Conditions on maps that are asked for already, to be kept or dropped. */
export function KeptMaps({ given, maps }: { given: Record<string, string>; maps: readonly FilteredMap[] }) {
  return (
    <>
      {keptMaps(given, maps).map(([name, value]) => (
        <label class="kept">
          <input type="checkbox" name={name} value={value} checked /> <Word text={name} /> = <Word text={value} />
        </label>
      ))}
    </>
  );
}

/** The parameters of an address that are conditions on maps. */
export function keptMaps(given: Record<string, string>, maps: readonly FilteredMap[]): [string, string][] {
  return Object.entries(given).filter(([name]) => maps.some((map) => name.startsWith(`${map}.`)));
}
