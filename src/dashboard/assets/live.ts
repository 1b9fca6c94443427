// The list of recordings stays as it is in the collector: whatever the tail tells of, the list is asked for anew.

const list = document.querySelector<HTMLElement>("[data-live]");
const light = document.querySelector<HTMLElement>("[data-live-state]");
/** Milliseconds between two renewals at most: a busy project has hundreds of events a second. */
const renewalMs = 700;
let isDue = false;
let isRenewing = false;

if (list !== null) follow(list);

function follow(shown: HTMLElement): void {
  const events = new EventSource(shown.dataset["live"] ?? "");
  const tell = (state: string, words: string) => {
    if (light === null) return;
    light.dataset["liveState"] = state;
    light.textContent = words;
  };
  events.addEventListener("open", () => {
    tell("on", "Live");
    // What came while nobody listened.
    renewSoon(shown);
  });
  events.addEventListener("error", () => tell("off", events.readyState === EventSource.CLOSED ? "Not live" : "Connecting"));
  for (const name of ["recording", "deleted"]) events.addEventListener(name, () => renewSoon(shown));
  addEventListener("pagehide", () => events.close());
}

function renewSoon(shown: HTMLElement): void {
  isDue = true;
  if (isRenewing) return;
  isRenewing = true;
  void renew(shown);
}

async function renew(shown: HTMLElement): Promise<void> {
  while (isDue) {
    isDue = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) show(shown, await answer.text());
    } catch {
      // The collector is away: the next event brings it.
    }
    await new Promise((resolve) => {
      setTimeout(resolve, renewalMs);
    });
  }
  isRenewing = false;
}

/** Puts the rows of a page in the place of those that are shown, and marks what is new. Whoever has the focus in the list keeps it. */
function show(shown: HTMLElement, html: string): void {
  const renewed = new DOMParser().parseFromString(html, "text/html").querySelector("[data-live]");
  if (renewed === null) return;
  const known = new Set([...shown.querySelectorAll("[data-row]")].map((row) => row.getAttribute("data-row")));
  for (const row of renewed.querySelectorAll("[data-row]")) if (!known.has(row.getAttribute("data-row"))) row.classList.add("fresh");
  const focused = document.activeElement?.closest("[data-row]")?.getAttribute("data-row");
  shown.replaceChildren(...renewed.childNodes);
  shown.dispatchEvent(new Event("aircheck:renewed", { bubbles: true }));
  if (focused != null) shown.querySelector<HTMLElement>(`[data-row="${CSS.escape(focused)}"] a`)?.focus();
}
