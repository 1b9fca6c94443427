import { writeDay, writeEuros } from "./language.mjs";

const DAY_MS = 86_400_000;

/** What the shop sells: the demo's own models, which no maker has. */
const catalogue = [
  { sku: "GT-1040", name: "Marlow C-40", kind: "guitar", euros: 289 },
  { sku: "GT-1075", name: "Marlow C-75 Cedar", kind: "guitar", euros: 649 },
  { sku: "GT-1210", name: "Ardal Concert", kind: "guitar", euros: 1190 },
  { sku: "VN-2010", name: "Tessin Student 4/4", kind: "violin", euros: 349 },
  { sku: "VN-2055", name: "Tessin Atelier", kind: "violin", euros: 1280 },
  { sku: "VN-2008", name: "Tessin Junior 1/2", kind: "violin", euros: 299 },
  { sku: "VC-3010", name: "Brandau Cello 3/4", kind: "cello", euros: 890 },
  { sku: "VC-3040", name: "Brandau Meister", kind: "cello", euros: 2650 },
  { sku: "KB-4100", name: "Orrin P-88", kind: "piano", euros: 549 },
  { sku: "KB-4180", name: "Orrin Salon 2", kind: "piano", euros: 1390 },
  { sku: "CL-5020", name: "Vauclair B-20", kind: "clarinet", euros: 429 },
  { sku: "CL-5060", name: "Vauclair Grenadilla", kind: "clarinet", euros: 1580 },
  { sku: "TP-6015", name: "Holm Brass T-15", kind: "trumpet", euros: 379 },
  { sku: "TP-6090", name: "Holm Silver T-90", kind: "trumpet", euros: 1450 },
  { sku: "UK-7001", name: "Kailani Soprano", kind: "ukulele", euros: 59 },
  { sku: "UK-7012", name: "Kailani Tenor", kind: "ukulele", euros: 149 },
  { sku: "DR-8014", name: "Copperline 14x5.5", kind: "snare", euros: 319 },
  { sku: "DR-8020", name: "Copperline Maple", kind: "snare", euros: 498 },
];

/** The catalogue as the assistant is given it. */
export const catalogueText = catalogue.map(({ sku, name, kind, euros }) => `${sku} ${name}, ${kind}, ${euros} EUR`).join("\n");

const carriers = ["Postkurier", "NordExpress", "Paketfix"];
const cities = ["Hamburg", "Leipzig", "Utrecht"];

/** What the assistant is told of the house; passages are looked up for questions that are about them. */
export const handbook = [
  {
    id: "handbook/returns#1",
    text: "Returns. Instruments may be returned within 30 days of delivery without a reason, strings and reeds only unopened. Returns are free within the EU, the UK and Switzerland. The refund is made within three working days of arrival, by the way it was paid. Instruments made to measure and vouchers are excluded.",
  },
  {
    id: "handbook/returns#2",
    text: "Damage in transit. Ask for a photo of the box and of the damage. Offer an exchange first, a discount of up to 15 % second. Every case goes to the carrier within seven days. The customer never waits for the carrier's decision: we send the replacement at once.",
  },
  {
    id: "handbook/care#1",
    text: "Strings and reeds. Strings last three to four months at an hour a day; they sound dull long before they break. Change one at a time: bridge and sound post are held by the tension alone. Reeds rest in a case with a lid, at least three in rotation.",
  },
  {
    id: "handbook/care#2",
    text: "Climate and cleaning. 45 to 60 % relative humidity, 16 to 25 °C, never beside a radiator, in a window or in a car. Below 35 % for weeks tops crack along the grain. Wipe dry after playing; rosin comes off with a dry microfibre cloth; no alcohol and no furniture polish on any varnish.",
  },
  {
    id: "handbook/repairs#1",
    text: "Workshop. A crack in a top that follows the grain is glued and cleated: 90 to 240 euros, five to eight days. Loose braces 60 to 120 euros. Varnish is not touched up before the wood was looked at. The estimate is free. Warranty is three years on wood and workmanship, not on wear or on dry air.",
  },
  {
    id: "handbook/shipping#1",
    text: "Shipping. Parcels leave on working days until 15:00. Cellos and pianos go by forwarder with an appointment. Outside the EU the recipient pays customs; the papers are in a pouch on the outside. At two failed attempts the parcel waits in a branch for ten days.",
  },
];

/**
 * @typedef {object} Facts what one customer's conversation is about
 * @property {Record<string, string>} words for the blanks of sentences
 * @property {typeof catalogue[number]} item
 * @property {typeof catalogue[number]} other
 * @property {string} order
 * @property {string} dueDay as ISO has it
 * @property {string} carrier
 * @property {boolean} isFirst whether it is the first of the topic's answers
 */

/** What the handbook says of days: a branch keeps a parcel, an instrument may come back. */
const daysOf = { order: 10, advice: 30, return: 30 };

/** Which kinds a topic can be about: only what has a bow has strings, varnish and a bridge to be asked about in each language. */
const kindsOf = { care: ["violin", "cello"], repair: ["violin", "cello"], return: ["guitar", "violin", "cello", "ukulele"] };

/**
 * @param {import("./random.mjs").Random} random
 * @param {import("./language.mjs").Language} language
 * @param {{ topic: import("./language.mjs").Topic, isFirst: boolean }} exchange the first advice is of the dearer of two, the second of the cheaper
 * @param {number} atMs when the customer writes
 * @returns {Facts}
 */
export function makeFacts(random, language, { topic, isFirst }, atMs) {
  const kinds = kindsOf[topic];
  const { kind } = random.pick(catalogue.filter((one) => kinds === undefined || kinds.includes(one.kind)));
  const cheapFirst = catalogue.filter((one) => one.kind === kind).toSorted((a, b) => a.euros - b.euros);
  const place = random.integer(0, cheapFirst.length - 2);
  const pair = cheapFirst.slice(place, place + 2);
  const isDear = topic === "advice" ? isFirst : random.chance(0.4);
  const [item, other] = isDear ? pair.toReversed() : pair;
  const order = `R-${random.integer(61_000, 69_999)}`;
  const dueMs = atMs + random.integer(1, 6) * DAY_MS;
  const carrier = random.pick(carriers);
  const words = {
    item: item.name,
    other: other.name,
    kind: language.kinds[kind],
    order,
    carrier,
    city: topic === "repair" ? "Hamburg" : random.pick(cities),
    date: writeDay(dueMs, language),
    days: String(daysOf[topic] ?? random.integer(5, 8)),
    ...writeAmounts(random, language, item, other),
  };
  return { words, item, other, order, carrier, isFirst, dueDay: new Date(dueMs).toISOString().slice(0, 10) };
}

function writeAmounts(random, language, item, other) {
  const euros = {
    price: item.euros,
    otherPrice: other.euros,
    budget: Math.ceil(item.euros / 50) * 50 + 50,
    cost: random.integer(9, 24) * 10,
    casePrice: random.pick([79, 99, 129, 149]),
    fee: random.pick([19, 29, 39]),
    minimum: 200,
  };
  return Object.fromEntries(Object.entries(euros).map(([name, amount]) => [name, writeEuros(amount, language)]));
}
