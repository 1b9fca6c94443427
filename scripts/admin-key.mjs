import { randomBytes } from "node:crypto";

/**
 * A new first admin key: 32 random bytes, which are 43 characters of base64url.
 *
 * @returns {string}
 */
export function makeAdminKey() {
  return `ac_admin_root_${randomBytes(32).toString("base64url")}`;
}

/**
 * Why a key of one's own will not do as ADMIN_KEY; null where it does, or where there is none.
 *
 * @param {string | undefined} key
 * @returns {string | null}
 */
export function adminKeyProblem(key) {
  if (!key || /^[!-~]{32,}$/.test(key)) return null;
  return "ADMIN_KEY must be 32 or more printable characters without spaces; unset it to get a random one.";
}
