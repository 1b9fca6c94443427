import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { raw } from "hono/html";
import { version } from "../version";
import { pageAddress } from "./parts/address";
import type { Pages, Visitor } from "./visitor";

/** Everything comes from here: nothing that a recording holds can load, run or send anything. */
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The scripts of assets/. Every page works without them. */
type Script = "page" | "charts" | "live";

interface PageProps {
  title: string;
  /** Null shows no navigation: whoever looks has not signed in, or need not. */
  visitor: Visitor | null;
  scripts?: Script[];
  children?: Child;
}

const sections = [
  ["/", "Overview"],
  ["/recordings", "Recordings"],
  ["/sessions", "Sessions"],
  ["/exports", "Exports"],
  ["/keys", "Keys"],
  ["/connect", "Connect"],
] as const;

/** Answers with a page of the dashboard. */
export function sendPage(c: Context<Pages>, { status = 200, ...props }: PageProps & { status?: 200 | 400 | 401 | 403 | 404 | 500 | 503 }) {
  c.header("Content-Security-Policy", policy);
  c.header("Referrer-Policy", "same-origin");
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Cache-Control", "private, no-store");
  c.header("Vary", "Accept, Cookie");
  return c.html(<Document {...props} />, status);
}

function Document({ title, visitor, scripts = [], children }: PageProps) {
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${title} · Aircheck`}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/assets/style.css" />
          {["page", ...scripts].map((script) => (
            <script type="module" src={`/assets/${script}.js`} />
          ))}
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to the page
          </a>
          {visitor === null ? <Masthead /> : <Header visitor={visitor} />}
          <main id="main">{children}</main>
          <footer>
            <p>
              Aircheck {version} · <a href="/docs">API</a> · times are <span class="zone">UTC</span>
            </p>
          </footer>
        </body>
      </html>
    </>
  );
}

function Masthead() {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Mark /> Aircheck
      </a>
    </header>
  );
}

function Header({ visitor }: { visitor: Visitor }) {
  const { projectId, projectIds, path } = visitor;
  const isAt = (section: string) => (section === "/" ? path === "/" : path === section || path.startsWith(`${section}/`));
  return (
    <header class="top">
      <a class="brand" href={pageAddress("/", projectId)}>
        <Mark /> Aircheck
      </a>
      <nav aria-label="Pages">
        {sections.map(([section, name]) => (
          <a href={pageAddress(section, projectId)} aria-current={isAt(section) ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div class="who">
        {projectIds.length < 2 ? (
          <span class="project">{projectId}</span>
        ) : (
          <form
            method="get"
            action={isAt("/recordings") ? "/recordings" : isAt("/sessions") ? "/sessions" : path}
            class="project"
            data-auto
          >
            <label>
              <span class="unseen">Project</span>
              <select name="project_id">
                {[...new Set([...projectIds, ...(projectId === null ? [] : [projectId])])].map((id) => (
                  <option value={id} selected={id === projectId}>
                    {id}
                  </option>
                ))}
              </select>
            </label>
            <button class="quiet without-script">Show</button>
          </form>
        )}
        <form method="post" action="/sign-out">
          <button class="quiet">Sign out</button>
        </form>
      </div>
    </header>
  );
}

/** A record of a broadcast: a disc and a wave. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11" />
      <path d="M5 12h2l2-5 3 10 3-8 2 3h2" />
    </svg>
  );
}
