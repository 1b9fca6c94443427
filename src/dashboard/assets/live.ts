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

/** Makes the list that is shown the renewed one. What is the same in both stays the same element: with the focus, and what is selected. */
function show(shown: HTMLElement, html: string): void {
  const renewed = new DOMParser().parseFromString(html, "text/html").querySelector<HTMLElement>("[data-live]");
  if (renewed === null) return;
  const [rows, renewedRows] = [shown.querySelector("tbody"), renewed.querySelector("tbody")];
  if ((rows === null) !== (renewedRows === null)) {
    shown.replaceChildren(...renewed.childNodes);
    for (const row of shown.querySelectorAll("[data-row]")) row.classList.add("fresh");
    shown.dispatchEvent(new Event("aircheck:renewed", { bubbles: true }));
    return;
  }
  if (rows !== null && renewedRows !== null) showRows(rows, renewedRows);
  showRest(shown, renewed);
}

/** Rows are known by what they are of and by its version, so one that changed is another row. */
function showRows(shown: HTMLElement, renewed: HTMLElement): void {
  const focused = document.activeElement?.closest("[data-row]");
  const wanted = [...renewed.querySelectorAll("[data-row]")];
  const keys = new Set(wanted.map(keyOf));
  for (const row of shown.querySelectorAll("[data-row]")) if (!keys.has(keyOf(row))) row.remove();
  let at = shown.firstElementChild;
  for (const row of wanted) {
    if (at !== null && keyOf(at) === keyOf(row)) {
      at = at.nextElementSibling;
      continue;
    }
    row.classList.add("fresh");
    shown.insertBefore(row, at);
    row.dispatchEvent(new Event("aircheck:renewed", { bubbles: true }));
  }
  while (at !== null) {
    const next = at.nextElementSibling;
    at.remove();
    at = next;
  }
  if (focused != null && !focused.isConnected) {
    const [id = ""] = keyOf(focused).split(" ");
    shown.querySelector<HTMLElement>(`[data-row^="${CSS.escape(id)} "] a`)?.focus();
  }
}

const keyOf = (row: Element): string => row.getAttribute("data-row") ?? "";

/** What stands around the table: hints come and go, and the way to older pages leads from where this one ends. */
function showRest(shown: HTMLElement, renewed: HTMLElement): void {
  const [older, renewedOlder] = [shown.querySelector("a[rel=next]"), renewed.querySelector("a[rel=next]")];
  if (older !== null && renewedOlder !== null) {
    older.setAttribute("href", renewedOlder.getAttribute("href") ?? "");
    older.replaceChildren(...renewedOlder.childNodes);
  } else {
    const paging = renewed.querySelector(".paging");
    if (paging !== null) shown.querySelector(".paging")?.replaceWith(paging);
  }
  for (const hint of shown.querySelectorAll(":scope > .hint")) hint.remove();
  for (const hint of renewed.querySelectorAll(":scope > .hint")) {
    shown.insertBefore(hint, shown.querySelector(":scope > .paging"));
    hint.dispatchEvent(new Event("aircheck:renewed", { bubbles: true }));
  }
}
