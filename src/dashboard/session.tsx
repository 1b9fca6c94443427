import { Hono } from "hono";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { isJsonObject, type JsonObject } from "../model/json";
import { readSessionAnswer, type SessionAnswer, type TurnAnswer } from "../query/session-answer";
import { Conversation } from "./chat/conversation";
import { Word } from "./chat/words";
import { sendPage } from "./page";
import { Heading, Values } from "./parts/about";
import { pageAddress } from "./parts/address";
import { costText, countText, Time } from "./parts/figures";
import { numberOrNull, objectOf, textOrNull } from "./parts/json-values";
import { Tree } from "./parts/tree";
import { type Pages, visitedProject } from "./visitor";

/** `/sessions/{id}`: what was said, and how it hangs together. */
export const sessionPage = new Hono<Pages>();

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
          <Values title="Metadata" values={objectOf(session["custom_metadata"])} />
        </aside>
      </div>
    </>
  );
  return sendPage(c, { title: `Session ${id}`, visitor, children });
});

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
