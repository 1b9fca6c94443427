import { Hono } from "hono";
import { readId } from "../model/id";
import type { JsonObject } from "../model/json";
import type { SessionAnswer } from "../query/session-answer";
import { readTraceAnswer } from "../query/traces";
import { JsonView } from "./chat/json-view";
import { Word } from "./chat/words";
import { sendPage } from "./page";
import { Heading, Values } from "./parts/about";
import { pageAddress } from "./parts/address";
import { durationText, Time } from "./parts/figures";
import { numberOrNull, objectOf, shownText, textOrNull } from "./parts/json-values";
import { Tree } from "./parts/tree";
import { type Pages, visitedProject } from "./visitor";

/** `/traces/{id}`: what an agent or a tool was given and gave, and what happened within it. */
export const tracePage = new Hono<Pages>();

const jsonCharsMax = 100_000;

tracePage.get("/traces/:id", async (c) => {
  const { visitor, deps } = c.var;
  const projectId = visitedProject(c);
  const id = readId(c.req.param("id"), "id");
  const trace = await readTraceAnswer(deps, projectId, id);
  // What a recording belongs to may be another recording.
  if (trace === null) return c.redirect(pageAddress(`/recordings/${encodeURIComponent(id)}`, projectId), 303);
  return sendPage(c, { title: `Trace ${id}`, visitor, children: <TraceBody trace={trace as TraceAnswer} projectId={projectId} /> });
});

type TraceAnswer = JsonObject & { tree: SessionAnswer["tree"] };

function TraceBody({ trace, projectId }: { trace: TraceAnswer; projectId: string }) {
  const id = shownText(trace["id"]);
  const session = textOrNull(trace["session_id"]);
  const parent = textOrNull(trace["parent_id"]);
  return (
    <>
      <Heading
        what={textOrNull(trace["kind"]) ?? "Trace"}
        id={textOrNull(trace["name"]) ?? id}
        json={pageAddress(`/v1/traces/${encodeURIComponent(id)}`, projectId)}
      />
      <div class="columns">
        <section>
          <h2>Input</h2>
          <div class="card">
            {trace["input"] === null ? (
              <p class="hint">None was said.</p>
            ) : (
              <JsonView value={trace["input"] ?? null} charsMax={jsonCharsMax} />
            )}
          </div>
          <h2>Output</h2>
          <div class="card">
            {trace["output"] === null ? (
              <p class="hint">None was said.</p>
            ) : (
              <JsonView value={trace["output"] ?? null} charsMax={jsonCharsMax} />
            )}
          </div>
          <h2>Within it</h2>
          <div class="card">
            {trace.tree.length === 0 ? (
              <p class="hint">No recording or tool span names it as its parent.</p>
            ) : (
              <Tree nodes={trace.tree} projectId={projectId} />
            )}
          </div>
        </section>
        <aside aria-label="About the trace">
          <section class="card">
            <h2>Trace</h2>
            <dl class="facts">
              <dt>Id</dt>
              <dd>
                <Word text={id} />
              </dd>
              {session === null ? null : (
                <>
                  <dt>Session</dt>
                  <dd>
                    <a href={pageAddress(`/sessions/${encodeURIComponent(session)}`, projectId)}>
                      <Word text={session} />
                    </a>
                  </dd>
                </>
              )}
              {parent === null ? null : (
                <>
                  <dt>Part of</dt>
                  <dd>
                    <a href={pageAddress(`/traces/${encodeURIComponent(parent)}`, projectId)}>
                      <Word text={parent} />
                    </a>
                  </dd>
                </>
              )}
              <dt>Began</dt>
              <dd>
                <Time at={textOrNull(trace["started_at"])} />
              </dd>
              <dt>Took</dt>
              <dd>{durationText(numberOrNull(trace["latency_ms"]))}</dd>
            </dl>
          </section>
          <Values title="Feedback" values={objectOf(trace["feedback"])} />
          <Values title="Evaluations" values={objectOf(trace["eval_results"])} />
          <Values title="Metadata" values={objectOf(trace["custom_metadata"])} />
        </aside>
      </div>
    </>
  );
}
