import { clientOperations } from "./client-operations";
import { testRunOperations } from "./dataset-operations";
import { exportOperations } from "./export-operations";
import { freeplayOperations } from "./freeplay-operations";
import { metricsOperations } from "./metrics-operations";
import type { Operations } from "./operation";
import { projectOperations } from "./project-operations";
import { recordingOperations } from "./recording-operations";
import { searchOperations } from "./search-operations";
import { sessionOperations } from "./session-operations";

const tag = "collector";

const collectorOperations: Operations = {
  "/": {
    get: {
      id: "getHome",
      tag,
      summary: "What this is and where to go",
      scopes: "",
      success: { "200": ["A page for browsers, text for others", { types: ["text/html", "text/plain"] }] },
    },
  },
  "/healthz": {
    get: { id: "getHealth", tag, summary: "Whether the Worker runs", scopes: "", success: { "200": ["It does", "Health"] } },
  },
  "/readyz": {
    get: {
      id: "getReadiness",
      tag,
      summary: "Whether recordings can be stored now: D1 and its size, what is spooled, how far exports are behind",
      scopes: "",
      success: { "200": ["It is ready", "Readiness"], "503": ["D1 does not answer", "Readiness"] },
    },
  },
  "/openapi.json": {
    get: { id: "getDescription", tag, summary: "This description", scopes: "", success: { "200": ["OpenAPI 3.1", "Description"] } },
  },
  "/docs": {
    get: {
      id: "getDocs",
      tag,
      summary: "The same for people",
      scopes: "",
      success: { "200": ["A page", { types: ["text/html"] }] },
    },
  },
};

/** What each route does, path by path and method by method. Freeplay's stand here without `/api`. */
export const operations: Operations = {
  ...recordingOperations,
  ...sessionOperations,
  ...metricsOperations,
  ...exportOperations,
  ...projectOperations,
  ...clientOperations,
  ...freeplayOperations,
  ...searchOperations,
  ...testRunOperations,
  ...collectorOperations,
};

/** Whether a path is there with `/api` before it too, which is where the SDKs' base URLs end. */
export function isFreeplay(path: string): boolean {
  return /^\/(v2|v1\/completion_feedback)\//.test(path);
}
