// Every page: times in the reader's own zone, choices that count at once, and texts that can be copied.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const moment = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
});
const distant = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const thisYear = new Date().getFullYear();

/** Shows times in the reader's zone. Called anew for what is put into the page later. */
function localiseTimes(within: ParentNode): void {
  for (const time of within.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = (at.getFullYear() === thisYear ? moment : distant).format(at);
  }
}

document.documentElement.classList.add("with-script");
localiseTimes(document);
for (const named of document.querySelectorAll(".zone")) named.textContent = `in your zone, ${zone}`;

document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) target.closest<HTMLFormElement>("form[data-auto]")?.requestSubmit();
});

document.addEventListener("aircheck:renewed", ({ target }) => {
  if (target instanceof HTMLElement) localiseTimes(target);
});

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLButtonElement>("button[data-copy]") : null;
  if (button !== null) void copyText(button);
});

/** A button copies the text of the element that it names. */
async function copyText(button: HTMLButtonElement): Promise<void> {
  const text = document.querySelector(`#${CSS.escape(button.dataset["copy"] ?? "")}`)?.textContent ?? "";
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied: the browser refused";
  }
  setTimeout(() => {
    button.textContent = label;
  }, 1600);
}
