import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { newProject } from "./collector-project";
import { anthropicCall, geminiCall, openAiCall } from "./provider-calls";
import { pollMs, shareBrowser, signIn } from "./visitor";

shareBrowser();

/** Records one call and opens its page. */
async function openRecording(call: Record<string, unknown>): Promise<{ page: Page; turns: Locator; project: string; faults: string[] }> {
  const project = newProject();
  await project.record({ id: "call", ...call });
  const { page, go, faults } = await signIn();
  await go(`/recordings/call?project_id=${project.id}`);
  return { page, turns: page.locator(".chat .turn"), project: project.id, faults };
}

const heads = async (turns: Locator): Promise<string[]> =>
  (await turns.locator("> h3").allInnerTexts()).map((text) => text.replaceAll(/\s+/gu, " ").trim());

/** Whether each image of the page was decoded. */
const imagesShown = async (page: Page): Promise<boolean[]> =>
  await page.evaluate("Promise.all([...document.images].map((image) => image.decode().then(() => image.naturalWidth > 0, () => false)))");

test("a call of OpenAI's reads as a chat: roles, an image, the tool's call with its result, and the answer", async () => {
  const { page, turns, faults } = await openRecording(openAiCall);
  expect(await heads(turns)).toEqual(["System", "User", "Assistant", "Tool", "Assistant answer"]);
  const [, question, call, result, answer] = await turns.all();
  expect(await question?.innerText()).toContain("Which weather is in this picture");
  expect(await imagesShown(page)).toEqual([true]);
  const remote = page.getByRole("link", { name: "pictures.example" });
  expect(await remote.getAttribute("href")).toBe("https://pictures.example/sky.jpg");
  expect(await remote.getAttribute("rel")).toContain("noreferrer");
  expect(await call?.innerText()).toMatch(/Calls\s+get_weather/);
  expect(await call?.innerText()).toContain('{\n  "city": "Paris",\n  "days": 3\n}');
  expect(await result?.innerText()).toMatch(/Result of\s+get_weather/);
  expect(await result?.innerText()).toContain('"celsius": 11');
  expect(await answer?.innerText()).toContain("Red in the picture, and cloudy in Paris.");
  expect(faults).toEqual([]);
});

test("a call of Anthropic's reads as a chat: its thinking, its tool's result inside a user's message, and the answer", async () => {
  const { page, turns, faults } = await openRecording(anthropicCall);
  expect(await heads(turns)).toEqual(["User", "Assistant", expect.stringMatching(/^(User|Tool)/), "Assistant answer"]);
  const [, call, result, answer] = await turns.all();
  expect(await imagesShown(page)).toEqual([true]);
  expect(await call?.innerText()).toContain("A clock is needed.");
  expect(await call?.innerText()).toMatch(/Calls\s+read_clock/);
  expect(await call?.innerText()).toContain('"zone": "Europe/Oslo"');
  expect(await result?.innerText()).toMatch(/Result of\s+read_clock/);
  expect(await result?.innerText()).toContain("13:37");
  expect(await answer?.innerText()).toContain("It is 13:37 in Oslo.");
  expect(faults).toEqual([]);
});

test("a call of Gemini's reads as a chat: parts, a function's call and response, a thought, and the answer", async () => {
  const { page, turns, faults } = await openRecording(geminiCall);
  expect(await heads(turns)).toEqual(["User", "Assistant model", expect.stringMatching(/^(User|Tool)/), "Assistant model answer"]);
  const [, call, result, answer] = await turns.all();
  expect(await imagesShown(page)).toEqual([true]);
  expect(await call?.innerText()).toMatch(/Calls\s+add_numbers/);
  expect(await call?.innerText()).toContain('"right": 22');
  expect(await result?.innerText()).toMatch(/Result of\s+add_numbers/);
  expect(await result?.innerText()).toContain('"sum": 42');
  expect(await answer?.innerText()).toContain("First I add.");
  expect(await answer?.innerText()).toContain("They come to 42.");
  expect(faults).toEqual([]);
});

test("beside the conversation stands what is known of the call: parameters, time, tokens with their source, cost with its reason", async () => {
  const { page } = await openRecording(openAiCall);
  const about = page.getByRole("complementary", { name: "About the call" });
  const told = await about.innerText();
  for (const words of ["1.57 s", "gpt-4o-mini", '"temperature": 0.2', "24", "reported", "$0.0000", "helpful"])
    expect(told).toContain(words);
  await about.getByRole("link", { name: "weather" }).click();
  await page.getByRole("heading", { name: "Session" }).waitFor();
  await page.getByText("Red in the picture, and cloudy in Paris.").waitFor();
});

test("the JSON and a curl are copied whole, and the JSON is the one that the API answers", async () => {
  const project = newProject();
  await project.record({ id: "call", ...openAiCall });
  const { page, go } = await signIn({ permissions: ["clipboard-read", "clipboard-write"] });
  await go(`/recordings/call?project_id=${project.id}`);
  await page.getByRole("button", { name: "Copy JSON" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = JSON.parse(await page.evaluate<string>("navigator.clipboard.readText()")) as Record<string, unknown>;
  const answered = await project.ask("GET", `/v1/recordings/call?project_id=${project.id}&media=links`);
  expect(copied).toEqual(answered);
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.getByRole("button", { name: "Copied" }).first().waitFor();
  await expect
    .poll(async () => await page.evaluate<string>("navigator.clipboard.readText()"), { timeout: pollMs })
    .toContain(`/v1/recordings/call?project_id=${project.id}`);
});

test("a failed call says so first, and one that is not there says that it may be on its way", async () => {
  const error = { type: "overloaded_error", message: "The provider is overloaded." };
  const { page, project } = await openRecording({ all_messages: [{ role: "user", content: "Hi" }], error });
  expect(await page.getByRole("region", { name: "Error" }).innerText()).toContain("The provider is overloaded.");
  await page.goto(`${new URL(page.url()).origin}/recordings/other?project_id=${project}`);
  expect(await page.getByRole("alert").innerText()).toContain("may still be on its way");
});

test("a large image that the collector keeps beside the row is shown from the collector", async () => {
  const { page, faults } = await openRecording({
    all_messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: `data:image/bmp;base64,${largeBitmap()}` } }] }],
  });
  expect(await page.locator(".chat img").getAttribute("src")).toMatch(/^\/v1\/media\/[0-9a-f]{64}\?/);
  await page.locator(".chat img").scrollIntoViewIfNeeded();
  expect(await imagesShown(page)).toEqual([true]);
  expect(faults).toEqual([]);
});

/** A black picture of 600 × 600 dots, a megabyte, as base64. */
function largeBitmap(): string {
  const side = 600;
  const bytes = Buffer.alloc(54 + side * side * 3);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(side, 18);
  bytes.writeInt32LE(side, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes.toString("base64");
}
