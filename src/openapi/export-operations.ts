import { limits } from "../limits";
import { jsonBody, type Operation, pageQuery } from "./operation";

const page = pageQuery(limits.listRowsMax, limits.listRowsDefault);

/** What the routes of exports do. */
export const exportOperations: Record<string, Record<string, Operation>> = {
  "/v1/destinations": {
    post: {
      summary: "Make a destination; a webhook's secret is shown once",
      scopes: "admin",
      success: { "201": ["The destination", "Destination"] },
      refusals: ["400", "404", "409", "413", "415"],
      body: jsonBody("DestinationRequest"),
    },
    get: {
      summary: "The destinations, without their secrets",
      scopes: "admin",
      success: { "200": ["A page", "DestinationPage"] },
      refusals: ["400"],
      query: page,
    },
  },
  "/v1/destinations/{id}": {
    get: {
      summary: "One destination",
      scopes: "admin",
      success: { "200": ["The destination", "Destination"] },
      refusals: ["404"],
    },
    patch: {
      summary: "Change a destination; batches that wait are tried at once, dead ones by a retry, and batches that are cut keep their form",
      scopes: "admin",
      success: { "200": ["The destination", "Destination"] },
      refusals: ["400", "404", "409", "413", "415"],
      body: jsonBody("DestinationChange"),
    },
    delete: {
      summary: "Delete a destination and its batches; its objects stay",
      scopes: "admin",
      success: { "204": "Deleted" },
      refusals: ["404", "409"],
    },
  },
  "/v1/destinations/{id}/replay": {
    post: {
      summary: "Export again what comes behind a time or a place in the log, as a new generation",
      scopes: "admin",
      success: { "202": ["The destination with its new generation", "Destination"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("ReplayRequest"),
    },
  },
  "/v1/destinations/{id}/retry": {
    post: {
      summary: `Try the dead batches of the current generation at once, the oldest first, up to ${limits.batchesRevivedMax} a call`,
      scopes: "admin",
      success: { "202": ["How many wait now; `more` says that others are dead still", "RetriedBatches"] },
      refusals: ["404"],
    },
  },
  "/v1/destinations/{id}/batches": {
    get: {
      summary: "The batches of a destination, newest first, and how far it is behind",
      scopes: "read, admin",
      success: { "200": ["A page", "BatchPage"] },
      refusals: ["400", "404"],
      query: { ...page, state: "cut, written, dead or superseded", generation: "Another than the current one" },
    },
  },
  "/v1/destinations/{id}/batches/{batch}": {
    get: {
      summary: "One batch with its objects",
      scopes: "read, admin",
      success: { "200": ["The batch", "Batch"] },
      refusals: ["404"],
    },
  },
  "/v1/destinations/{id}/batches/{batch}/retry": {
    post: {
      summary: "Try a dead or waiting batch at once",
      scopes: "admin",
      success: { "202": ["The batch, waiting", "Batch"] },
      refusals: ["404", "409"],
    },
  },
  "/v1/exports": {
    post: {
      summary: `Cut what is committed for every destination now, up to ${limits.batchesCutMax} batches each`,
      scopes: "admin, of all projects",
      success: { "202": ["The batches cut; `more` says that others wait", "ExportPage"] },
    },
    get: {
      summary: "The batches of the default destination, newest first",
      scopes: "read or admin, of all projects",
      success: { "200": ["A page", "ExportPage"] },
      refusals: ["400"],
      query: page,
    },
  },
  "/v1/exports/{id}": {
    get: {
      summary: "What a batch wrote to the collector's own bucket: gzip NDJSON as a whole, or one object",
      scopes: "read, admin",
      success: { "200": "gzip NDJSON, or Parquet" },
      answerType: "application/octet-stream",
      refusals: ["400", "404", "409"],
      query: { object: "Which of its objects, from 0 on; all of them where none is named, which Parquet cannot" },
    },
  },
};
