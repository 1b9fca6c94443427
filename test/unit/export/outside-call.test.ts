import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CollectorError } from "../../../src/errors";
import { callOutside, type OutsideAnswer, type OutsideTerms } from "../../../src/export/reach/outside-call";
import { limits } from "../../../src/limits";
import { outsideDeps, type OtherServer, startServer } from "./http-server";

const nowMs = Date.UTC(2026, 0, 31, 12);
const httpDate = (ms: number) => new Date(ms).toUTCString();
/** What the server does on each path. */
const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  "/echo": (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { "user-agent": agent, "content-length": length, "transfer-encoding": coding } = request.headers;
      response.end(JSON.stringify({ method: request.method, agent, length, coding, body: Buffer.concat(chunks).toString() }));
    });
  },
  "/hang": () => undefined,
  "/drip-200": (_, response) => drip(response.writeHead(200)),
  "/drip-400": (_, response) => drip(response.writeHead(400)),
  "/drip-503": (_, response) => drip(response.writeHead(503)),
  "/huge-200": (_, response) => flood(response.writeHead(200)),
  "/huge-400": (_, response) => flood(response.writeHead(400)),
  "/cut-200": (_, response) => cutOff(response.writeHead(200, { "Content-Length": "1000" })),
  "/cut-400": (_, response) => cutOff(response.writeHead(400, { "Content-Length": "1000" })),
  "/301": (_, response) => response.writeHead(301, { Location: "/echo" }).end("<a href='/echo'>moved</a>"),
  "/307": (_, response) => response.writeHead(307, { Location: "/echo" }).end(),
  "/304": (_, response) => response.writeHead(304).end(),
  "/temporary": (_, response) => response.writeHead(307).end("<Error><Code>TemporaryRedirect</Code></Error>"),
  "/404": (_, response) => response.writeHead(404, { "X-Own": "a" }).end("nothing here"),
  "/408": (_, response) => response.writeHead(408).end(),
  "/429-seconds": (_, response) => response.writeHead(429, { "Retry-After": "120" }).end("slow down"),
  "/429-date": (_, response) => response.writeHead(429, { "Retry-After": httpDate(nowMs + 90_000) }).end(),
  "/429-past": (_, response) => response.writeHead(429, { "Retry-After": httpDate(nowMs - 90_000) }).end(),
  "/429-far": (_, response) => response.writeHead(429, { "Retry-After": httpDate(nowMs + 1e10) }).end(),
  "/429-endless": (_, response) => response.writeHead(429, { "Retry-After": "9".repeat(400) }).end(),
  "/429-words": (_, response) => response.writeHead(429, { "Retry-After": "soon" }).end(),
  "/429-number": (_, response) => response.writeHead(429, { "Retry-After": "-2" }).end(),
  "/429": (_, response) => response.writeHead(429).end(),
  "/500": (_, response) => response.writeHead(500).end("oh no"),
  "/503": (_, response) => response.writeHead(503, { "Retry-After": "7" }).end(),
  "/400": (_, response) => response.writeHead(400).end(`\u0000{"error":\r\n\t"no such\u0007 field \u202Eab\u200B ☀️"}`),
  "/400-long": (_, response) => response.writeHead(400).end("☀".repeat(5000)),
  "/400-xml": (_, response) =>
    response.writeHead(403).end(`<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>No.</Message></Error>`),
  "/401": (_, response) => response.writeHead(401, { "WWW-Authenticate": "Basic" }).end(),
  "/reset": (request) => request.socket.resetAndDestroy(),
  "/close": (request) => request.socket.destroy(),
};

let server: OtherServer;
beforeAll(async () => {
  server = await startServer((request, response) => answers[request.url ?? ""]?.(request, response));
});
afterAll(async () => await server.stop());

test("a post arrives whole, with its length, under the collector's name", async () => {
  const body = new TextEncoder().encode("Grüße ☀️");
  const { status, text } = await call("/echo", {}, { method: "POST", body });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({ method: "POST", agent: expect.stringMatching(/^aircheck\//), length: "14", body: "Grüße ☀️" });
});

test("a server that does not answer is one that may, after the time-out", async () => {
  expect(await fault("/hang", { timeoutMs: 200 })).toMatchObject({
    code: "unavailable",
    message: `${host()} did not answer within 0.2 s.`,
  });
  await nothingOpen();
});

test.each(["/reset", "/close"])("%s, before an answer, may pass", async (path) => {
  expect(await fault(path)).toMatchObject({ code: "unavailable", message: `${host()} could not be reached.` });
});

test("a closed port may open", async () => {
  const gone = await startServer(() => undefined);
  await gone.stop();
  const request = new Request(gone.origin);
  await expect(callOutside(request, outsideDeps, { timeoutMs: 2000 })).rejects.toMatchObject({ code: "unavailable" });
});

test("a status is believed though its body hangs, floods or breaks off, and nothing stays open", async () => {
  for (const path of ["/drip-200", "/huge-200", "/cut-200"]) {
    const { status, text } = await call(path, { timeoutMs: 300 });
    expect(status).toBe(200);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(limits.outsideAnswerBytesMax);
    await nothingOpen();
  }
  for (const path of ["/drip-400", "/huge-400", "/cut-400"]) {
    expect(await fault(path, { timeoutMs: 300 })).toMatchObject({ code: "refused", message: expect.stringContaining("answered 400: x") });
    await nothingOpen();
  }
  expect(await fault("/drip-503", { timeoutMs: 300 })).toMatchObject({ code: "unavailable" });
  await nothingOpen();
});

test("the time-out is of the whole exchange", async () => {
  const started = Date.now();
  await call("/drip-200", { timeoutMs: 400 });
  expect(Date.now() - started).toBeLessThan(1500);
});

test.each(["/301", "/307", "/304"])("%s is not followed", async (path) => {
  const { code, message } = await fault(path);
  expect(code).toBe("refused");
  expect(message).toContain(`answered ${path.slice(1)}; redirects are not followed`);
  expect(message).not.toContain("method");
});

test.each([
  ["/429-seconds", 120],
  ["/429-date", 90],
  ["/429-past", 0],
  ["/429-far", limits.retryAfterSecondsMax],
  ["/429-endless", limits.retryAfterSecondsMax],
  ["/429-words", undefined],
  ["/429-number", undefined],
  ["/429", undefined],
  ["/503", 7],
  ["/500", undefined],
  ["/408", undefined],
])("%s may pass, and is to be left alone for %s seconds", async (path, retryAfterSeconds) => {
  expect(await fault(path)).toMatchObject({ code: "unavailable", retryAfterSeconds });
});

test("a refusal says why, in one line that can be read and has a bound", async () => {
  expect(await fault("/400")).toMatchObject({ code: "refused", message: `${host()} answered 400: {"error": "no such field ab ☀️"}` });
  expect(await fault("/401")).toMatchObject({ code: "refused", message: `${host()} answered 401.` });
  expect(await fault("/400-xml")).toMatchObject({ message: `${host()} answered 403: AccessDenied No.` });
  expect((await fault("/500")).message).toBe(`${host()} answered 500: oh no`);
  const { message } = await fault("/400-long");
  expect(message).toBe(`${host()} answered 400: ${"☀".repeat(limits.outsideReasonCharsMax)}`);
});

test("a status that the caller asks for is an answer", async () => {
  const { status, headers, text } = await call("/404", { answers: [404, 412] });
  expect({ status, own: headers.get("X-Own"), text }).toEqual({ status: 404, own: "a", text: "nothing here" });
  expect(await call("/301", { answers: [301] })).toMatchObject({ status: 301 });
  expect(await fault("/404", { answers: [412] })).toMatchObject({ code: "refused" });
});

test("a refusal that says that it may pass is no refusal", async () => {
  expect(await fault("/temporary", { passing: /TemporaryRedirect/ })).toMatchObject({ code: "unavailable" });
  expect(await fault("/temporary")).toMatchObject({ code: "refused" });
});

test("an address that is not allowed is refused before anything is sent", async () => {
  const fetch = vi.fn(outsideDeps.fetch);
  const calling = callOutside(new Request(server.origin), { ...outsideDeps, fetch, allowsLocalDestinations: false }, { timeoutMs: 100 });
  await expect(calling).rejects.toMatchObject({ code: "refused" });
  expect(fetch).not.toHaveBeenCalled();
});

async function call(path: string, terms: Partial<OutsideTerms> = {}, init: RequestInit = {}): Promise<OutsideAnswer> {
  const request = new Request(`${server.origin}${path}`, init);
  return await callOutside(request, { ...outsideDeps, now: () => nowMs }, { timeoutMs: 5000, ...terms });
}

async function fault(path: string, terms: Partial<OutsideTerms> = {}): Promise<CollectorError> {
  const thrown = await call(path, terms).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof CollectorError) return thrown;
  throw new Error("no fault", { cause: thrown });
}

function host(): string {
  return new URL(server.origin).host;
}

async function nothingOpen(): Promise<void> {
  await vi.waitFor(() => expect(server.unanswered()).toBe(0));
}

/** An answer's body that never ends. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write("x"), 20);
  response.on("close", () => clearInterval(timer));
}

/** An answer's body as fast as it is taken, without end. */
function flood(response: ServerResponse): void {
  const chunk = "x".repeat(65_536);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
}

/** An answer's body that breaks off. */
function cutOff(response: ServerResponse): void {
  response.write("x".repeat(10), () => response.destroy());
}
