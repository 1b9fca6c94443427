import axe from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { Project } from "./collector-project";
import { fillProject, killBatch } from "./shown-project";
import { openTab, shareBrowser, signIn } from "./visitor";

shareBrowser();

let project: Project;
let paths: string[];
beforeAll(async () => {
  project = await fillProject();
  const { destination, receiver } = await killBatch(project);
  await receiver.stop();
  const of = (path: string, more = "") => `${path}?project_id=${project.id}${more}`;
  paths = [
    of("/"),
    of("/", "&range=1y&group_by=provider"),
    "/?project_id=nothing-here-yet",
    of("/recordings"),
    of("/recordings", "&error=true&metadata.tier=gold"),
    of("/recordings", "&cost_usd_min=much"),
    "/recordings?project_id=nothing-here-yet",
    ...["openai", "anthropic", "gemini", "failed", `long-${"x".repeat(120)}`, "unknown"].map((id) => of(`/recordings/${id}`)),
    of("/sessions"),
    of("/sessions", "&metadata.tier=gold"),
    "/sessions?project_id=nothing-here-yet",
    of("/sessions/weather"),
    of("/sessions/unknown"),
    of("/traces/agent"),
    of("/exports"),
    of("/exports", `&destination=${destination}`),
    of("/keys"),
    of("/connect"),
    "/docs",
  ];
}, 120_000);

/** The violations that keep people out, each with where it is. */
async function violations(page: Page): Promise<string[]> {
  // Not by a script element: the page's own policy allows none of another's.
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.Result[]>(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  );
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`).join("\n")}`);
}

/** How far the document is wider than its window. */
const overhang = async (page: Page): Promise<number> =>
  await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** Opens all that is folded. */
const unfold = async (page: Page): Promise<void> =>
  await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 375]) {
    test(`no page keeps anybody out or is wider than its window: ${colorScheme}, ${width} px`, { timeout: 300_000 }, async () => {
      const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: "reduce" } as const;
      const { page, go, faults } = await signIn(options);
      const problems: Record<string, unknown> = {};
      for (const path of paths) {
        await go(path);
        await unfold(page);
        const found = await violations(page);
        const wider = await overhang(page);
        if (found.length > 0 || wider > 0) problems[path] = { found, wider };
      }
      expect(problems).toEqual({});
      const nobody = await openTab(options);
      await nobody.go("/");
      expect({ found: await violations(nobody.page), wider: await overhang(nobody.page) }).toEqual({ found: [], wider: 0 });
      expect(faults).toEqual([]);
    });
  }
}

test("the first key pressed leads to the page's content, past the navigation", async () => {
  const { page, go } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to the page");
  expect(await page.locator(".skip").boundingBox()).toMatchObject({ x: expect.toSatisfy((x: number) => x >= 0) });
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);
});

test("every control of every page is reached by the keyboard alone, and is seen to have the focus", { timeout: 300_000 }, async () => {
  const { page, go } = await signIn();
  const problems: Record<string, unknown> = {};
  for (const path of paths) {
    await go(path);
    await page.evaluate("document.activeElement.blur()");
    // Each control is numbered in the page; what Tab comes to notes its number and what it looks like.
    const count = await page.evaluate<number>(`(() => {
      const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("details:not([open]) > :not(summary)");
      const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], [tabindex='0']")];
      return controls.filter(shown).map((control, index) => control.setAttribute("data-reach", index)).length;
    })()`);
    const reached = new Map<string, string>();
    for (let press = 0; press < count + 20 && reached.size < count; press += 1) {
      await page.keyboard.press("Tab");
      const { reach, outline } = await page.evaluate<{ reach: string | null; outline: string }>(`(() => {
        const at = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        return { reach: at.getAttribute("data-reach"), outline: outlineStyle === "none" ? "none" : outlineWidth };
      })()`);
      if (reach !== null) reached.set(reach, outline);
    }
    const unseen = [...reached].filter(([, outline]) => outline === "none" || outline === "0px");
    if (reached.size !== count || unseen.length > 0) problems[path] = { count, reached: reached.size, unseen };
  }
  expect(problems).toEqual({});
});
