/** JSON as a caller has it. */
export type JsonObject = Record<string, unknown>;

/** A message in the provider's own shape. */
export type Message = object;

/** One call and the conversation that it is part of: the data model's RecordPayload, in camelCase. What is in messages, inputs, metadata, parameters and tools stays as it is. */
export interface RecordPayload {
  /** 1–128 characters of `A–Z a–z 0–9 _ . : @ -`; a UUIDv7 is made where there is none. The same id again changes nothing. */
  id?: string;
  /** Not needed with a key of one project. */
  projectId?: string;
  /** The whole conversation so far, the answer included. */
  allMessages: readonly Message[];
  /** The variables of the prompt. */
  inputs?: JsonObject;
  sessionInfo?: { sessionId?: string; customMetadata?: JsonObject };
  callInfo?: CallInfo;
  responseInfo?: { isComplete?: boolean; functionCallResponse?: { name: string; arguments: string } };
  testRunInfo?: { testRunId: string; testCaseId: string };
  /** As the provider takes them. */
  toolSchema?: readonly object[] | object;
  outputSchema?: object;
  promptInfo?: { promptTemplateVersionId?: string; promptTemplateId?: string; environment?: string };
  environment?: string;
  /** The trace or recording that it belongs to. */
  parentId?: string;
  /** Results of your own evaluations, by name. */
  evalResults?: JsonObject;
  mediaInputs?: JsonObject;
  /** Of a call that failed. */
  error?: { type?: string; message: string };
}

export interface CallInfo {
  provider: string;
  model: string;
  /** Unix seconds with a fraction, or ISO 8601 with a zone; both times or neither. */
  startTime?: number | string;
  endTime?: number | string;
  modelParameters?: JsonObject;
  /** The provider's own object, or `{ promptTokens, completionTokens }`. A missing side is estimated. */
  usage?: object;
  providerInfo?: unknown;
  /** `batch` is priced at the provider's batch price. */
  apiStyle?: string;
}
