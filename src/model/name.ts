import * as z from "zod";

/** Text for a column. D1 folds NUL and lone surrogates, so neither may be in it: what is answered would not be what was sent. */
export function columnText(charsMax: number) {
  return z
    .string()
    .max(charsMax)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "must be well-formed text without NUL");
}
