/** A small PNG, JPEG, GIF or WebP of a size, as base64: a header, and then as much as is wanted of nothing. */
export function imageBase64(form: keyof typeof forms, width: number, height: number, padding = 40): string {
  return Buffer.concat([forms[form](width, height), Buffer.alloc(padding)]).toString("base64");
}

export const forms = {
  png: (width: number, height: number) =>
    bytes("89", text("PNG\r\n\x1a\n"), "0000000d", text("IHDR"), big(width, 4), big(height, 4), "0806000000"),
  gif: (width: number, height: number) => bytes(text("GIF89a"), little(width, 2), little(height, 2), "000000"),
  /** With a preview full of what looks like markers, and a progressive frame. */
  jpeg: (width: number, height: number) =>
    bytes(
      "ffd8",
      "ffe00010",
      text("JFIF\0"),
      "010100000100010000",
      "ffe1",
      big(5000, 2),
      "ff".repeat(4998),
      "ffdb0043",
      "01".repeat(65),
      "ffc2001108",
      big(height, 2),
      big(width, 2),
      "03012200021101031101",
      "ffda",
    ),
  webp: (width: number, height: number) => bytes(riff, text("VP8 "), "00000000", "0000009d012a", little(width, 2), little(height, 2)),
  webpLossless: (width: number, height: number) =>
    bytes(riff, text("VP8L"), "00000000", "2f", little(width - 1 + (height - 1) * 2 ** 14, 4), "0000000000"),
  webpExtended: (width: number, height: number) =>
    bytes(riff, text("VP8X"), "0a000000", "00000000", little(width - 1, 3), little(height - 1, 3)),
};

const riff = `${text("RIFF")}00000000${text("WEBP")}`;

function bytes(...hex: string[]): Buffer {
  return Buffer.from(hex.join(""), "hex");
}

function text(characters: string): string {
  return Buffer.from(characters, "latin1").toString("hex");
}

function big(value: number, length: number): string {
  return value.toString(16).padStart(length * 2, "0");
}

function little(value: number, length: number): string {
  return Array.from({ length }, (_, index) => big(Math.floor(value / 256 ** index) % 256, 1)).join("");
}
