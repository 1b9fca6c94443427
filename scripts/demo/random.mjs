/**
 * @typedef {object} Random numbers that look random and are the same for the same seed
 * @property {() => number} next from 0 up to 1
 * @property {(min: number, max: number) => number} integer both ends included
 * @property {(chance: number) => boolean} chance
 * @property {<T>(list: readonly T[]) => T} pick
 * @property {<T>(weights: readonly (readonly [T, number])[]) => T} weighted
 * @property {(median: number, spread: number) => number} logNormal most are near the median, and a few are many times it
 * @property {(name: string | number) => Random} fork one of its own for a part, so that what happens elsewhere does not change it
 */

/**
 * @param {string} seed
 * @returns {Random}
 */
export function makeRandom(seed) {
  const next = mulberry32(hashOf(seed));
  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (chance) => next() < chance,
    pick: (list) => list[Math.floor(next() * list.length)],
    weighted: (weights) => pickWeighted(weights, next()),
    logNormal: (median, spread) => median * Math.exp(spread * normal(next(), next())),
    fork: (name) => makeRandom(`${seed}/${name}`),
  };
}

function pickWeighted(weights, share) {
  let left = share * weights.reduce((sum, [, weight]) => sum + weight, 0);
  const found = weights.find(([, weight]) => (left -= weight) < 0) ?? weights.at(-1);
  return found[0];
}

/** Box and Muller's normal distribution of two even ones. */
function normal(first, second) {
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}

/** FNV-1a, and a last stirring: seeds that differ in one character begin far apart. */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function mulberry32(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
