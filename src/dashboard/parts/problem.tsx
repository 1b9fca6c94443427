import { Word } from "../chat/words";

/** What went wrong, in words that may hold what the caller sent. */
export function Problem({ text }: { text: string }) {
  return (
    <p class="problem" role="alert">
      <Word text={text} />
    </p>
  );
}
