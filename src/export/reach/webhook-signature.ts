import type { Deps } from "../../env";
import { CollectorError } from "../../errors";
import { limits } from "../../limits";
import { joinBytes } from "../../model/bytes";

/** What a webhook's receiver checks by its `webhook-signature`. */
export interface SignedMessage {
  id: string;
  timestampSeconds: number;
  body: Uint8Array;
}

const prefix = "whsec_";

/**
 * A message's signature by the Standard Webhooks specification: HMAC-SHA256 of `id.timestamp.body`.
 * @throws CollectorError `refused` for a secret that is none.
 */
export async function signWebhook(secret: string, { id, timestampSeconds, body }: SignedMessage): Promise<string> {
  const secretBytes = decodeSecret(secret);
  if (secretBytes === null) throw new CollectorError("refused", "The webhook's secret is not whsec_ and base64.");
  const signed = joinBytes([new TextEncoder().encode(`${id}.${timestampSeconds}.`), body]);
  const key = await crypto.subtle.importKey("raw", secretBytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `v1,${encodeBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)))}`;
}

/** A new secret: `whsec_` and base64. */
export function makeWebhookSecret(randomBytes: Deps["randomBytes"]): string {
  return prefix + encodeBase64(randomBytes(limits.webhookSecretBytes[0]));
}

/** Whether a text is a secret that receivers' libraries read as we do: padded base64 of a length that the specification takes. */
export function isWebhookSecret(text: string): boolean {
  return decodeSecret(text) !== null;
}

function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  const encoded = secret.slice(prefix.length);
  if (!secret.startsWith(prefix) || !/^[A-Za-z0-9+/]{1,100}={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return null;
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const [least, most] = limits.webhookSecretBytes;
  return bytes.length >= least && bytes.length <= most && encodeBase64(bytes) === encoded ? bytes : null;
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
