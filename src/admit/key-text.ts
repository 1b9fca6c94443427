import { toHex, toShortId } from "../model/bytes";
import type { Scope } from "../model/key";
import { scopes } from "../model/key";

/** The parts of a key's text, `ac_<scope>_<id>_<secret>`, or null where it is none. */
export function parseKeyText(keyText: string): { scope: Scope; id: string } | null {
  const parts = /^ac_([a-z]+)_([0-9a-z]{12})_[0-9a-f]{64}$/.exec(keyText);
  const scope = scopes.find((known) => known === parts?.[1]);
  return parts?.[2] === undefined || scope === undefined ? null : { scope, id: parts[2] };
}

/** A new key's id and text: 60 bits to look it up by, 256 to hold it. */
export function makeKeyText(scope: Scope, randomBytes: (length: number) => Uint8Array): { id: string; keyText: string } {
  const id = toShortId(randomBytes(12));
  const secret = toHex(randomBytes(32));
  return { id, keyText: `ac_${scope}_${id}_${secret}` };
}
