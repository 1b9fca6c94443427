import { Hono } from "hono";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { isJsonObject, type JsonObject } from "../model/json";
import { readSessionAnswer, type SessionAnswer, type TurnAnswer } from "../query/session-answer";
import { readTraceAnswer } from "../query/traces";
import { Conversation } from "./chat/conversation";
import { JsonView } from "./chat/json-view";
import { Word } from "./chat/words";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { costText, countText, durationText, Time } from "./parts/figures";
import { numberOrNull, objectOf, shownText, textOrNull } from "./parts/json-values";
import { Tree } from "./parts/tree";
import { type Pages, visitedProject } from "./visitor";

/** `/sessions/{id}`, `/traces/{id}`: what was said, and how it hangs together. */
export const sessionPage = new Hono<Pages>();

const jsonCharsMax = 100_000;
/** So many recordings may each have as much room as one that has a page for itself. */
const wholeTurns = 4;

sessionPage.get("/sessions/:id", async (c) => {
  const { visitor, deps } = c.var;
  const projectId = visitedProject(c);
  const id = readId(c.req.param("id"), "id");
  const cursor = c.req.query("cursor") ?? null;
  const session = await readSessionAnswer(deps, projectId, id, { limit: limits.sessionPageMax, cursor });
  if (session === null) throw new CollectorError("not_found", "There is no such session in this project. It may still be on its way.");
  const children = (
    <>
      <Heading what="Session" id={id} json={pageAddress(`/v1/sessions/${encodeURIComponent(id)}`, projectId)} />
      <div class="columns">
        <section aria-labelledby="conversation">
          <h2 id="conversation">Conversation</h2>
          {cursor === null ? null : <p class="hint">A later part of it.</p>}
          {session.conversation.length === 0 ? <p class="empty">No recording is in this session.</p> : null}
          {session.conversation.map((turn, index) => (
            <TurnSection
              turn={turn}
              // A tool's result comes with the recording behind the one that called for it.
              before={session.conversation[index - 1]?.messages ?? []}
              projectId={projectId}
              share={Math.min(1, wholeTurns / session.conversation.length)}
            />
          ))}
          {session.next_cursor === null ? null : (
            <nav class="paging" aria-label="More of the session">
              <a rel="next" href={pageAddress(`/sessions/${encodeURIComponent(id)}`, projectId, { cursor: session.next_cursor })}>
                Later
              </a>
            </nav>
          )}
        </section>
        <aside aria-label="About the session">
          <Sums session={session} />
          <section class="card">
            <h2>What belongs together</h2>
            {session.tree.length === 0 ? <p class="hint">Nothing yet.</p> : <Tree nodes={session.tree} projectId={projectId} />}
            {session["tree_is_partial"] === true ? <p class="hint">This is a part of it.</p> : null}
          </section>
          <Metadata values={objectOf(session["custom_metadata"])} />
        </aside>
      </div>
    </>
  );
  return sendPage(c, { title: `Session ${id}`, visitor, children });
});

sessionPage.get("/traces/:id", async (c) => {
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
          <Metadata values={objectOf(trace["custom_metadata"])} />
        </aside>
      </div>
    </>
  );
}

function Heading({ what, id, json }: { what: string; id: string; json: string }) {
  return (
    <div class="heading">
      <h1>
        <Word text={what} />{" "}
        <small class="id">
          <Word text={id} />
        </small>
      </h1>
      <p class="links">
        <a href={json}>Open the JSON</a>
      </p>
    </div>
  );
}

interface TurnProps {
  turn: TurnAnswer;
  before: JsonObject[];
  projectId: string;
  share: number;
}

function TurnSection({ turn, before, projectId, share }: TurnProps) {
  const to = (id: string) => pageAddress(`/recordings/${encodeURIComponent(id)}`, projectId);
  return (
    <section class="said" aria-label={`Recording ${turn.recording_id}`}>
      <p class="hint">
        <Time at={turn.at} /> ·{" "}
        <a href={to(turn.recording_id)}>
          <Word text={turn.recording_id} />
        </a>
        {turn.is_branch && turn.follows !== null ? (
          <>
            {" "}
            · instead of how{" "}
            <a href={to(turn.follows)}>
              <Word text={turn.follows} />
            </a>{" "}
            goes on
          </>
        ) : null}
      </p>
      <Conversation
        messages={turn.messages.filter(isJsonObject)}
        before={before}
        addressOf={(path) => pageAddress(path, projectId)}
        share={share}
      />
    </section>
  );
}

function Sums({ session }: { session: SessionAnswer }) {
  const more = session["recordings_are_partial"] === true ? " at least" : "";
  return (
    <section class="card">
      <h2>In all</h2>
      <dl class="facts">
        <dt>Recordings</dt>
        <dd>
          {countText(numberOrNull(session["recordings"]))}
          {more}
        </dd>
        <dt>Tokens</dt>
        <dd>
          {countText(numberOrNull(session["prompt_tokens"]))} in, {countText(numberOrNull(session["completion_tokens"]))} out{more}
        </dd>
        <dt>Cost</dt>
        <dd>
          {costText(numberOrNull(session["cost_usd"]))}
          {more}
        </dd>
        <dt>Began</dt>
        <dd>
          <Time at={textOrNull(session["started_at"])} />
        </dd>
        <dt>Ended</dt>
        <dd>
          <Time at={textOrNull(session["ended_at"])} />
        </dd>
      </dl>
    </section>
  );
}

function Metadata({ values }: { values: JsonObject }) {
  return <Values title="Metadata" values={values} />;
}

function Values({ title, values }: { title: string; values: JsonObject }) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <section class="card">
      <h2>{title}</h2>
      <dl class="facts">
        {entries.map(([name, value]) => (
          <>
            <dt>
              <Word text={name} />
            </dt>
            <dd>
              <Word text={shownText(value)} />
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
