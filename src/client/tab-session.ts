import { newId } from "./new-id";

const name = "aircheck-session";

/** The session of a browser tab: the same after a reload where it may be kept. None outside of pages. */
export function tabSession(isKept: boolean): string | undefined {
  if (typeof document !== "object") return undefined;
  const id = newId(Date.now());
  try {
    if (!isKept) return id;
    const kept = sessionStorage.getItem(name) ?? id;
    sessionStorage.setItem(name, kept);
    return kept;
  } catch {
    return id;
  }
}
