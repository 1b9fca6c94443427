import { type Answer, askJson } from "./collector";

/** A million tokens of each side: the cost is the sum of the two prices. */
const million = { prompt_tokens: 1_000_000, completion_tokens: 1_000_000 };

/** A price of a project's own: 3 US dollars for such a call, which the table has at 12.5. */
export const own = { provider: "openai", model: "gpt-4o", usd_per_million: { input: 1, output: 2 } };

/** A call that is priced. */
export function pricedCall(project: string, id: string, more: Answer = {}): Answer {
  return {
    project_id: project,
    id,
    all_messages: [{ role: "user", content: "hi" }],
    call_info: { provider: "openai", model: "gpt-4o", start_time: 1_767_323_045, end_time: 1_767_323_046, usage: million, ...more },
  };
}

/** Puts a project's own prices. */
export async function putPrices(project: string, overrides: object[]): Promise<Answer> {
  const { status, json } = await askJson("PUT", `/v1/projects/${project}/prices`, { body: { overrides } });
  if (status !== 200) throw new Error(`PUT answered ${status}: ${JSON.stringify(json)}`);
  return json;
}
