import { integer, integerOrNull, listOf, nextCursor, numberOrNull, objectOf, objectOrNull } from "./schema-parts";
import { text, textOrNull, time, timeOrNull, truth } from "./schema-parts";

const counts = {
  received: { ...integer, description: "stored + duplicates + rejected_total + spooled" },
  stored: integer,
  duplicates: { ...integer, description: "Deliveries of what was stored already" },
  differing: { ...integer, description: "Those of them that brought another content; the first stays" },
  rejected: { type: "object", description: "By the error's code", additionalProperties: integer },
  rejected_total: integer,
  spooled: { ...integer, description: "Accepted and safe, and not in D1 yet" },
};

const exportStatus = objectOf({
  destination: text,
  state: { enum: ["waiting", "exported", "dead", "not_wanted"] },
  batch: { ...textOrNull, description: "The batch that holds its first version" },
});

const rejection = objectOf({ at: time, request_id: text, code: text, paths: listOf(text) });

const status = objectOf(
  {
    id: text,
    project_id: text,
    status: { enum: ["stored", "spooled", "deleted", "rejected"] },
    received_at: timeOrNull,
    seq: integerOrNull,
    version: integerOrNull,
    exports: { type: ["array", "null"], items: exportStatus, description: "null while D1 does not answer" },
    spooled: { ...integerOrNull, description: "Deliveries of it that wait to be stored; null where the bucket does not answer" },
    duplicates: objectOrNull({ count: integer, differing: integer, last_at: timeOrNull }, "Deliveries after the first, of the last day"),
    rejections: {
      type: ["array", "null"],
      description: "The newest first, among the newest refused ids of the project",
      items: rejection,
    },
  },
  { deleted_at: { ...timeOrNull, description: "Absent while D1 does not answer" } },
);

const readyExport = objectOf({
  destination: text,
  paused: truth,
  lag_changes: integer,
  oldest_at: timeOrNull,
  open_batches: integer,
  dead_batches: integer,
});

/** The schemas of the ledger, of one recording's status, and of readiness. */
export function describeLedgerSchemas(): Record<string, unknown> {
  return {
    Ledger: objectOf({
      from: time,
      to: time,
      ledger: listOf(objectOf({ project_id: text, hour: time, ...counts })),
      totals: objectOf(counts),
      spooled_is_at_least: { ...truth, description: "Whether more is spooled than was counted" },
      next_cursor: nextCursor,
    }),
    RecordingStatus: status,
    Readiness: objectOf({
      status: { enum: ["ok", "unavailable"] },
      d1: objectOf({ answers: truth, bytes: integerOrNull, bytes_max: integer, share: numberOrNull }),
      spool: objectOrNull({ objects: integer, is_at_least: truth }, "What is accepted and not in D1 yet"),
      exports: { type: ["array", "null"], items: readyExport },
    }),
  };
}
