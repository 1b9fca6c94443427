/** What the keys of a trace's `fields` begin with that hold what was posted beside all that is known here. */
export const extraPrefix = "extra.";
