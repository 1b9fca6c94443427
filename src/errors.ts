/** What went wrong, in one word that a program can read, and the status HTTP gives it. `refused` is another's no to us: an export destination's. */
const statusOf = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  refused: 502,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof statusOf;
export type ErrorStatus = (typeof statusOf)[ErrorCode];

/** One field that is wrong: its path in snake_case, and why. Never its value. */
export interface Issue {
  path: string;
  message: string;
}

interface Details {
  cause?: unknown;
  issues?: Issue[];
  /** How long the other side asks to be left alone, where it said so; or after how long asking again is worth it, where the code does not tell. */
  retryAfterSeconds?: number;
  /** Whether nobody answered: what was asked may have been done, or be done yet. */
  isTimeOut?: boolean;
  /** Whether it is the fault of where an export goes, rather than of the collector's own database or bucket. */
  isOutside?: boolean;
}

/** The one error. `message` and `issues` are for the caller and hold none of his data; `cause` is for the log. */
export class CollectorError extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly isTimeOut: boolean;
  readonly isOutside: boolean;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = "CollectorError";
    this.code = code;
    this.issues = details.issues;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.isTimeOut = details.isTimeOut ?? false;
    this.isOutside = details.isOutside ?? false;
  }

  get status(): ErrorStatus {
    return statusOf[this.code];
  }

  /** Whether the same again may succeed: what Retry-After and the store's further tries are decided by. */
  get retryable(): boolean {
    return this.status === 503 || this.status === 429;
  }
}

/** An error as it is answered, of a request or of one item of a post. */
export function errorAnswer({ message, code, issues }: CollectorError): { message: string; code: ErrorCode; issues?: Issue[] } {
  return { message, code, ...(issues === undefined ? {} : { issues }) };
}

/** What was thrown, as the one error: anything unknown is a fault of ours. */
export function toCollectorError(thrown: unknown): CollectorError {
  if (thrown instanceof CollectorError) return thrown;
  return new CollectorError("internal", "The collector failed. The fault is logged under this request_id.", { cause: thrown });
}

/** An error as one text for people: what is wrong, and with what. */
export function refusalText({ message, issues = [] }: CollectorError): string {
  return [message, ...issues.map((issue) => `${issue.path} ${issue.message}.`)].join(" ");
}
