import { Hono } from "hono";
import { html } from "hono/html";
import { sendPage } from "../dashboard/page";
import type { Pages } from "../dashboard/visitor";
import { describeApi } from "./describe";
import { madeOnce } from "./made-once";
import { DocumentedOperation } from "./docs/documented-operation";
import { Fields } from "./docs/fields";
import { listOperations, type ListedOperation } from "./docs/list-operations";

/** `GET /docs`: the API's description, for people. Public, as the description is. */
export const docs = new Hono<Pages>();

docs.get("/docs", (c) => sendPage(c, { title: "API", visitor: null, children: printedBody(new URL(c.req.url).origin) }));

const printedBody = madeOnce((origin) => html`${<Body origin={origin} />}`);

function Body({ origin }: { origin: string }) {
  const description = describeApi(origin);
  const { schemas } = description.components;
  const parts = listOperations(description);
  return (
    <div class="docs">
      <nav aria-label="Operations">
        {parts.map(({ name, anchor, operations }) => (
          <section>
            <a href={`#${anchor}`}>{name}</a>
            <ul>
              {operations.map(({ id, method, path }) => (
                <li>
                  <a href={`#${id}`}>
                    <Method name={method} /> {path.replace("/v2/projects/{project}", "…")}
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div>
        <h1>API</h1>
        <Introduction origin={origin} />
        <section class="card" id="errors">
          <h2>What is refused</h2>
          <p>
            Every refusal is JSON of one form. A message is for people, a code for programs. An address or headers that are too long are
            refused with 4XX before the collector is asked, and then it is not.
          </p>
          <Fields schema={schemas["Error"] ?? {}} schemas={schemas} />
        </section>
        {parts.map(({ name, anchor, about, operations }) => (
          <section aria-labelledby={anchor}>
            <h2 id={anchor}>{name}</h2>
            <p class="lead">{about}</p>
            {operations.map((operation) => (
              <DocumentedOperation operation={operation} origin={origin} description={description} />
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

function Introduction({ origin }: { origin: string }) {
  return (
    <>
      <p class="lead">
        This collector is at <code>{origin}</code>. A key goes with each request, as <code>Authorization: Bearer</code>; what it may is its
        scope. <a href="/connect">Connect</a> has what to paste, <a href="/keys">Keys</a> makes keys, and{" "}
        <a href="/openapi.json">openapi.json</a> has all of this page for programs.
      </p>
      <p class="lead">
        Ours is snake_case JSON. Times are taken as ISO 8601 or Unix seconds, and answered as ISO 8601 in UTC. What is not known is null,
        and never 0. Lists go on by <code>cursor</code>, which is the <code>next_cursor</code> of the page before.
      </p>
    </>
  );
}

function Method({ name }: { name: ListedOperation["method"] }) {
  return <b class={`method ${name}`}>{name.toUpperCase()}</b>;
}
