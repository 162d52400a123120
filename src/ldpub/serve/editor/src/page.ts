// The page of the SPARQL endpoint, where there is a script: without one it is a form that does the same.

import { address, ask, faultOf } from "./asking";
import { searching } from "./completion";
import { editor, setText } from "./editor";
import { showFault } from "./fault";
import { heading, recent, remember } from "./recent";
import { fold, vocabulary } from "./terms";

function found<T extends Element>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`${selector} is not on the page`);
  return element;
}

const form = found<HTMLFormElement>("#ask");
const area = found<HTMLTextAreaElement>("#query");
const keys = found<HTMLElement>("#keys");
const stop = found<HTMLButtonElement>("#stop");
const share = found<HTMLButtonElement>("#share");
const status = found<HTMLElement>("#status");
const earlier = found<HTMLDetailsElement>("#recent");
const label = form.querySelector("label")?.textContent ?? "";

const view = editor(area, {
  label,
  description: keys.textContent ?? "",
  known: vocabulary(form.dataset["terms"] ?? ""),
  search: searching(form.dataset["suggest"] ?? ""),
  run: () => void run(),
});
let running: AbortController | null = null;

/** Run what stands in the editor; `isNew` makes an entry in the browser's history. */
async function run(isNew = true): Promise<void> {
  running?.abort();
  const own = (running = new AbortController());
  const query = area.value;
  const began = performance.now();
  wait(true);
  showFault(view, null);
  try {
    const page = await ask(form, query, own.signal);
    if (isNew) note(query);
    found("#result").replaceWith(page.result);
    showFault(view, page.fault);
    const seconds = ((performance.now() - began) / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
    say(page.ok ? (status.dataset["answered"] ?? "").replace("{seconds}", seconds) : "");
  } catch {
    if (running === own) say((own.signal.aborted ? status.dataset["stopped"] : status.dataset["failed"]) ?? "");
  } finally {
    if (running === own) wait(false);
  }
}

function wait(isRunning: boolean): void {
  stop.hidden = !isRunning;
  found("#result").setAttribute("aria-busy", String(isRunning));
  if (isRunning) say(status.dataset["running"] ?? "");
  else running = null;
}

function say(text: string): void {
  status.textContent = text;
}

function note(query: string): void {
  const url = address(form, query);
  if (url !== null && url !== location.href) history.pushState(null, "", url);
  remember(query);
  list();
}

/** The queries that ran in this tab; a click brings one back. */
function list(): void {
  const entries = recent().map((text) => {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = heading(text);
    button.addEventListener("click", () => load(text));
    entry.append(button);
    return entry;
  });
  earlier.hidden = !entries.length;
  found("#recent ol").replaceChildren(...entries);
}

function load(text: string): void {
  setText(view, text);
  void run();
  form.scrollIntoView({ block: "nearest" });
}

/** The query to which a link of this page leads; null for links to elsewhere, and to the formats of programs. */
function queryOf(link: HTMLAnchorElement): string | null {
  const url = new URL(link.href);
  const isPage = url.origin === location.origin && url.pathname === new URL(form.action).pathname;
  return isPage && !url.searchParams.has("format") && !link.hreflang ? url.searchParams.get("query") : null;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or no secure context
  }
}

function filter(text: string): void {
  const words = fold(text).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const theme of document.querySelectorAll("#themes > div")) {
    let shown = 0;
    for (const question of theme.querySelectorAll("li")) {
      const name = fold(`${question.textContent} ${theme.querySelector("h3")?.textContent}`);
      question.hidden = !words.every((word) => name.includes(word));
      if (!question.hidden) shown++;
    }
    (theme as HTMLElement).hidden = !shown;
    count += shown;
  }
  found<HTMLElement>("#none").hidden = count > 0;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
stop.addEventListener("click", () => {
  running?.abort();
  view.focus();
});
share.addEventListener("click", async () => {
  const url = address(form, area.value);
  const isCopied = url !== null && (await copy(url));
  say((isCopied ? share.dataset["done"] : share.dataset["failed"]) ?? "");
});
form.querySelector("label")?.addEventListener("click", () => view.focus());
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("main a[href]") : null;
  const query = link ? queryOf(link) : null;
  if (query === null) return;
  event.preventDefault();
  load(query);
});
window.addEventListener("popstate", () => {
  const query = new URLSearchParams(location.search).get("query");
  if (query === null) return;
  setText(view, query);
  void run(false);
});
document.querySelector<HTMLInputElement>("#filter")?.addEventListener("input", (event) => {
  filter((event.target as HTMLInputElement).value);
});

document.querySelector<HTMLElement>(".filter")?.removeAttribute("hidden");
keys.hidden = false;
share.hidden = false;
list();
showFault(view, faultOf(found("#result")));
