import ipaddr from "ipaddr.js";
import { CollectorError } from "../../errors";
import { limits } from "../../limits";
import { isPrivateName } from "./private-name";

/**
 * The address of a webhook or an object store, as it is to be kept and called: the URL parser has made one form of the
 * many that a host may be written in. Refused are all but https, and hosts that are not on the public internet: literals
 * of every other range, and names that are known to be private. A Worker cannot resolve names, so a name that somebody
 * points at a private address gets through: what it reaches is up to the network that the Worker runs in.
 * `allowsLocal` lets plain http and every host through.
 * @throws CollectorError `bad_request` that says what is wrong, and repeats nothing of the address.
 */
export function checkAddress(address: string, allowsLocal: boolean): URL {
  if (address.length > limits.addressCharsMax) throw tooLong();
  // Not `new URL`: its error holds the whole address, and with it what may be a password.
  const url = URL.parse(address);
  if (url === null) throw refuse("The address is no URL. Send one such as https://example.com/path.");
  if (url.href.length > limits.addressCharsMax) throw tooLong();
  checkUrl(url, allowsLocal);
  return url;
}

/**
 * The address of an object store, to which bucket and key are added: as `checkAddress`, and without a query.
 * @throws CollectorError `bad_request` as `checkAddress` does.
 */
export function checkEndpoint(address: string, allowsLocal: boolean): URL {
  const url = checkAddress(address, allowsLocal);
  if (url.search !== "") throw refuse("The endpoint must not hold a query (what follows a question mark).");
  return url;
}

/** As `checkAddress`, of what is a URL already and may be longer: a bucket and a key are added to an endpoint. */
export function checkUrl(url: URL, allowsLocal: boolean): void {
  if (url.protocol !== "https:" && !(allowsLocal && url.protocol === "http:")) throw refuse("The address must begin with https://.");
  if (url.username !== "" || url.password !== "") throw refuse("The address must not hold a user name or password.");
  if (url.hash !== "") throw refuse("The address must not hold a fragment (what follows a #).");
  if (!allowsLocal) checkHost(url.hostname);
}

function checkHost(hostname: string): void {
  // A trailing dot is the same name to a resolver.
  const host = hostname.toLowerCase().replace(/\.+$/, "");
  const literal = literalOf(host);
  if (literal === null) {
    if (!host.includes(".")) throw refuse("The address's host is a name without a domain, which only a private network knows.");
    if (isPrivateName(host)) throw refuse("The address's host is a name that leads to a private network or to the machine itself.");
  } else if (!isPublic(literal)) {
    const range = literal.range();
    throw refuse(`The address's host is an IP address that is not public${range === "unicast" ? "" : ` (${range})`}.`);
  }
}

/** The IP address that a host is, or null where it is a name. The URL parser writes every notation of IPv4 as four decimals. */
function literalOf(host: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (host.startsWith("[")) return ipaddr.IPv6.parse(host.slice(1, -1));
  return ipaddr.IPv4.isValidFourPartDecimal(host) ? ipaddr.IPv4.parse(host) : null;
}

/** The part of IPv6 that is given out to the public internet. What is outside of it may hold an IPv4 address of any range. */
const globalIPv6 = ipaddr.IPv6.parseCIDR("2000::/3");
/** Azure's metadata and name server: a public address that leads to the machine's own host. */
const azureHost = "168.63.129.16";

function isPublic(literal: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (literal.range() !== "unicast") return false;
  return literal instanceof ipaddr.IPv4 ? literal.toString() !== azureHost : literal.match(globalIPv6);
}

function tooLong(): CollectorError {
  return refuse(`The address is longer than ${limits.addressCharsMax} characters.`);
}

function refuse(message: string): CollectorError {
  return new CollectorError("bad_request", message);
}
