/** What a weight is expected to be, how far from that it may well be, and how far a variant's may be from its family's. */
interface Prior {
  value: number;
  spread: number;
  variantSpread: number;
}

/** What is expected of a family before its calls are looked at: about OpenAI's accounting, and a tokenizer that makes a little more of a text. */
export const priors: Record<"prompt" | "completion", Record<string, Prior>> = {
  prompt: {
    one: prior(3, 60, 40),
    messages: prior(3, 4, 3),
    systems: prior(0, 6, 6),
    assistants: prior(0, 4, 2),
    text: prior(1.1, 0.2, 0.1),
    thinking: prior(0.5, 0.5, 0.3),
    call: prior(1.1, 0.2, 0.1),
    result: prior(1.1, 0.2, 0.1),
    results: prior(10, 20, 12),
    arguments: prior(5, 8, 4),
    anyTools: prior(0, 300, 150),
    tools: prior(8, 15, 10),
    tool: prior(1.1, 0.3, 0.2),
    properties: prior(3, 6, 6),
    required: prior(0, 50, 50),
    named: prior(0, 15, 15),
    serial: prior(0, 150, 50),
    anySchema: prior(0, 40, 40),
    schema: prior(0.5, 0.6, 0.4),
    digits: prior(0.5, 0.5, 0.3),
    thinks: prior(0, 30, 15),
    sealed: prior(0, 20, 20),
    sealedUnits: prior(0, 0.2, 0.2),
  },
  completion: {
    one: prior(0, 4, 3),
    text: prior(1.1, 0.2, 0.1),
    thinking: prior(1, 0.5, 0.3),
    calls: prior(8, 20, 15),
    arguments: prior(5, 8, 4),
    required: prior(0, 15, 10),
    anyTools: prior(0, 3, 3),
    call: prior(1.1, 0.3, 0.15),
    digits: prior(0.5, 0.5, 0.3),
    hidden: prior(0, 60, 20),
    askedUnits: prior(0, 0.1, 0.05),
    saidUnits: prior(0, 0.3, 0.15),
    sealed: prior(0, 50, 30),
    sealedUnits: prior(0, 0.2, 0.1),
  },
};

/** Families that are expected to be like another: the newest Claude has few calls yet. */
export const parents: Record<string, string> = { "anthropic-new": "anthropic-4" };

/** What is known of a family before its calls are looked at: the newest Claude makes some 1.4 times as many tokens of a text as o200k_base. */
export const familyPriors: Record<string, Record<string, number>> = {
  "anthropic-new": { text: 1.4, call: 1.4, result: 1.4, tool: 1.5, thinking: 1.4 },
};

/** What is known of a variant before its calls are looked at: outside of Google's own API, Gemini's thoughts are not read again. */
export const variantPriors: Record<string, Record<string, number>> = {
  "gemini-3/hosted": { sealed: 0, sealedUnits: 0 },
  "gemini-2/hosted": { sealed: 0, sealedUnits: 0 },
};

/** What only some families have: nothing is expected of it elsewhere. */
export const rareNames = new Set([
  "digits",
  "properties",
  "arguments",
  "serial",
  "thinks",
  "hidden",
  "askedUnits",
  "saidUnits",
  "sealed",
  "sealedUnits",
]);

function prior(value: number, spread: number, variantSpread: number): Prior {
  return { value, spread, variantSpread };
}
