import { Hono } from "hono";
import { CollectorError } from "../errors";
import { readRecordingText } from "../keep/find-recording";
import { readId } from "../model/id";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../model/json";
import { findWhereabouts } from "../query/recording-status";
import { Conversation } from "./chat/conversation";
import { JsonView } from "./chat/json-view";
import { escapeUnseen, Word } from "./chat/words";
import { sendPage } from "./page";
import { Values } from "./parts/about";
import { pageAddress } from "./parts/address";
import { listOf, objectOf, shownText } from "./parts/json-values";
import { CallFacts, Timing } from "./recording-call";
import { Spending } from "./recording-spending";
import { Whereabouts } from "./recording-whereabouts";
import { type Pages, visitedProject } from "./visitor";

/** `/recordings/{id}`: one recording, to be read. */
export const recordingPage = new Hono<Pages>();

/** Characters of JSON that one part of the page shows. */
const jsonCharsMax = 200_000;

recordingPage.get("/recordings/:id", async (c) => {
  const { visitor, deps } = c.var;
  const projectId = visitedProject(c);
  const id = readId(c.req.param("id"), "id");
  const [text, whereabouts] = await Promise.all([readRecordingText(projectId, id, deps, "links"), findWhereabouts(projectId, id, deps)]);
  if (text === null) {
    const told =
      whereabouts === null ? "It may still be on its way: look again in a minute." : `It is ${shownText(whereabouts["status"])}.`;
    throw new CollectorError("not_found", `There is no such recording in this project. ${told}`);
  }
  const recording = parseJson(text) as JsonObject;
  const { origin } = new URL(c.req.url);
  const addressOf = (path: string) => pageAddress(path, projectId);
  const messages = listOf(recording["messages"]).filter(isJsonObject);
  const children = (
    <>
      <div class="heading">
        <h1>
          Recording{" "}
          <small class="id">
            <Word text={id} />
          </small>
        </h1>
        <p class="links">
          {text.length > jsonCharsMax ? null : (
            <button type="button" class="quiet with-script-only" data-copy="whole-json">
              Copy JSON
            </button>
          )}
          <button type="button" class="quiet with-script-only" data-copy="as-curl">
            Copy as curl
          </button>
          <a href={addressOf(`/v1/recordings/${encodeURIComponent(id)}`)}>Open the JSON</a>
        </p>
      </div>
      <Failure error={recording["error"]} />
      <div class="columns">
        <section aria-labelledby="conversation">
          <h2 id="conversation">Conversation</h2>
          <Conversation messages={messages} addressOf={addressOf} />
          <FunctionCall response={recording["response_info"]} />
          <Fold title="Inputs" value={recording["inputs"]} />
          <Fold title="Tools that it could call" value={recording["tool_schema"]} />
          <Fold title="Output schema" value={recording["output_schema"]} />
          <Fold title="What was posted beside" value={recording["extra"]} />
        </section>
        <aside aria-label="About the call">
          <Timing recording={recording} />
          <CallFacts recording={recording} projectId={projectId} />
          <Spending recording={recording} />
          <Values title="Feedback" values={objectOf(recording["feedback"])} none="Nobody said anything of it yet." />
          <Values title="Evaluations" values={objectOf(recording["eval_results"])} />
          <Whereabouts whereabouts={whereabouts} projectId={projectId} />
        </aside>
      </div>
      <details class="card">
        <summary>As JSON, and as curl</summary>
        <pre tabindex={0}>
          <code id="as-curl">{curlOf(origin, projectId, id)}</code>
        </pre>
        {text.length > jsonCharsMax ? (
          <p class="hint">The JSON is too large for this page.</p>
        ) : (
          <pre tabindex={0} class="whole">
            <code id="whole-json">{escapeUnseen(JSON.stringify(recording, null, 2))}</code>
          </pre>
        )}
      </details>
    </>
  );
  return sendPage(c, { title: `Recording ${id}`, visitor, children });
});

function curlOf(origin: string, projectId: string, id: string): string {
  return `curl '${origin}${pageAddress(`/v1/recordings/${encodeURIComponent(id)}`, projectId)}' \\\n  -H "Authorization: Bearer $AIRCHECK_KEY"`;
}

function Failure({ error }: { error: Json | undefined }) {
  if (!isJsonObject(error)) return null;
  const { message, type } = error;
  return (
    <section class="problem" aria-label="Error">
      <h2>The call failed{typeof type === "string" ? <>: {<Word text={type} />}</> : null}</h2>
      {typeof message === "string" ? (
        <p>
          <Word text={message} />
        </p>
      ) : null}
      {Object.keys(error).some((key) => !["message", "type"].includes(key)) ? <JsonView value={error} charsMax={jsonCharsMax} /> : null}
    </section>
  );
}

/** The data model's `function_call_response`, which stands beside the messages. */
function FunctionCall({ response }: { response: Json | undefined }) {
  const call = isJsonObject(response) ? response["function_call_response"] : null;
  if (!isJsonObject(call)) return null;
  const { name, arguments: given = "" } = call;
  return (
    <section class="use">
      <h3>
        Calls the function{" "}
        <code>
          <Word text={shownText(name)} />
        </code>
      </h3>
      <JsonView value={given} charsMax={jsonCharsMax} />
    </section>
  );
}

function Fold({ title, value }: { title: string; value: Json | undefined }) {
  const isEmpty = value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
  if (isEmpty) return null;
  return (
    <details class="card">
      <summary>{title}</summary>
      <JsonView value={value} charsMax={jsonCharsMax} />
    </details>
  );
}
