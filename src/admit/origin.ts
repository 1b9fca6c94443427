import * as z from "zod";
import { limits } from "../limits";

/** An origin that a browser key may come from: exact, with `*.` before the host, or with `*` for the port. */
export const OriginPattern = z
  .string()
  .max(limits.originCharsMax)
  .regex(
    /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(\d{1,5}|\*))?$/,
    "must be an origin such as https://app.example.com, https://*.example.com or http://localhost:*",
  );

/** Whether an `Origin` header is one of the patterns. `*.` stands for one or more labels, never for none. */
export function isOriginAllowed(origin: string, patterns: string[]): boolean {
  return patterns.some((pattern) => matchesOrigin(origin.toLowerCase(), pattern));
}

function matchesOrigin(origin: string, pattern: string): boolean {
  const got = splitOrigin(origin);
  const wanted = splitOrigin(pattern);
  if (got === null || wanted === null || got.scheme !== wanted.scheme) return false;
  if (wanted.port !== "*" && wanted.port !== got.port) return false;
  return wanted.host.startsWith("*.")
    ? got.host.endsWith(wanted.host.slice(1)) && got.host.length > wanted.host.length - 1
    : got.host === wanted.host;
}

function splitOrigin(origin: string): { scheme: string; host: string; port: string } | null {
  const parts = /^(https?):\/\/([^:/]+)(?::(\d+|\*))?$/.exec(origin);
  if (parts === null) return null;
  const [, scheme = "", host = "", port] = parts;
  return { scheme, host, port: port ?? (scheme === "https" ? "443" : "80") };
}
