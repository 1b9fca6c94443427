/** The first `charsMax` UTF-16 units of a text, or one less where they would tear a character in two. */
export function beginningOf(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? charsMax - 1 : charsMax);
}
