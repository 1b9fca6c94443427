import type { Issue } from "../errors";
import { limits } from "../limits";
import type { JsonObject } from "../model/json";

/** What is wrong with a map that an amendment sets: too many names, or one that is too long or no text of D1's. */
export function mapIssues(values: JsonObject, path: string): Issue[] {
  const keys = Object.keys(values);
  if (keys.length > limits.amendedKeysMax) return [{ path, message: `has more than ${limits.amendedKeysMax} names` }];
  return keys.flatMap((key) => {
    if (key.length > limits.amendedKeyCharsMax)
      return [{ path, message: `has a name of more than ${limits.amendedKeyCharsMax} characters` }];
    return key.isWellFormed() && !key.includes("\0") ? [] : [{ path, message: "has a name that is no well-formed text without NUL" }];
  });
}
