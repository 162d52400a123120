// What can be completed: the project's prefixes and vocabulary, and the things of the release, asked of its search.

export interface Term {
  name: string;
  iri: string;
  label: string;
  kind: "class" | "property";
  definition: string;
}

export interface Vocabulary {
  prefixes: Record<string, string>;
  terms: Term[];
}

export interface Thing {
  iri: string;
  label: string;
  matched: string;
  type: string;
}

async function json<T>(url: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: signal ?? null });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** The vocabulary, read once when it is first wanted; a failure is tried again by the next who wants it. */
export function vocabulary(url: string): () => Promise<Vocabulary> {
  let known: Promise<Vocabulary> | undefined;
  return () => {
    known ??= json<Vocabulary>(url).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** The things whose names begin with a text, the best known first. */
export async function things(url: string, text: string, signal: AbortSignal): Promise<Thing[]> {
  const { results } = await json<{ results: Thing[] }>(`${url}&q=${encodeURIComponent(text)}`, signal);
  return results;
}

/** A text as names are compared: without case and diacritics. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Whether a text stands at the beginning of a word of a name. */
export function matches(name: string, folded: string): boolean {
  const words = fold(name.replace(/([a-z0-9])([A-Z])/g, "$1 $2"));
  return words.startsWith(folded) || fold(name).startsWith(folded) || words.includes(` ${folded}`);
}

/** An IRI as a prefixed name where a prefix leaves a plain local name (SPARQL 1.1, 19.8), else in brackets. */
export function written(iri: string, prefixes: Record<string, string>): string {
  const longestFirst = Object.entries(prefixes).sort(([, one], [, other]) => other.length - one.length);
  for (const [prefix, start] of longestFirst) {
    if (iri.startsWith(start) && /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]|\.(?=[\p{L}\p{N}_-]))*$/u.test(iri.slice(start.length))) {
      return `${prefix}:${iri.slice(start.length)}`;
    }
  }
  return `<${iri}>`;
}
