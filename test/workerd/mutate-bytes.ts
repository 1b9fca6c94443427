import * as fc from "fast-check";
import { decode, type MutatedPost } from "./mutated-post";

/** A body's bytes as they arrive when something happened to them on the way. */
export async function mutateBytes(bytes: Uint8Array, { kind, place, byte }: Damage): Promise<Omit<MutatedPost, "wire"> | undefined> {
  return await spoils[kind]?.(bytes, place, byte);
}

type Spoil = (bytes: Uint8Array, place: number, byte: number) => Omit<MutatedPost, "wire"> | Promise<Omit<MutatedPost, "wire">>;

const packed = { "Content-Encoding": "gzip" };

/** What may become of a body's bytes on the way, at a place and with a byte of its own. */
const spoils: Record<string, Spoil> = {
  cut: (bytes, place) => ({ body: bytes.slice(0, place % bytes.length) }),
  change: (bytes, place, byte) => ({ body: splice(bytes, place % bytes.length, 1, [byte]) }),
  insert: (bytes, place, byte) => ({ body: splice(bytes, place % bytes.length, 0, [byte, byte]) }),
  repeat: (bytes, place, byte) => {
    const at = place % bytes.length;
    return { body: splice(bytes, at, 0, bytes.slice(at, at + byte)) };
  },
  utf16: (bytes) => ({ body: utf16(decode(bytes)) }),
  utf16Marked: (bytes) => ({ body: utf16(`\ufeff${decode(bytes)}`) }),
  latin1: (bytes) => ({ body: Uint8Array.from(decode(bytes).replace("sky", "été"), (character) => character.charCodeAt(0) & 255) }),
  marked: (bytes) => ({ body: splice(bytes, 0, 0, [0xef, 0xbb, 0xbf]) }),
  gzip: async (bytes) => ({ body: await gzip(bytes), headers: packed, plain: bytes }),
  gzipCut: async (bytes, place) => ({ body: (await gzip(bytes)).slice(0, place % 200), headers: packed, plain: bytes }),
  gzipChange: async (bytes, place, byte) => {
    const whole = await gzip(bytes);
    return { body: splice(whole, place % whole.length, 1, [byte]), headers: packed, plain: bytes };
  },
  gzipMore: async (bytes, place, byte) => {
    const whole = await gzip(bytes);
    return { body: splice(whole, place % 2 === 0 ? 0 : whole.length, 0, [byte]), headers: packed, plain: bytes };
  },
  gzipTwice: async (bytes) => {
    const once = await gzip(bytes);
    return { body: await gzip(once), headers: packed, plain: once };
  },
};

export const Damage = fc.record({ kind: fc.constantFrom(...Object.keys(spoils)), place: fc.nat(), byte: fc.nat({ max: 255 }) });
type Damage = typeof Damage extends fc.Arbitrary<infer Value> ? Value : never;

function splice(bytes: Uint8Array, at: number, remove: number, insert: Iterable<number>): Uint8Array {
  return Uint8Array.from([...bytes.slice(0, at), ...insert, ...bytes.slice(at + remove)]);
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from(text, (unit) => unit.charCodeAt(0)).buffer);
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
