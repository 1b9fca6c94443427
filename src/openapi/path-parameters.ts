import { Id } from "../model/id";
import { text, schemaOf } from "./schema-parts";

const meanings: Record<string, string> = {
  project: "The project's id",
  session: "The session's id",
  trace: "The trace's id",
  completion: "The recording's id",
  dataset: "The dataset's id",
  run: "The test run's id",
  batch: "The batch's id",
  sha256: "The SHA-256 of its bytes, as a link to it has it",
};

/** What `{id}` is of, by the part of the path before it. */
const meaningsOfId: Record<string, string> = {
  recordings: "The recording's id",
  sessions: "The session's id",
  traces: "The trace's id",
  keys: "The key's id, which is no secret",
  projects: "The project's id",
  reprice: "The repricing's id",
  destinations: "The destination's id; `default` is the collector's own bucket",
  exports: "The batch's id",
};

/** The parameters of a path, each with what it is the id of. */
export function pathParameters(path: string): unknown[] {
  return [...path.matchAll(/([^/]+)\/\{(\w+)\}/g)].map(([, before = "", name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: name === "id" ? meaningsOfId[before] : meanings[name],
    schema: name === "sha256" ? { ...text, pattern: "^[0-9a-f]{64}$" } : schemaOf(Id),
  }));
}
