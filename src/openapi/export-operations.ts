import { PageByIdQuery, PageBySeqQuery } from "../admit/query-string";
import { limits } from "../limits";
import { BatchesQuery } from "../manage/batches";
import { ExportQuery } from "../manage/exports";
import { jsonBody, type Operations } from "./operation";

const tag = "exports";

/** What the routes of exports do. */
export const exportOperations: Operations = {
  "/v1/destinations": {
    post: {
      id: "makeDestination",
      tag,
      summary: "Make a destination; a webhook's secret is shown once",
      scopes: "admin",
      success: { "201": ["The destination", "Destination"] },
      refusals: ["400", "404", "409", "413", "415"],
      body: jsonBody("DestinationRequest", { kind: "webhook", url: "https://hooks.example.com/aircheck", project_id: "demo" }),
    },
    get: {
      id: "listDestinations",
      tag,
      summary: "The destinations, without their secrets",
      scopes: "admin",
      success: { "200": ["A page", "DestinationPage"] },
      refusals: ["400"],
      query: PageByIdQuery,
    },
  },
  "/v1/destinations/{id}": {
    get: {
      id: "getDestination",
      tag,
      summary: "One destination",
      scopes: "admin",
      success: { "200": ["The destination", "Destination"] },
      refusals: ["404"],
    },
    patch: {
      id: "changeDestination",
      tag,
      summary: "Change a destination; batches that wait are tried at once, dead ones by a retry, and batches that are cut keep their form",
      scopes: "admin",
      success: { "200": ["The destination", "Destination"] },
      refusals: ["400", "404", "409", "413", "415"],
      body: jsonBody("DestinationChange", { paused: true }),
    },
    delete: {
      id: "deleteDestination",
      tag,
      summary: "Delete a destination and its batches; its objects stay",
      scopes: "admin",
      success: { "204": "Deleted" },
      refusals: ["404", "409"],
    },
  },
  "/v1/destinations/{id}/replay": {
    post: {
      id: "replayDestination",
      tag,
      summary: "Export again what comes behind a time or a place in the log, as a new generation",
      scopes: "admin",
      success: { "202": ["The destination with its new generation", "Destination"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("ReplayRequest", { from: "2026-01-01T00:00:00Z" }),
    },
  },
  "/v1/destinations/{id}/retry": {
    post: {
      id: "retryDestination",
      tag,
      summary: `Try the dead batches of the current generation at once, the oldest first, up to ${limits.batchesRevivedMax} a call`,
      scopes: "admin",
      success: { "202": ["How many wait now; `more` says that others are dead still", "RetriedBatches"] },
      refusals: ["404"],
    },
  },
  "/v1/destinations/{id}/batches": {
    get: {
      id: "listBatches",
      tag,
      summary: "The batches of a destination, newest first, and how far it is behind",
      scopes: "read, admin",
      success: { "200": ["A page", "BatchPage"] },
      refusals: ["400", "404"],
      query: BatchesQuery,
    },
  },
  "/v1/destinations/{id}/batches/{batch}": {
    get: {
      id: "getBatch",
      tag,
      summary: "One batch with its objects",
      scopes: "read, admin",
      success: { "200": ["The batch", "Batch"] },
      refusals: ["404"],
    },
  },
  "/v1/destinations/{id}/batches/{batch}/retry": {
    post: {
      id: "retryBatch",
      tag,
      summary: "Try a dead or waiting batch at once",
      scopes: "admin",
      success: { "202": ["The batch, waiting", "Batch"] },
      refusals: ["404", "409"],
    },
  },
  "/v1/exports": {
    post: {
      id: "cutBatches",
      tag,
      summary: `Cut what is committed for every destination now, up to ${limits.batchesCutMax} batches each`,
      scopes: "admin, of all projects",
      success: { "202": ["The batches cut; `more` says that others wait", "CutBatches"] },
    },
    get: {
      id: "listExports",
      tag,
      summary: "The batches of the default destination, newest first",
      scopes: "read or admin, of all projects",
      success: { "200": ["A page", "ExportPage"] },
      refusals: ["400"],
      query: PageBySeqQuery,
    },
  },
  "/v1/exports/{id}": {
    get: {
      id: "getExport",
      tag,
      summary: "What a batch wrote to the collector's own bucket: gzip NDJSON as a whole, or one object",
      scopes: "read, admin",
      success: { "200": ["gzip NDJSON, or Parquet", { types: ["application/gzip", "application/vnd.apache.parquet"] }] },
      refusals: ["400", "404", "409"],
      query: ExportQuery,
    },
  },
};
