import { crc32, deflateSync } from "node:zlib";

const WIDTH = 176;
const HEIGHT = 132;

/**
 * A small picture of varnished wood with a crack in it, as a customer's photo.
 *
 * @param {import("./random.mjs").Random} random
 * @returns {string} base64 of a PNG
 */
export function drawDamage(random) {
  const hue = random.integer(0, 40);
  const grain = 5 + random.next() * 6;
  let crack = random.integer(40, WIDTH - 40);
  const rows = [];
  for (let y = 0; y < HEIGHT; y += 1) {
    crack += random.integer(-1, 1);
    const row = [0]; // The row's filter: none.
    for (let x = 0; x < WIDTH; x += 1) {
      const isCrack = y > 12 && Math.abs(x - crack) < 1 + (y % 3) / 3;
      const light = isCrack ? 0.2 : 0.82 + 0.12 * Math.sin(x / grain + y / 50);
      row.push(Math.round((190 + hue) * light), Math.round((118 + hue / 2) * light), Math.round(58 * light));
    }
    rows.push(...row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2], 8); // Eight bits a channel, three channels.
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.from(rows))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]).toString("base64");
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
