import { isJsonObject, type JsonObject } from "../model/json";
import { Word } from "./chat/words";
import { pageAddress } from "./parts/address";
import { listOf, shownText } from "./parts/json-values";

const stateWords: Record<string, string> = {
  waiting: "not yet",
  exported: "exported",
  dead: "refused, waits for a retry",
  not_wanted: "not wanted there",
};

/** Where the recording is kept, and where it was exported to. */
export function Whereabouts({ whereabouts, projectId }: { whereabouts: JsonObject | null; projectId: string }) {
  if (whereabouts === null) return null;
  const { status, version, exports, duplicates } = whereabouts;
  const repeats = isJsonObject(duplicates) ? duplicates["count"] : 0;
  return (
    <section class="card">
      <h2>Where it is</h2>
      <dl class="facts">
        <dt>Status</dt>
        <dd>
          {shownText(status)}
          {typeof version === "number" ? `, version ${version}` : null}
        </dd>
        {typeof repeats === "number" && repeats > 0 ? (
          <>
            <dt>Came again</dt>
            <dd>{repeats} times, and was kept once</dd>
          </>
        ) : null}
        {listOf(exports)
          .filter(isJsonObject)
          .map(({ destination, state }) => (
            <>
              <dt>
                <a href={pageAddress("/exports", projectId, { destination: shownText(destination) })}>
                  <Word text={shownText(destination)} />
                </a>
              </dt>
              <dd>{stateWords[shownText(state)] ?? shownText(state)}</dd>
            </>
          ))}
      </dl>
    </section>
  );
}
