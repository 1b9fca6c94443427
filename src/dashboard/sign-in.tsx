import { type Context, Hono } from "hono";
import { admitTyped } from "../admit/principal";
import { clearKeyCookie, setKeyCookie } from "../admit/key-cookie";
import { toCollectorError } from "../errors";
import { readOwnForm } from "./own-form";
import { sendPage } from "./page";
import { Problem } from "./parts/problem";
import type { Pages } from "./visitor";

/** `/sign-in`, `/sign-out`: a key, once, and then a cookie that no script can read. */
export const signIn = new Hono<Pages>();

signIn.post("/sign-in", async (c) => {
  const form = await readOwnForm(c);
  const key = (form["key"] ?? "").trim();
  const to = ownPath(form["to"] ?? "");
  try {
    await admitTyped(key, c, c.var.deps);
  } catch (thrown) {
    const error = toCollectorError(thrown);
    if (error.retryable || error.status >= 500) throw error;
    return sendSignIn(c, { to, problem: error.message });
  }
  setKeyCookie(c, key);
  return c.redirect(to, 303);
});

signIn.post("/sign-out", async (c) => {
  await readOwnForm(c);
  clearKeyCookie(c);
  return c.redirect("/", 303);
});

/** The page that asks for a key, for whoever wants to see another one. */
export function sendSignIn(c: Context<Pages>, { to, problem }: { to: string; problem?: string }) {
  const { origin } = new URL(c.req.url);
  const children = (
    <div class="narrow">
      <h1>Sign in</h1>
      <p class="lead">Aircheck keeps recordings of LLM calls: validated, counted in tokens, priced, stored, exported.</p>
      {problem === undefined ? null : <Problem text={problem} />}
      <form method="post" action="/sign-in" class="card stack">
        <input type="hidden" name="to" value={to} />
        <label>
          Key
          <input type="password" name="key" required autocomplete="current-password" autofocus spellcheck={false} maxlength={400} />
        </label>
        <p class="hint">
          One of scope <code>read</code> or <code>admin</code>. On your own machine <code>npm start</code> prints it as “Admin key”.
        </p>
        <button>Sign in</button>
      </form>
      <p class="hint">
        To record a call you need no page: <a href="/docs">the API</a>, or <code>curl {origin}</code> in a terminal.
      </p>
    </div>
  );
  return sendPage(c, { title: "Sign in", visitor: null, status: problem === undefined ? 200 : 401, children });
}

/** Where a visitor goes on to: a path of ours, and nobody else's address. */
function ownPath(to: string): string {
  const base = "https://own.invalid";
  if (!to.startsWith("/") || !URL.canParse(to, base)) return "/";
  const { origin, pathname, search } = new URL(to, base);
  return origin === base && !pathname.startsWith("//") ? pathname + search : "/";
}
