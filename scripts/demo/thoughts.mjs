/**
 * What a model thought before an answer, as far as it shows it.
 *
 * @param {import("./random.mjs").Random} random
 * @param {Pick<import("./call.mjs").Asking, "answer" | "said">} asking
 * @returns {string}
 */
export function thoughtOf(random, { answer, said }) {
  if (answer.kind === "call") return `${random.pick(thoughts.call)} ${answer.name}(${Object.keys(answer.arguments).join(", ")}).`;
  if (said.at(-1)?.kind === "result") return random.pick(thoughts.result);
  return random.pick(said.length > 1 ? thoughts.more : thoughts.answer);
}

const thoughts = {
  call: [
    "The customer needs something that I cannot know without looking. I have all that the tool wants:",
    "Before I say a day or an amount I have to look it up:",
    "There is one tool for this, and the message has what it takes:",
  ],
  result: [
    "The tool has answered. I name the day and the amount as they stand there, promise nothing beyond them, and keep it short.",
    "That settles it. First the answer, then what happens next, then what the customer has to do. No excuses that nobody asked for.",
    "The state is clear from the result. The customer sounds a little impatient, so the date comes first.",
  ],
  answer: [
    "No tool is needed. The handbook's passages cover it; I answer in the customer's language and name the passage.",
    "The passages say all that there is to say here. No number beyond theirs, and one sentence of why.",
  ],
  more: [
    "This goes on from what I said before. The house rules have the numbers; two sentences will do.",
    "A question of detail. I should not repeat the whole conversation, only what is new.",
  ],
};
