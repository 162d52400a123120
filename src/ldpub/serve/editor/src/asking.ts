// Asking the server: the same address as the form's, of whose page the answer is taken.

const LONGEST = 16_000; // characters of an address; a longer query is posted, and has no link

export interface Page {
  result: Element;
  fault: { line: number; column: number; message: string } | null;
  ok: boolean;
}

/** The address of a query's page; null where it would be too long. */
export function address(form: HTMLFormElement, query: string): string | null {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) url.searchParams.append(name, String(value));
  url.searchParams.set("query", query.replace(/\r\n?/g, "\n"));
  return url.href.length > LONGEST ? null : url.href;
}

export async function ask(form: HTMLFormElement, query: string, signal: AbortSignal): Promise<Page> {
  const url = address(form, query);
  const headers = { Accept: "text/html" };
  const answer = await (url === null
    ? fetch(posting(form), { method: "POST", headers, signal, body: new URLSearchParams({ query }) })
    : fetch(url, { headers, signal }));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const result = page.getElementById("result");
  if (!result) throw new Error(`${answer.status}`);
  return { result: document.importNode(result, true), fault: faultOf(result), ok: answer.ok };
}

/** Where a long query is posted to: with the language of the page. */
function posting(form: HTMLFormElement): string {
  const url = new URL(form.action);
  const language = new FormData(form).get("lang");
  if (language) url.searchParams.set("lang", String(language));
  return url.href;
}

export function faultOf(result: Element): Page["fault"] {
  const found = result.querySelector<HTMLElement>("[data-line]");
  if (!found) return null;
  return {
    line: Number(found.dataset["line"]),
    column: Number(found.dataset["column"]),
    message: result.querySelector("#detail")?.textContent ?? "",
  };
}
