/** The bounds of the dashboard. */
export const dashboardLimits = {
  /** Seconds that a browser stays signed in: 30 days. The key itself counts anyhow: one that is revoked or expires signs out. */
  signedInSeconds: 2_592_000,
  /** Projects that the dashboard lets choose among: a list for eyes. Any other is reached by its address. */
  projectsShown: 200,
} as const;
