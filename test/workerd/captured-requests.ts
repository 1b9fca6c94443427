import nodeRequests from "../fixtures/freeplay-requests-node-0.3.1.json";
import pythonRequests from "../fixtures/freeplay-requests-python-0.6.1.json";

/** A request as an SDK was captured sending it. */
export interface CapturedRequest {
  /** Of the call that made it. */
  name: string;
  route: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Null is none. */
  body: unknown;
}

/** The project that the SDKs were pointed at when their requests were captured. */
export const sdkProject = "99999999-9999-4999-8999-999999999999";

/** Everything that the SDKs were captured sending, each in its order. */
export const capturedRequests: { sdk: string; requests: CapturedRequest[] }[] = [
  { sdk: "Node 0.3.1", requests: nodeRequests },
  { sdk: "Python 0.6.1", requests: pythonRequests },
];
