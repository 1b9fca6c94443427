import { arabic } from "./languages/arabic.mjs";
import { chinese } from "./languages/chinese.mjs";
import { english } from "./languages/english.mjs";
import { german } from "./languages/german.mjs";
import { japanese } from "./languages/japanese.mjs";
import { spanish } from "./languages/spanish.mjs";

/**
 * @typedef {"order" | "advice" | "return" | "care" | "repair"} Topic
 *
 * @typedef {object} Language what the shop's customers and its assistant say in one language; words in braces are filled in
 * @property {string} code
 * @property {string} locale how it writes dates and amounts
 * @property {string[]} countries
 * @property {Record<string, string>} kinds what each kind of instrument is called
 * @property {Record<Topic, { subject: string, ask: string[], fits: number[], answer: string[] }>} topics `subject` is a mail's, `fits` is which answer each question has
 * @property {{ topics: string[], ask: string, answer: string }[]} followUps what is asked after these topics
 * @property {{ up: string[], down: string[] }} comments what users say of an answer
 */

/** Which language a customer writes in, the house's own first: the shop is in Europe and sends everywhere. */
export const languages = /** @type {const} */ ([
  [english, 40],
  [german, 22],
  [spanish, 13],
  [japanese, 10],
  [chinese, 9],
  [arabic, 6],
]);

/**
 * A question about a topic and the answer that fits it, with blanks.
 *
 * @param {import("./random.mjs").Random} random
 * @param {Language} language
 * @param {Topic} topic
 * @returns {{ topic: Topic, ask: string, answer: string, isFirst: boolean }} `isFirst` of the topic's answers
 */
export function pickExchange(random, { topics }, topic) {
  const { ask, fits, answer } = topics[topic];
  const index = random.integer(0, ask.length - 1);
  return { topic, ask: ask[index], answer: answer[fits[index]], isFirst: fits[index] === 0 };
}

/**
 * A sentence with its blanks filled in.
 *
 * @param {string} text
 * @param {Record<string, string>} facts
 * @returns {string}
 */
export function fillIn(text, facts) {
  return text.replace(/\{(\w+)\}/g, (blank, name) => facts[name] ?? blank);
}

/**
 * An amount of euros as the language writes it.
 *
 * @param {number} euros
 * @param {Language} language
 * @returns {string}
 */
export function writeEuros(euros, { locale }) {
  return formatsOf(locale).euros.format(euros);
}

/**
 * A day as the language writes it.
 *
 * @param {number} ms
 * @param {Language} language
 * @returns {string}
 */
export function writeDay(ms, { locale }) {
  return formatsOf(locale).day.format(ms);
}

/** One for each language: making one takes longer than a hundred uses of it. */
const formats = new Map();

function formatsOf(locale) {
  const known = formats.get(locale);
  if (known !== undefined) return known;
  const made = {
    euros: new Intl.NumberFormat(locale, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }),
    day: new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" }),
  };
  formats.set(locale, made);
  return made;
}
