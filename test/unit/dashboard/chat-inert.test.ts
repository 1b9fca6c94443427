import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/json";
import { chatOf } from "./chat-page";

const elements = new Set("a article audio bdi code details div h3 h4 img p section small span summary".split(" "));
const attributes = new Set("alt aria-label class controls dir download href loading open preload rel role src tabindex target".split(" "));
/** What a page loads without being asked: its own, and images that it holds. */
const loaded = /^(?:\/v1\/media\/[0-9a-f]{64}\?project_id=p|data:image\/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=]+)$/;

const sha256 = "ab".repeat(32);
const vicious = fc.constantFrom(
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "vbscript:x",
  "data:text/html;base64,PHNjcmlwdD4=",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj4=",
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
  'data:image/png;base64,AAAA" onerror="alert(1)',
  "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj4AAAA=",
  "iVBORw0KGgoAAAANSUhEUg==",
  "https://other.test/a.png",
  "http://other.test/'\"><b>",
  "//other.test/a.png",
  "blob:https://other.test/1",
  "file:///etc/passwd",
  `/v1/media/${sha256}`,
  `/v1/media/${sha256}/../../keys`,
  "/v1/keys",
  "image/svg+xml",
  "image/png",
  "audio/mpeg",
  "text/html",
  'image/png;base64,x"><script>',
  "\u202Egnp.exe",
);
const key = fc.constantFrom(
  ..."role type name text content url data image_url source inlineData mimeType media_type format file file_data filename fileUri image images audio title".split(
    " ",
  ),
  '"><script>',
  "onclick",
  "dangerouslySetInnerHTML",
  "__html",
  "__proto__",
);
const word = fc.constantFrom("image", "image_url", "audio", "file", "document", "base64", "url", "text", "assistant", "tool");
const { object } = fc.letrec<{ object: JsonObject; value: JsonObject[string] }>((tie) => ({
  object: fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 5, arbitrary: vicious },
    { weight: 2, arbitrary: word },
    { weight: 3, arbitrary: tie("object") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
  ),
}));

test("whatever a message says, the page has none but its own elements, and loads nothing from elsewhere", () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 3 }), (messages) => {
      const page = chatOf(messages);
      expect([...page.elements].filter((element) => !elements.has(element))).toEqual([]);
      expect(page.attributes.filter(({ name }) => !attributes.has(name))).toEqual([]);
      expect(page.attributes.filter(({ name, value }) => name === "src" && !loaded.test(value))).toEqual([]);
      const links = page.attributes.filter(({ name }) => name === "href").map(({ value }) => value);
      expect(links.filter((link) => !/^https?:\/\//.test(link) && !loaded.test(link))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test("what a link leads to is told no more than that it was followed, and not from where", () => {
  const { attributes: found } = chatOf([
    { role: "user", content: [{ type: "image_url", image_url: { url: "https://other.test/a.png" } }] },
  ]);
  expect(found).toContainEqual({ element: "a", name: "href", value: "https://other.test/a.png" });
  expect(found).toContainEqual({ element: "a", name: "rel", value: "noopener noreferrer nofollow" });
  expect(found.filter(({ name }) => name === "src")).toEqual([]);
});

test.for<[string, string, string]>([
  ["what turns the text around", "a\u202Eb", "U+202E"],
  ["an isolate that is never closed", "a\u2067b", "U+2067"],
  ["a null", "a\u0000b", "U+0000"],
  ["an escape for terminals", "\u001B[31m", "U+001B"],
  ["ASCII that only models see", `a${String.fromCodePoint(0xe0068, 0xe0069)}b`, "hidden: hi"],
  ["a space without width", "pass\u200Bword", "U+200B"],
  ["a joiner of words", "pass\u2060word", "U+2060"],
  ["a byte order mark", "pass\uFEFFword", "U+FEFF"],
  ["bytes in selectors of variants", `a${String.fromCodePoint(0xe0158, 0xe0159)}b`, "hidden: hi"],
])("what nobody sees is named where it stands: %s", ([, text, name]) => {
  expect(chatOf([{ role: "user", content: text }]).text).toContain(name);
});

test("emoji and Persian keep what joins them, unmarked", () => {
  const text = "👩‍👩‍👧 ❤️ می‌خواهم";
  expect(chatOf([{ role: "user", content: text }]).text).toContain(text);
});
