import * as fc from "fast-check";
import { expect, test } from "vitest";
import { utf8Bytes } from "../../../src/model/bytes";
import { contentBytesOf, encodeContent, joinContent, printContent } from "../../../src/model/content-text";

const message = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), { maxKeys: 3 });

test("a content has the bytes that are counted of it, though it is not joined for that", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), message, (messages, inputs) => {
      const text = printContent({ messages, session_info: { session_id: "s" }, inputs });
      const bytes = new TextEncoder().encode(joinContent(text));
      expect(contentBytesOf(text)).toBe(bytes.length);
      expect(encodeContent(text)).toEqual(bytes);
    }),
  );
});

test("a long text is counted in parts, wherever they part its characters", () => {
  for (const unit of ["a", "é", "空", "😀", "a😀", "aé空😀"]) {
    for (const before of ["", "b", "bb"]) {
      const text = before + unit.repeat(20_000);
      expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
    }
  }
});
