/**
 * A model's own name out of what its host calls it: without the maker's or the gateway's path (`openai/gpt-4o`,
 * `models/gemini-2.5-pro`, `@cf/meta/llama-3`, an ARN), the region and maker of Bedrock (`us.anthropic.claude-…`),
 * the mark of a fine-tuned model (`ft:gpt-4o:org::id`) and what a gateway adds (`:free`). In lower case.
 */
export function modelName(model: string): string {
  let name = model.trim().toLowerCase();
  // The path ends before the first colon but in an ARN: what follows a colon is a fine-tune's own name, which may hold anything.
  const colon = name.startsWith("arn:") ? name.length : name.indexOf(":") === -1 ? name.length : name.indexOf(":");
  name = name.slice(name.lastIndexOf("/", colon) + 1);
  name = name.replace(/:(?:free|beta|nitro|floor|online|extended|exacto|thinking)$/, "");
  // `org/ft:gpt-4o:…` and `ft:gpt-4o:…` alike.
  name = name.replace(/^ft:/, "");
  return name.replace(bedrockPrefix, "").replace(/^(?:databricks|azure|openai|vertex|bedrock|snowflake)[-.](?=[a-z])/, "");
}

/** Bedrock's inference profile (`us.`, `apac.`, `global.`) and maker. */
const bedrockPrefix =
  /^(?:(?:us-gov|us|eu|apac|jp|au|ca|sa|global)\.)?(?:(?:anthropic|amazon|meta|mistral|cohere|deepseek|openai|qwen|ai21|google|minimax|nvidia|moonshot|zai|writer|twelvelabs|stability)\.)?/;
