import { type Context, Hono } from "hono";
import { type CollectorError, toCollectorError } from "../errors";
import { causeText, logEvent } from "../log";
import { Word } from "./chat/words";
import { connect } from "./connect";
import { exportsPage } from "./exports";
import { keysPage } from "./keys";
import { overview } from "./overview";
import { sendPage } from "./page";
import { Problem } from "./parts/problem";
import { recordingPage } from "./recording";
import { recordingsPage } from "./recordings";
import { sessionPage } from "./session";
import { sessionsPage } from "./sessions";
import { sendSignIn, signIn } from "./sign-in";
import { tracePage } from "./trace";
import { type Pages, visit } from "./visitor";
import { welcomeText } from "./welcome-text";

/** The pages, for people. What they show comes from the functions that the API answers by. */
export const dashboard = new Hono<Pages>();

/** The paths of the pages. A program that asks for `/` is told in plain text. */
const paths = [
  "/",
  "/recordings",
  "/recordings/*",
  "/sessions",
  "/sessions/*",
  "/traces/*",
  "/exports",
  "/exports/*",
  "/keys",
  "/keys/*",
  "/connect",
];

dashboard.get("/", async (c, next) => {
  if ((c.req.header("Accept") ?? "").includes("text/html")) return await next();
  c.header("Vary", "Accept");
  return c.text(welcomeText(new URL(c.req.url).origin));
});

for (const path of paths) dashboard.use(path, visit);
for (const page of [signIn, overview, recordingsPage, recordingPage, sessionsPage, sessionPage, tracePage, exportsPage, keysPage, connect])
  dashboard.route("/", page);

dashboard.onError((thrown, c) => {
  const error = toCollectorError(thrown);
  if (error.code === "unauthorized") return sendUnknown(c, error);
  if (error.status >= 500) {
    logEvent("request_failed", {
      request_id: c.var.requestId,
      code: error.code,
      method: c.req.method,
      route: "dashboard",
      cause: causeText(error.cause ?? error),
    });
  }
  const status = error.status === 404 || error.status === 403 || error.status === 503 ? error.status : error.status < 500 ? 400 : 500;
  const children = (
    <div class="narrow">
      <h1>{titles[status]}</h1>
      <Problem text={error.message} />
      {error.issues?.map(({ path, message }) => (
        <p>
          <code>
            <Word text={path} />
          </code>{" "}
          <Word text={message} />
        </p>
      ))}
      <p class="hint">
        <a href="/">To the overview</a> · request {c.var.requestId}
      </p>
    </div>
  );
  return sendPage(c, { title: titles[status], visitor: null, status, children });
});

const titles = {
  400: "That was not understood",
  403: "Not with this key",
  404: "Not found",
  500: "The collector failed",
  503: "Not now",
} as const;

/** Whoever comes over a link of another site's has not brought his cookie: asked once more by this page, the browser sends it. */
function sendUnknown(c: Context<Pages>, error: CollectorError) {
  const { pathname, search } = new URL(c.req.url);
  const to = c.req.method === "GET" ? pathname + search : "/";
  if (c.req.header("Sec-Fetch-Site") === "cross-site" && c.req.method === "GET") {
    c.header("Refresh", `0;url=${to}`);
    return sendPage(c, { title: "One moment", visitor: null, children: <a href={to}>Go on</a> });
  }
  const hadKey = (c.req.header("Cookie") ?? "").includes("aircheck=");
  return sendSignIn(c, hadKey ? { to, problem: error.message } : { to });
}
