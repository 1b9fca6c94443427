import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { boundDatabase } from "../keep/bound-database";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { recordingHead } from "../model/recording-wire";
import { findHead, linesInRange } from "../store/log";
import { headsAt } from "../store/recordings";

/**
 * What is committed of a project behind a place of the log, as it comes, as server-sent events in the order of the log: `recording`
 * for one that is new or was changed, as it is by then, and `deleted`. Each event's id is its place, so a reader who comes back
 * with the last one misses nothing. Ends after a while.
 */
export async function* followLog(projectId: string, afterSeq: number, deps: Deps): AsyncGenerator<string> {
  const db = boundDatabase(deps.db, limits.readTimeoutMs);
  const untilMs = deps.now() + limits.tailMs;
  let place = afterSeq;
  let toldMs = deps.now();
  yield `retry: ${limits.tailRetryMs}\n\n${idLine(place)}\n`;
  while (deps.now() < untilMs) {
    try {
      const head = await findHead(db);
      if (head > place) {
        const toSeq = Math.min(head, place + limits.tailPlaces);
        yield (await eventsOf(projectId, { fromSeq: place, toSeq }, db)) + `${idLine(toSeq)}\n`;
        place = toSeq;
        toldMs = deps.now();
        if (toSeq < head) continue;
      }
    } catch (thrown) {
      if (!toCollectorError(thrown).retryable) {
        logEvent("tail_failed", { cause: causeText(thrown) });
        return;
      }
      // The database is away: the reader stays where he is, and goes on with it.
    }
    if (deps.now() - toldMs >= limits.tailSilenceMs) {
      yield ": nothing new\n\n";
      toldMs = deps.now();
    }
    await new Promise((resolve) => setTimeout(resolve, limits.tailPollMs));
  }
}

async function eventsOf(projectId: string, range: { fromSeq: number; toSeq: number }, db: D1Database): Promise<string> {
  const lines = await linesInRange(db, range, { projectId, environment: null });
  const seqs = lines.flatMap(({ subject }) => ("recordingSeq" in subject ? [subject.recordingSeq] : []));
  const heads = new Map((await headsAt(db, seqs)).map((recording) => [recording.seq, recording]));
  const events = lines.map(({ place, subject }) => {
    if ("deletedId" in subject) return event("deleted", place, { id: subject.deletedId, project_id: projectId });
    const recording = heads.get(subject.recordingSeq);
    // It was deleted meanwhile, which is told further on.
    if (recording === undefined) return "";
    const { provider, model } = recording;
    return event("recording", place, { ...recordingHead(recording), provider, model });
  });
  return events.join("");
}

function event(name: string, place: number, data: object): string {
  return `event: ${name}\n${idLine(place)}data: ${JSON.stringify(data)}\n\n`;
}

function idLine(place: number): string {
  return `id: ${place}\n`;
}
