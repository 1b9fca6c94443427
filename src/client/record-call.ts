import type { Recorder } from "./recorder";

export interface CallAbout {
  recorder: Pick<Recorder, "record">;
}

export async function recordCall<Request, Answer>(
  request: Request,
  call: (request: Request) => Answer | PromiseLike<Answer>,
  _about: CallAbout,
): Promise<Awaited<Answer>> {
  return await call(request);
}
