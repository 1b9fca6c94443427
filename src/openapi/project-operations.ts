import { PageByIdQuery } from "../admit/query-string";
import { limits } from "../limits";
import { jsonBody, type Operations } from "./operation";
import { deletion } from "./session-operations";

const tag = "projects";
const readers = "read, admin";

/** What the routes of projects, their prices and their keys do. */
export const projectOperations: Operations = {
  "/v1/projects": {
    get: {
      id: "listProjects",
      tag,
      summary: "The projects that the key can see",
      scopes: readers,
      success: { "200": ["A page", "ProjectPage"] },
      refusals: ["400"],
      query: PageByIdQuery,
    },
  },
  "/v1/projects/{id}": { delete: deletion("project", { id: "deleteProject", tag }) },
  "/v1/projects/{project}/prices": {
    put: {
      id: "setPrices",
      tag,
      summary: "Set the project's own prices, all of them at once; the next recordings are priced by them",
      scopes: "admin",
      success: { "200": ["The prices and their version", "Prices"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("PricesRequest", {
        overrides: [{ provider: "openai", model: "gpt-4o*", usd_per_million: { input: 2, output: 8, cache_read: 1 } }],
      }),
    },
    get: {
      id: "getPrices",
      tag,
      summary: "The project's own prices",
      scopes: readers,
      success: { "200": ["The newest version; 0 where there never was one", "Prices"] },
      refusals: ["400", "404"],
    },
  },
  "/v1/projects/{project}/reprice": {
    post: {
      id: "orderReprice",
      tag,
      summary: "Price the recordings of a window of time anew, in the background",
      scopes: "admin",
      success: { "202": ["Ordered", "Reprice"] },
      refusals: ["400", "404", "409", "413", "415"],
      body: jsonBody("RepriceRequest", { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }),
    },
  },
  "/v1/projects/{project}/reprice/{id}": {
    get: {
      id: "getReprice",
      tag,
      summary: "How far a repricing has come",
      scopes: readers,
      success: { "200": ["The repricing", "Reprice"] },
      refusals: ["400", "404"],
    },
  },
  "/v1/projects/{project}/calibrations": {
    get: {
      id: "listCalibrations",
      tag,
      summary: "What the project's own reported usage says of the estimates, by model",
      scopes: readers,
      success: { "200": ["Each model's ratio of reported to estimated tokens, null while none is used", "Calibrations"] },
      refusals: ["400", "404"],
    },
  },
  "/v1/keys": {
    post: {
      id: "makeKey",
      tag: "keys",
      summary: "Make a key; its text is shown once",
      scopes: "admin",
      success: { "201": ["The key and, in `key`, its text", "NewKey"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("KeyRequest", { scope: "browser", project_id: "demo", origins: ["https://app.example.com"], label: "The web app" }),
    },
    get: {
      id: "listKeys",
      tag: "keys",
      summary: "The keys, revoked ones included",
      scopes: "admin",
      success: { "200": ["A page", "KeyPage"] },
      refusals: ["400"],
      query: PageByIdQuery,
    },
  },
  "/v1/keys/{id}": {
    delete: {
      id: "revokeKey",
      tag: "keys",
      summary: `Revoke a key; it counts everywhere within ${limits.keyCacheSeconds} s`,
      scopes: "admin",
      success: { "204": "Revoked" },
      refusals: ["404"],
    },
  },
};
