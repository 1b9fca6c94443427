import type { JsonObject } from "../../model/json";
import { Word } from "../chat/words";
import { shownText } from "./json-values";

/** What a page is about, by its id or its name, and where its JSON is. */
export function Heading({ what, id, json }: { what: string; id: string; json: string }) {
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

/** A map of any values. Where it is empty, `none` says so, or there is nothing. */
export function Values({ title, values, none }: { title: string; values: JsonObject; none?: string }) {
  const entries = Object.entries(values);
  if (entries.length === 0 && none === undefined) return null;
  return (
    <section class="card">
      <h2>{title}</h2>
      {entries.length === 0 ? <p class="hint">{none}</p> : null}
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
