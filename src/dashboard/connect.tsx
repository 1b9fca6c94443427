import { Hono } from "hono";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { type Snippet, snippetsFor } from "./snippets";
import type { Pages } from "./visitor";

/** `/connect`: how to record, to be pasted. */
export const connect = new Hono<Pages>();

connect.get("/connect", (c) => {
  const { visitor } = c.var;
  const { origin } = new URL(c.req.url);
  const snippets = snippetsFor(origin, visitor.projectId ?? "demo");
  const children = (
    <>
      <h1>Connect</h1>
      <p class="lead">
        Recordings go to <code>{origin}</code>. Each needs a key: <a href={pageAddress("/keys", visitor.projectId)}>make one</a>, of scope
        ingest for servers, or browser for web pages.
      </p>
      <nav aria-label="Ways to record" class="chips">
        {snippets.map(({ id, title }) => (
          <a href={`#${id}`}>{title}</a>
        ))}
      </nav>
      {snippets.map((snippet) => (
        <SnippetCard snippet={snippet} />
      ))}
      <section class="card" id="arrived">
        <h2>Has it arrived?</h2>
        <p>
          It shows under <a href={pageAddress("/recordings", visitor.projectId)}>Recordings</a> within two seconds. If it does not, ask what
          became of it by its id:{" "}
          <code>
            GET {origin}/v1/recordings/{"{id}"}/status
          </code>
          ; what was refused is counted in <code>GET {origin}/v1/ledger</code> with the reason.
        </p>
      </section>
    </>
  );
  return sendPage(c, { title: "Connect", visitor, children });
});

function SnippetCard({ snippet: { id, title, about, text } }: { snippet: Snippet }) {
  return (
    <section class="card" id={id}>
      <div class="heading">
        <h2>{title}</h2>
        <button type="button" class="quiet with-script-only" data-copy={`text-${id}`}>
          Copy
        </button>
      </div>
      <p>{about}</p>
      <pre tabindex={0}>
        <code id={`text-${id}`}>{text}</code>
      </pre>
    </section>
  );
}
