import { Hono } from "hono";
import { CollectorError } from "../errors";
import { cutAllBatches } from "../export/cut";
import { limits } from "../limits";
import { retryBatch } from "../manage/batches";
import { knownDestination } from "../manage/destinations";
import { type Batch, batchId } from "../model/batch";
import type { Destination } from "../model/destination";
import { listBatches } from "../store/batches";
import { destinationLag, type DestinationLag, listDestinations } from "../store/destinations";
import { Word } from "./chat/words";
import { readOwnForm } from "./own-form";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { countText, durationText, Time } from "./parts/figures";
import type { Pages } from "./visitor";

/** `/exports`: where recordings go, how far behind that is, and what became of each batch. */
export const exportsPage = new Hono<Pages>();

exportsPage.get("/exports", async (c) => {
  const { visitor, deps } = c.var;
  if (!visitor.mayManage) return sendPage(c, { title: "Exports", visitor, children: <ForManagers /> });
  const { rows } = await listDestinations(deps.db, visitor.principal.projectId, limits.destinationsMax, "");
  const named = c.req.query("destination") ?? rows[0]?.id;
  const chosen = named === undefined ? null : await knownDestination(visitor.principal, named, deps);
  const cursor = c.req.query("cursor") ?? null;
  const [lags, page] = await Promise.all([
    Promise.all(rows.map(async ({ id }) => await destinationLag(deps.db, id))),
    chosen === null ? null : listBatches(deps.db, chosen, { state: null, limit: limits.listRowsDefault, cursor }),
  ]);
  const at = { projectId: visitor.projectId, nowMs: deps.now() };
  const children = (
    <>
      <div class="heading">
        <h1>Exports</h1>
        {visitor.principal.projectId === null ? (
          <form method="post" action={pageAddress("/exports/cut", at.projectId)}>
            {chosen === null ? null : <input type="hidden" name="destination" value={chosen.id} />}
            <button>Export what there is now</button>
          </form>
        ) : null}
      </div>
      <p class="lead">
        Each destination reads the log of all that was recorded and goes on by itself: a batch is cut when it is full or old enough.
      </p>
      {rows.length === 0 ? <p class="empty">No destination is of this key’s project. POST /v1/destinations makes one.</p> : null}
      <div class="cards">
        {rows.map((destination, index) => (
          <DestinationCard destination={destination} lag={lags[index] ?? null} isChosen={destination.id === chosen?.id} {...at} />
        ))}
      </div>
      {chosen === null || page === null ? null : <Batches of={chosen} rows={page.rows} nextCursor={page.nextCursor} {...at} />}
    </>
  );
  return sendPage(c, { title: "Exports", visitor, children });
});

exportsPage.post("/exports/cut", async (c) => {
  const { visitor, deps } = c.var;
  const { destination = null } = await readOwnForm(c);
  if (!visitor.mayManage || visitor.principal.projectId !== null)
    throw new CollectorError("forbidden", "It takes an admin key of all projects to export all that there is.");
  await cutAllBatches(deps);
  return c.redirect(pageAddress("/exports", visitor.projectId, { destination }), 303);
});

exportsPage.post("/exports/retry", async (c) => {
  const { visitor, deps } = c.var;
  const { destination = "", batch = "" } = await readOwnForm(c);
  if (!visitor.mayManage) throw new CollectorError("forbidden", "It takes an admin key to deliver a batch again.");
  await retryBatch(visitor.principal, destination, batch, deps);
  return c.redirect(pageAddress("/exports", visitor.projectId, { destination }), 303);
});

function ForManagers() {
  return (
    <>
      <h1>Exports</h1>
      <p class="empty">You signed in with a key that reads. Sign in with an admin key to see where recordings are exported to.</p>
    </>
  );
}

interface CardProps {
  destination: Destination;
  lag: DestinationLag | null;
  isChosen: boolean;
  projectId: string | null;
  nowMs: number;
}

function DestinationCard({ destination, lag, isChosen, projectId, nowMs }: CardProps) {
  const { id, label, selection, isPaused, failures, heldUntilUs } = destination;
  const state = isPaused
    ? "paused"
    : failures > 0
      ? `failing, ${failures} in a row`
      : (lag?.deadBatches ?? 0) > 0
        ? "has dead batches"
        : "well";
  return (
    <section class={`card ${isChosen ? "chosen" : ""}`}>
      <h2>
        <a href={pageAddress("/exports", projectId, { destination: id })} aria-current={isChosen ? "true" : undefined}>
          <Word text={label ?? id} />
        </a>{" "}
        <span class={`mark ${state === "well" ? "good" : isPaused ? "" : "bad"}`}>{state}</span>
      </h2>
      <dl class="facts">
        <dt>To</dt>
        <dd>
          <Word text={whereTo(destination)} />
        </dd>
        <dt>What</dt>
        <dd>
          {selection.projectId ?? "all projects"}
          {selection.environment === null ? null : (
            <>
              , <Word text={selection.environment} />
            </>
          )}
          , {selection.format}, {selection.content === "full" ? "whole recordings" : "without contents"}
        </dd>
        <dt>Behind</dt>
        <dd>
          {countText(lag?.changes ?? null)} {lag?.changes === 1 ? "change" : "changes"}
          {lag?.oldestUs == null ? "" : `, ${durationText(Math.max(0, nowMs - lag.oldestUs / 1000))}`}
        </dd>
        <dt>Batches</dt>
        <dd>
          {countText(lag?.openBatches ?? null)} on their way, {countText(lag?.deadBatches ?? null)} dead
        </dd>
        {failures === 0 ? null : (
          <>
            <dt>Next try</dt>
            <dd>
              <Time at={heldUntilUs} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function whereTo({ target, selection }: Destination): string {
  if (target.kind === "r2") return `the collector’s own bucket, ${selection.prefix}`;
  if (target.kind === "webhook") return target.url;
  return `${target.endpoint} ${target.bucket}, ${selection.prefix}`;
}

interface BatchesProps {
  of: Destination;
  rows: Batch[];
  nextCursor: string | null;
  projectId: string | null;
}

function Batches({ of: destination, rows, nextCursor, projectId }: BatchesProps) {
  if (rows.length === 0) {
    return <p class="empty">No batch was cut yet. One is, when there are recordings and they are some seconds old.</p>;
  }
  return (
    <>
      <h2>
        Batches of <Word text={destination.label ?? destination.id} />
      </h2>
      <div class="scroll" tabindex={0} role="region" aria-label="Batches">
        <table>
          <thead>
            <tr>
              <th scope="col">Cut</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Changes
              </th>
              <th scope="col" class="number">
                Objects
              </th>
              <th scope="col" class="number">
                Tries
              </th>
              <th scope="col">Last problem</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((batch) => (
              <BatchRow batch={batch} projectId={projectId} isOwn={destination.target.kind === "r2"} />
            ))}
          </tbody>
        </table>
      </div>
      {nextCursor === null ? null : (
        <nav class="paging" aria-label="More batches">
          <a rel="next" href={pageAddress("/exports", projectId, { destination: destination.id, cursor: nextCursor })}>
            Older
          </a>
        </nav>
      )}
    </>
  );
}

function BatchRow({ batch, projectId, isOwn }: { batch: Batch; projectId: string | null; isOwn: boolean }) {
  const id = batchId(batch);
  const objects = batch.manifest?.objects.filter(({ key }) => key !== null) ?? [];
  return (
    <tr>
      <td>
        <Time at={batch.cutUs} />
      </td>
      <td>
        <span class={`mark ${batch.state === "written" ? "good" : batch.state === "dead" ? "bad" : ""}`}>{batch.state}</span>
        {batch.state !== "dead" ? null : (
          <form method="post" action={pageAddress("/exports/retry", projectId)}>
            <input type="hidden" name="destination" value={batch.destination} />
            <input type="hidden" name="batch" value={id} />
            <button class="quiet">Try again</button>
          </form>
        )}
      </td>
      <td class="number">{countText(batch.changes)}</td>
      <td class="number">
        {isOwn && batch.state === "written"
          ? objects.map((object, index) => (
              <>
                <a href={`/v1/exports/${id}?object=${index}`} download>
                  {object.part === null ? "object" : `${object.part.projectId} ${object.part.date}`}
                </a>
                <br />
              </>
            ))
          : countText(batch.manifest === null ? null : objects.length)}
      </td>
      <td class="number">{countText(batch.attempts)}</td>
      <td>
        <Word text={batch.lastError ?? ""} />
      </td>
    </tr>
  );
}
