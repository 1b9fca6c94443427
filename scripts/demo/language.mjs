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
 * @property {Record<Topic, { ask: string[], answer: string[] }>} topics
 * @property {string[][]} followUps a question, and its answer
 * @property {{ up: string[], down: string[] }} comments what users say of an answer
 * @property {string[]} mailSubjects
 */

/** Which language a customer writes in: the shop is in Europe and sends everywhere. */
export const languages = /** @type {const} */ ([
  [english, 40],
  [german, 22],
  [spanish, 13],
  [japanese, 10],
  [chinese, 9],
  [arabic, 6],
]);

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
  return new Intl.NumberFormat(locale, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }).format(euros);
}

/**
 * A day as the language writes it.
 *
 * @param {number} ms
 * @param {Language} language
 * @returns {string}
 */
export function writeDay(ms, { locale }) {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" }).format(ms);
}
