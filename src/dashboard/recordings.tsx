import { Hono } from "hono";
import { refusalText, toCollectorError } from "../errors";
import { parseJson } from "../model/json";
import type { KeptContent, RecordingContent } from "../model/recording";
import { latencyMs } from "../model/time";
import { listRecordings, readRecordingsQuery } from "../query/recordings-query";
import type { SearchPage } from "../store/search-places";
import { previewText } from "./chat/preview";
import { Word } from "./chat/words";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { costText, countText, durationText, Time } from "./parts/figures";
import { readFilters } from "./parts/filters";
import { Problem } from "./parts/problem";
import { filteredMaps, RecordingFilters } from "./recording-filters";
import { type Pages, visitedProject } from "./visitor";

/** `/recordings`: a table that can be filtered, and goes on by itself while it is looked at. */
export const recordingsPage = new Hono<Pages>();

recordingsPage.get("/recordings", async (c) => {
  const { visitor, deps } = c.var;
  const given = c.req.query();
  const filters = readFilters(given, filteredMaps, deps.now());
  // Words of the form become those of the API, so that the address can be shared, and asked of either.
  if (filters.moved !== null) return c.redirect(pageAddress("/recordings", visitor.projectId, filters.moved), 303);
  let page: SearchPage<KeptContent> | null = null;
  let problem: string | null = null;
  try {
    const query = readRecordingsQuery(filters.asked);
    if (visitor.projectId !== null) page = await listRecordings(visitedProject(c), query, deps);
  } catch (thrown) {
    const error = toCollectorError(thrown);
    if (error.code !== "bad_request") throw error;
    problem = refusalText(error);
  }
  const children = (
    <>
      <div class="heading">
        <h1>Recordings</h1>
        <p class="live" data-live-state="none" role="status">
          {given["cursor"] === undefined ? "" : "An older page"}
        </p>
      </div>
      <RecordingFilters given={filters.asked} projectId={visitor.projectId} since={filters.since} />
      {problem === null ? null : <Problem text={problem} />}
      {page === null ? null : <Results page={page} given={given} projectId={visitor.projectId} isFiltered={filters.isFiltered} />}
    </>
  );
  const isFirst = given["cursor"] === undefined && page !== null;
  return sendPage(c, {
    title: "Recordings",
    visitor,
    scripts: isFirst ? ["live"] : [],
    status: problem === null ? 200 : 400,
    children,
  });
});

interface ResultsProps {
  page: SearchPage<KeptContent>;
  given: Record<string, string>;
  projectId: string | null;
  isFiltered: boolean;
}

function Results({ page, given, projectId, isFiltered }: ResultsProps) {
  const { rows, nextCursor, isComplete, searchedToUs, notSearched } = page;
  const isFirst = given["cursor"] === undefined;
  return (
    <div data-live={isFirst ? pageAddress("/v1/tail", projectId) : undefined}>
      {rows.length === 0 ? (
        <Nothing isFiltered={isFiltered || !isFirst} projectId={projectId} />
      ) : (
        <Table rows={rows} projectId={projectId} />
      )}
      {isComplete ? null : (
        <p class="hint">
          Not all is looked through yet: this far back is <Time at={searchedToUs} />.
        </p>
      )}
      {notSearched === 0 ? null : (
        <p class="hint">
          {countText(notSearched)} very large recordings were passed over: this filter is about what stands in the bucket for them.
        </p>
      )}
      <nav class="paging" aria-label="More recordings">
        {isFirst ? null : <a href={pageAddress("/recordings", projectId, { ...given, project_id: null, cursor: null })}>To the newest</a>}
        {nextCursor === null ? null : (
          <a rel="next" href={pageAddress("/recordings", projectId, { ...given, project_id: null, cursor: nextCursor })}>
            {isComplete ? "Older" : "Look on"}
          </a>
        )}
      </nav>
    </div>
  );
}

function Table({ rows, projectId }: { rows: KeptContent[]; projectId: string | null }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Recordings">
      <table class="recordings as-cards">
        <thead>
          <tr>
            <th scope="col">Received</th>
            <th scope="col">Last message</th>
            <th scope="col">Model</th>
            <th scope="col" class="number">
              Tokens in
            </th>
            <th scope="col" class="number">
              out
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col" class="number">
              Latency
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row recording={row} projectId={projectId} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ recording, projectId }: { recording: KeptContent; projectId: string | null }) {
  const { id, provider, model, receivedUs, startedUs, endedUs, usage, cost, feedback, version } = recording;
  const content = recording.keptText === null ? null : (parseJson(recording.keptText) as RecordingContent);
  const preview = content === null ? "Too large for a list" : previewText(content.messages);
  return (
    <tr data-row={`${id} ${version}`}>
      <td>
        <Time at={receivedUs} />
      </td>
      <td class="preview">
        <a href={pageAddress(`/recordings/${encodeURIComponent(id)}`, projectId)}>
          <Word text={preview === "" ? id : preview} />
        </a>
        <span class="marks">
          {content?.error === undefined ? null : <span class="mark bad">error</span>}
          {content?.response_info?.["is_complete"] === false ? <span class="mark">incomplete</span> : null}
          {content?.environment === undefined ? null : (
            <span class="mark">
              <Word text={content.environment} />
            </span>
          )}
          {feedback === null ? null : <span class="mark good">feedback</span>}
        </span>
      </td>
      <td>
        <Word text={model ?? "–"} />
        <small>
          <Word text={provider ?? ""} />
        </small>
      </td>
      <Tokens side={usage.prompt} name="in" />
      <Tokens side={usage.completion} name="out" />
      <td class="number" title={cost.source}>
        {costText(cost.nanoUsd === null ? null : cost.nanoUsd / 1e9)}
      </td>
      <td class="number">{durationText(latencyMs(startedUs, endedUs))}</td>
    </tr>
  );
}

/** A number says where it comes from: what was estimated is marked. */
function Tokens({ side, name }: { side: KeptContent["usage"]["prompt"]; name: string }) {
  const isEstimated = side.source === "estimated";
  return (
    <td class="number" title={side.source} data-name={name}>
      {isEstimated ? <abbr title="estimated">≈</abbr> : null}
      {side.source === "deferred" ? "…" : countText(side.tokens)}
    </td>
  );
}

function Nothing({ isFiltered, projectId }: { isFiltered: boolean; projectId: string | null }) {
  if (isFiltered) {
    return (
      <p class="empty">
        Nothing here meets this filter. <a href={pageAddress("/recordings", projectId)}>Show all recordings</a>
      </p>
    );
  }
  return (
    <div class="empty">
      <p>Nothing was recorded in this project yet.</p>
      <p>
        <a href={pageAddress("/connect", projectId)}>Record a first call</a>, or run <code>npm run demo</code> to see a week of an invented
        product. It will show here by itself.
      </p>
    </div>
  );
}
