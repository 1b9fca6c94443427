import type { Deps } from "../../env";
import { CollectorError } from "../../errors";
import { limits } from "../../limits";
import { version } from "../../version";
import { checkUrl } from "./address";

/** What a call to another's server needs of the world. */
export type OutsideDeps = Pick<Deps, "fetch" | "now" | "allowsLocalDestinations">;

export interface OutsideTerms {
  /** For the whole exchange, the answer's body included. */
  timeoutMs: number;
  /** Statuses that are answers to this caller, beside every 2xx. */
  answers?: readonly number[];
  /** What an answer says when its refusal may pass, though its status does not tell. */
  passing?: RegExp;
}

/** What another's server answered, and the beginning of its body, which is closed. */
export interface OutsideAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * One request to another's server, under the collector's name. Redirects are not followed: where one leads was never
 * checked. Of the answer's body no more is read than says why; a status that has come is believed even where the body
 * behind it hangs or breaks off. A Request goes once: each try makes its own.
 * @throws CollectorError `unavailable` where the server was not reached or did not answer in time, and for 408, 429 and
 * 5xx, with its Retry-After; `refused` for every other status that is no answer, and for an address that is not allowed.
 */
export async function callOutside(request: Request, deps: OutsideDeps, terms: OutsideTerms): Promise<OutsideAnswer> {
  const url = new URL(request.url);
  checkAgain(url, deps.allowsLocalDestinations);
  request.headers.set("User-Agent", `aircheck/${version}`);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), terms.timeoutMs);
  try {
    const response = await send(request, deps, deadline.signal, terms.timeoutMs);
    const answer = { status: response.status, headers: response.headers, text: await readStart(response, deadline.signal) };
    if (response.ok || terms.answers?.includes(answer.status)) return answer;
    throw faultOf(answer, url.host, terms, deps.now());
  } finally {
    clearTimeout(timer);
  }
}

/** An address was checked when it was given; what is allowed may have changed since. */
function checkAgain(url: URL, allowsLocal: boolean): void {
  try {
    checkUrl(url, allowsLocal);
  } catch (thrown) {
    if (thrown instanceof CollectorError) throw new CollectorError("refused", thrown.message);
    throw thrown;
  }
}

async function send(request: Request, deps: OutsideDeps, signal: AbortSignal, timeoutMs: number): Promise<Response> {
  const { host } = new URL(request.url);
  try {
    return await deps.fetch(request, { redirect: "manual", signal });
  } catch (cause) {
    const what = signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : "could not be reached";
    throw new CollectorError("unavailable", `${host} ${what}.`, { cause, isOutside: true });
  }
}

/** What came of a body until it ended, was enough, broke off or took too long. Nothing of it is left open. */
async function readStart(response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const close = async () => await reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", () => void close());
  const decoder = new TextDecoder();
  let text = "";
  let room: number = limits.outsideAnswerBytesMax;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += decoder.decode(read.value.subarray(0, room), { stream: true });
      room -= read.value.length;
      if (room <= 0 || signal.aborted) break;
    }
  } catch {
    // The status is known, and a reason that broke off is better than none.
  }
  await close();
  return text;
}

function faultOf({ status, headers, text }: OutsideAnswer, host: string, terms: OutsideTerms, nowMs: number): CollectorError {
  const isRedirect = status >= 300 && status < 400;
  const said = reasonIn(text);
  const message = `${host} answered ${status}${isRedirect ? "; redirects are not followed" : ""}${said === "" ? "." : `: ${said}`}`;
  const mayPass = status === 408 || status === 429 || status >= 500 || terms.passing?.test(text) === true;
  if (!mayPass) return new CollectorError("refused", message);
  const retryAfterSeconds = readRetryAfter(headers.get("Retry-After"), nowMs);
  return new CollectorError("unavailable", message, { isOutside: true, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
}

/** The beginning of an answer's words. Tags, which are most of S3's errors and of error pages, and what cannot be seen are left out. */
function reasonIn(text: string): string {
  const words = text
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim();
  return Array.from(words).slice(0, limits.outsideReasonCharsMax).join("").trimEnd();
}

/** Seconds, or a date that HTTP knows; undefined where it says neither. */
function readRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : text.endsWith(" GMT") ? (Date.parse(text) - nowMs) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), limits.retryAfterSecondsMax);
}
