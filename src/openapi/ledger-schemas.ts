import { integer, text, textOrNull } from "./schema-parts";

const time = { type: "string", format: "date-time" };
const timeOrNull = { type: ["string", "null"], format: "date-time" };
const booleanValue = { type: "boolean" };

const counts = {
  received: { ...integer, description: "stored + duplicates + rejected_total + spooled" },
  stored: integer,
  duplicates: { ...integer, description: "Deliveries of what was stored already" },
  differing: { ...integer, description: "Those of them that brought another content; the first stays" },
  rejected: { type: "object", description: "By the error's code", additionalProperties: integer },
  rejected_total: integer,
  spooled: { ...integer, description: "Accepted and safe, and not in D1 yet" },
};

const exportStatus = {
  type: "object",
  properties: {
    destination: text,
    state: { enum: ["waiting", "exported", "dead", "not_wanted"] },
    batch: { ...textOrNull, description: "The batch that holds its first version" },
  },
};

const readyExport = {
  type: "object",
  properties: {
    destination: text,
    paused: booleanValue,
    lag_changes: integer,
    oldest_at: timeOrNull,
    open_batches: integer,
    dead_batches: integer,
  },
};

/** The schemas of the ledger, of one recording's status, and of readiness. */
export function describeLedgerSchemas(): Record<string, unknown> {
  return {
    Ledger: {
      type: "object",
      properties: {
        from: time,
        to: time,
        ledger: { type: "array", items: { type: "object", properties: { project_id: text, hour: time, ...counts } } },
        totals: { type: "object", properties: counts },
        spooled_is_at_least: { ...booleanValue, description: "Whether more is spooled than was counted" },
        next_cursor: textOrNull,
      },
    },
    RecordingStatus: {
      type: "object",
      properties: {
        id: text,
        project_id: text,
        status: { enum: ["stored", "spooled", "deleted", "rejected"] },
        received_at: timeOrNull,
        seq: { type: ["integer", "null"] },
        version: { type: ["integer", "null"] },
        deleted_at: timeOrNull,
        exports: { type: ["array", "null"], items: exportStatus, description: "null while D1 does not answer" },
        spooled: {
          type: ["integer", "null"],
          description: "Deliveries of it that wait to be stored; null where the bucket does not answer",
        },
        duplicates: {
          type: ["object", "null"],
          description: "Deliveries after the first, of the last day",
          properties: { count: integer, differing: integer, last_at: timeOrNull },
        },
        rejections: {
          type: ["array", "null"],
          description: "The newest first, among the newest refused ids of the project",
          items: {
            type: "object",
            properties: { at: time, request_id: text, code: text, paths: { type: "array", items: text } },
          },
        },
      },
    },
    Readiness: {
      type: "object",
      properties: {
        status: { enum: ["ok", "unavailable"] },
        d1: {
          type: "object",
          properties: {
            answers: booleanValue,
            bytes: { type: ["integer", "null"] },
            bytes_max: integer,
            share: { type: ["number", "null"] },
          },
        },
        spool: { type: ["object", "null"], properties: { objects: integer, is_at_least: booleanValue } },
        exports: { type: ["array", "null"], items: readyExport },
      },
    },
  };
}
