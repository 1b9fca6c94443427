/** What the seeded database is like, which seeds, queries and checks all go by. */
export const world = {
  /** Nine of ten recordings are its. */
  project: "large",
  /** The others', four of which are at work on any one day. */
  smallProjects: 20,
  days: 400,
  promptVersions: 40,
  /** One in fifty of the large project's recordings. */
  largeSession: "session-large",
  /** In the answer of one recording in 50,000, and of none. */
  rareWord: "zanzibar",
  missingWord: "quetzalcoatl",
} as const;

/** The times of one seeded database: `0` is its beginning, `1` its end, and the recordings are evenly spread between. */
export interface Times {
  startUs: number;
  at: (part: number) => string;
}

export function timesFrom(startUs: number): Times {
  return { startUs, at: (part) => new Date(startUs / 1000 + part * world.days * 86_400_000).toISOString() };
}

/** Models, with what a token of the prompt and of the completion costs, in nano-dollars; nobody knows what the last costs. */
export const models: [provider: string, model: string, promptNano: number | null, completionNano: number | null][] = [
  ["openai", "gpt-4o-mini", 150, 600],
  ["openai", "gpt-4o", 2500, 10_000],
  ["anthropic", "claude-sonnet-4-5", 3000, 15_000],
  ["anthropic", "claude-haiku-4-5", 1000, 5000],
  ["google", "gemini-2.5-flash", 300, 2500],
  ["google", "gemini-2.5-pro", 1250, 10_000],
  ["mistral", "mistral-small-latest", 100, 300],
  ["house", "own-llama", null, null],
];
