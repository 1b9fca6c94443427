import { DestinationChange, DestinationRequest, ReplayRequest } from "../manage/destination-request";
import {
  integer,
  integerOrNull,
  listOf,
  objectOf,
  pageOf,
  refTo,
  text,
  textOrNull,
  time,
  timeOrNull,
  truth,
  schemaOf,
} from "./schema-parts";

const destination = objectOf(
  {
    id: text,
    label: textOrNull,
    kind: { enum: ["r2", "s3", "webhook"] },
    project_id: textOrNull,
    environment: textOrNull,
    format: { enum: ["ndjson", "parquet"] },
    content: { enum: ["full", "metadata_only"] },
    paused: truth,
    generation: { ...text, description: "One run over the log; a replay begins another" },
    cursor_seq: { ...integer, description: "All of the log up to here is cut into batches" },
    failures: { ...integer, description: "Deliveries that failed since the last that did not" },
    held_until: { ...timeOrNull, description: "Nothing is tried before, after a failure" },
    created_at: time,
    updated_at: time,
  },
  {
    prefix: { ...text, description: "What the keys of objects begin with" },
    endpoint: text,
    region: text,
    bucket: text,
    access_key_id: text,
    url: text,
    secret: { ...text, description: "A webhook's, when it is made: it is shown once" },
  },
);

const exportObject = objectOf({
  key: { ...textOrNull, description: "null for a webhook's body" },
  project_id: textOrNull,
  date: { ...textOrNull, description: "The UTC day of the commits" },
  rows: integer,
  bytes: integer,
  sha256: text,
  min_committed_at: timeOrNull,
  max_committed_at: timeOrNull,
});

const batch = objectOf({
  id: text,
  destination: text,
  generation: text,
  state: { enum: ["cut", "written", "dead", "superseded"] },
  from_seq: integer,
  to_seq: integer,
  format: { enum: ["ndjson", "parquet", null] },
  content: { enum: ["full", "metadata_only", null], description: "null, as the format is, where the batch's row is corrupt" },
  changes: { ...integer, description: "Changes that the destination wanted when the batch was cut" },
  attempts: integer,
  last_error: textOrNull,
  cut_at: time,
  due_at: { ...timeOrNull, description: "When the next attempt is due; null where none is" },
  written_at: timeOrNull,
  rows: integerOrNull,
  objects: listOf(exportObject),
});

const generation = objectOf({
  generation: text,
  batches: integer,
  open: integer,
  dead: integer,
  from_seq: integer,
  to_seq: integer,
  first_cut_at: timeOrNull,
});

/** The schemas of destinations and their batches. Made when they are asked for, not when a Worker starts. */
export function describeExportSchemas(): Record<string, unknown> {
  return {
    DestinationRequest: schemaOf(DestinationRequest),
    DestinationChange: schemaOf(DestinationChange),
    ReplayRequest: schemaOf(ReplayRequest),
    Destination: destination,
    DestinationPage: pageOf("destinations", "Destination"),
    Batch: batch,
    BatchPage: pageOf("batches", "Batch", {
      destination: text,
      generation: text,
      head_seq: { ...integer, description: "The newest place of the log" },
      lag: {
        ...objectOf({ changes: integer, seconds: { type: "number" } }),
        description: "Places of the log that are not delivered, and the age of the oldest; what is dead is apart",
      },
      open_batches: integer,
      dead_batches: integer,
      generations: listOf(generation),
    }),
    RetriedBatches: objectOf({ destination: text, generation: text, retried: integer, more: truth }),
    ExportPage: pageOf("exports", "Batch"),
    CutBatches: objectOf({ exports: listOf(refTo("Batch")), more: truth }),
  };
}
