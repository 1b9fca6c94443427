import { Hono } from "hono";
import { refusalText, toCollectorError } from "../errors";
import { limits } from "../limits";
import { readSessionListQuery } from "../query/session-list";
import type { SearchPage } from "../store/search-places";
import { type FoundSession, searchSessions } from "../store/search-sessions";
import { Word } from "./chat/words";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { costText, countText, durationText, Time } from "./parts/figures";
import { type FilteredMap, type Filters, KeptMaps, keptMaps, MapField, readFilters, SinceField } from "./parts/filters";
import { shownText } from "./parts/json-values";
import { Problem } from "./parts/problem";
import { type Pages, visitedProject } from "./visitor";

/** `/sessions`: the sessions of a project, and what their recordings come to. */
export const sessionsPage = new Hono<Pages>();

const maps: readonly FilteredMap[] = ["metadata"];

sessionsPage.get("/sessions", async (c) => {
  const { visitor, deps } = c.var;
  const { projectId } = visitor;
  const given = c.req.query();
  const filters = readFilters(given, maps, deps.now());
  if (filters.moved !== null) return c.redirect(pageAddress("/sessions", projectId, filters.moved), 303);
  let page: SearchPage<FoundSession> | null = null;
  let problem: string | null = null;
  try {
    const { search } = readSessionListQuery(filters.asked);
    if (projectId !== null) page = await searchSessions(deps.db, visitedProject(c), search);
  } catch (thrown) {
    const error = toCollectorError(thrown);
    if (error.code !== "bad_request") throw error;
    problem = refusalText(error);
  }
  const children = (
    <>
      <h1>Sessions</h1>
      <Form filters={filters} projectId={projectId} />
      {problem === null ? null : <Problem text={problem} />}
      {page === null ? null : page.rows.length === 0 ? (
        <Nothing isFiltered={filters.isFiltered} projectId={projectId} />
      ) : (
        <Table rows={page.rows} projectId={projectId} />
      )}
      {page === null || page.isComplete ? null : (
        <p class="hint">
          Not all is looked through yet: this far back is <Time at={page.searchedToUs} />.
        </p>
      )}
      {page === null || page.nextCursor === null ? null : (
        <nav class="paging" aria-label="More sessions">
          <a rel="next" href={pageAddress("/sessions", projectId, { ...given, project_id: null, cursor: page.nextCursor })}>
            {page.isComplete ? "Older" : "Look on"}
          </a>
        </nav>
      )}
    </>
  );
  return sendPage(c, { title: "Sessions", visitor, status: problem === null ? 200 : 400, children });
});

function Form({ filters: { asked, since }, projectId }: { filters: Filters; projectId: string | null }) {
  return (
    <form method="get" action="/sessions" class="filters" role="search" aria-label="Filter">
      {projectId === null ? null : <input type="hidden" name="project_id" value={projectId} />}
      <div class="fields">
        <MapField map="metadata" label="Metadata" />
        <label>
          Test run
          <input name="test_run_id" value={asked["test_run_id"] ?? ""} />
        </label>
        <SinceField since={since} />
        <button>Filter</button>
      </div>
      {keptMaps(asked, maps).length === 0 ? null : <KeptMaps given={asked} maps={maps} />}
    </form>
  );
}

function Table({ rows, projectId }: { rows: FoundSession[]; projectId: string | null }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Sessions">
      <table class="as-cards">
        <thead>
          <tr>
            <th scope="col">Session</th>
            <th scope="col">First heard of</th>
            <th scope="col">Metadata</th>
            <th scope="col" class="number">
              Recordings
            </th>
            <th scope="col" class="number">
              Tokens
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col" class="number">
              From first to last
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((session) => (
            <Row session={session} projectId={projectId} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ session: { id, createdUs, metadata, sums }, projectId }: { session: FoundSession; projectId: string | null }) {
  const more = sums.isPartial ? "+" : "";
  const tokens =
    sums.promptTokens === null && sums.completionTokens === null ? null : (sums.promptTokens ?? 0) + (sums.completionTokens ?? 0);
  const ms = sums.startedUs === null || sums.endedUs === null ? null : Math.max(0, (sums.endedUs - sums.startedUs) / 1000);
  return (
    <tr>
      <td>
        <a href={pageAddress(`/sessions/${encodeURIComponent(id)}`, projectId)}>
          <Word text={id} />
        </a>
      </td>
      <td>
        <Time at={createdUs} />
      </td>
      <td class="marks-cell">
        <span class="marks">
          {Object.entries(metadata)
            .slice(0, 4)
            .map(([key, value]) => (
              <span class="mark">
                <Word text={`${key}: ${shownText(value).slice(0, 40)}`} />
              </span>
            ))}
        </span>
      </td>
      <td class="number" data-name="recordings" title={sums.isPartial ? `of its newest ${limits.summedRecordingsMax}` : undefined}>
        {countText(sums.recordings)}
        {more}
      </td>
      <td class="number" data-name="tokens">
        {countText(tokens)}
        {more}
      </td>
      <td class="number">
        {costText(sums.costNanoUsd === null ? null : sums.costNanoUsd / 1e9)}
        {more}
      </td>
      <td class="number">{durationText(ms)}</td>
    </tr>
  );
}

function Nothing({ isFiltered, projectId }: { isFiltered: boolean; projectId: string | null }) {
  if (isFiltered) {
    return (
      <p class="empty">
        No session meets this filter. <a href={pageAddress("/sessions", projectId)}>Show all sessions</a>
      </p>
    );
  }
  return (
    <p class="empty">
      A session holds the recordings of one conversation or task: name it with <code>session_info.session_id</code>.{" "}
      <a href={pageAddress("/connect", projectId)}>Record a first call</a>
    </p>
  );
}
