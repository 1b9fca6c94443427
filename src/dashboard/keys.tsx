import { type Context, Hono } from "hono";
import { CollectorError, refusalText, toCollectorError } from "../errors";
import { limits } from "../limits";
import { type Key, type Scope, scopes } from "../model/key";
import type { JsonObject } from "../model/json";
import { endKey, makeKey } from "../manage/keys";
import { listKeys } from "../store/keys";
import { Word } from "./chat/words";
import { readOwnForm } from "./own-form";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { Time } from "./parts/figures";
import { Problem } from "./parts/problem";
import type { Pages } from "./visitor";

/** `/keys`: who may do what. */
export const keysPage = new Hono<Pages>();

const scopeWords: Record<Scope, string> = {
  ingest: "ingest: a server records",
  browser: "browser: web pages record",
  read: "read: looks, and changes nothing",
  admin: "admin: everything",
};

keysPage.get("/keys", async (c) => await sendKeys(c, {}));

keysPage.post("/keys", async (c) => {
  const { visitor, deps } = c.var;
  const form = await readOwnForm(c);
  checkManager(c);
  try {
    const { key, keyText } = await makeKey(requestOf(form), visitor.principal, deps);
    return await sendKeys(c, { made: { key, keyText } });
  } catch (thrown) {
    const error = toCollectorError(thrown);
    if (error.code !== "bad_request") throw error;
    return await sendKeys(c, {
      problem: refusalText(error),
    });
  }
});

keysPage.post("/keys/:id/revoke", async (c) => {
  const { visitor, deps } = c.var;
  await readOwnForm(c);
  checkManager(c);
  await endKey(c.req.param("id"), visitor.principal, deps);
  return c.redirect(pageAddress("/keys", visitor.projectId), 303);
});

function checkManager(c: Context<Pages>): void {
  if (!c.var.visitor.mayManage) throw new CollectorError("forbidden", "It takes an admin key to manage keys.");
}

/** The form's fields as the body of `POST /v1/keys`. */
function requestOf(form: Record<string, string>): JsonObject {
  const { scope = "", project_id: project = "", label = "", origins = "", rate_tier: tier = "" } = form;
  const request: JsonObject = { scope };
  if (project !== "") request["project_id"] = project;
  if (label !== "") request["label"] = label;
  const list = origins.split(/[\s,]+/).filter((origin) => origin !== "");
  if (list.length > 0) request["origins"] = list;
  if (tier !== "") request["rate_tier"] = tier;
  return request;
}

async function sendKeys(c: Context<Pages>, { made, problem }: { made?: { key: Key; keyText: string }; problem?: string }) {
  const { visitor, deps } = c.var;
  const { principal, mayManage } = visitor;
  const cursor = c.req.query("cursor") ?? "";
  const page = mayManage ? await listKeys(deps.db, principal.projectId, limits.listRowsDefault, cursor) : { rows: [], nextCursor: null };
  const children = (
    <>
      <h1>Keys</h1>
      {made === undefined ? null : <MadeKey keyText={made.keyText} scope={made.key.scope} />}
      {problem === undefined ? null : <Problem text={problem} />}
      {mayManage ? (
        <>
          <NewKey visitor={visitor} />
          <KeyTable rows={page.rows} projectId={visitor.projectId} />
          {page.nextCursor === null ? null : (
            <nav class="paging" aria-label="More keys">
              <a rel="next" href={pageAddress("/keys", visitor.projectId, { cursor: page.nextCursor })}>
                More
              </a>
            </nav>
          )}
        </>
      ) : (
        <p class="empty">You signed in with a key that reads. Sign in with an admin key to see the keys, make one or revoke one.</p>
      )}
    </>
  );
  return sendPage(c, { title: "Keys", visitor, status: problem === undefined ? 200 : 400, children });
}

function MadeKey({ keyText, scope }: { keyText: string; scope: Scope }) {
  return (
    <section class="card good" aria-live="polite">
      <h2>A new {scope} key</h2>
      <p>Copy it now: it is shown this once, and kept only as its digest.</p>
      <p class="copyable">
        <code id="made-key">{keyText}</code>
        <button type="button" class="quiet with-script-only" data-copy="made-key">
          Copy
        </button>
      </p>
    </section>
  );
}

function NewKey({ visitor }: { visitor: Pages["Variables"]["visitor"] }) {
  const { projectId, principal } = visitor;
  return (
    <details class="card">
      <summary>Make a key</summary>
      <form method="post" action={pageAddress("/keys", projectId)} class="fields">
        <label>
          What for
          <select name="scope">
            {scopes.map((scope) => (
              <option value={scope}>{scopeWords[scope]}</option>
            ))}
          </select>
        </label>
        <label>
          Project
          <input name="project_id" value={projectId ?? ""} placeholder="all projects" readonly={principal.projectId !== null} />
        </label>
        <label>
          Label
          <input name="label" maxlength={limits.labelCharsMax} placeholder="who uses it" />
        </label>
        <label>
          Origins, for a browser key
          <input name="origins" placeholder="https://app.example.com" />
        </label>
        <label>
          Posts in 10 s, about
          <select name="rate_tier">
            <option value="">any number</option>
            <option value="small">50</option>
            <option value="medium">500</option>
            <option value="large">5,000</option>
          </select>
        </label>
        <button>Make it</button>
      </form>
    </details>
  );
}

function KeyTable({ rows, projectId }: { rows: Key[]; projectId: string | null }) {
  if (rows.length === 0) {
    return (
      <p class="empty">No key was made yet: whoever has the collector’s ADMIN_KEY does everything. Make an ingest key for your servers.</p>
    );
  }
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Keys">
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Scope</th>
            <th scope="col">Project</th>
            <th scope="col">Made</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((key) => (
            <tr>
              <td>
                <Word text={key.label ?? "–"} /> <small>{key.id}</small>
              </td>
              <td>
                {key.scope}
                {key.origins.length === 0 ? null : <small>{key.origins.join(", ")}</small>}
              </td>
              <td>{key.projectId ?? "all"}</td>
              <td>
                <Time at={key.createdUs} />
              </td>
              <td>
                <KeyState of={key} projectId={projectId} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyState({ of: key, projectId }: { of: Key; projectId: string | null }) {
  if (key.revokedUs !== null) {
    return (
      <span>
        revoked <Time at={key.revokedUs} />
      </span>
    );
  }
  return (
    <form method="post" action={pageAddress(`/keys/${encodeURIComponent(key.id)}/revoke`, projectId)}>
      {key.expiresUs === null ? null : (
        <small>
          until <Time at={key.expiresUs} />
        </small>
      )}
      <details class="confirm">
        <summary>Revoke</summary>
        <button class="danger">Revoke it for good</button>
      </details>
    </form>
  );
}
