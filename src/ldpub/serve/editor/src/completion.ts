// Completion: variables of the query, keywords, prefixes, the vocabulary by label and name, things by label.
// What needs a prefix brings its PREFIX line along.

import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  insertCompletionText,
  pickedCompletion,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { ChangeSpec, EditorState } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { type Term, type Thing, type Vocabulary, fold, matches, things, written } from "./terms";

const KEYWORDS = (
  "SELECT CONSTRUCT DESCRIBE ASK WHERE DISTINCT REDUCED PREFIX BASE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND " +
  "VALUES UNDEF AS EXISTS NOT IN GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET SERVICE SILENT TRUE FALSE"
).split(" ");
const FUNCTIONS = (
  "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI BNODE RAND ABS CEIL FLOOR ROUND " +
  "CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER SUBSTR REPLACE REGEX YEAR " +
  "MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG " +
  "STRDT SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC"
).split(" ");

const WORD = /(?:[\p{L}\p{N}_][\p{L}\p{N}_-]*)?:?[\p{L}\p{N}_-]*$/u;
const FEWEST = 2; // letters from which on things are searched for
const SHOWN = 60;
const WAIT = 150; // milliseconds in which further letters may come, before the search is asked

export type Search = (text: string, signal: AbortSignal) => Promise<Thing[]>;
export const searching = (url: string): Search => (text, signal) => things(url, text, signal);

/** Variables of the query, after `?` or `$`. */
export function variables(context: CompletionContext): CompletionResult | null {
  const typed = context.matchBefore(/[?$][\p{L}\p{N}_]*/u);
  if (!typed || isText(context.state, typed.from)) return null;
  const found = new Set<string>();
  for (const [name] of context.state.doc.toString().matchAll(/[?$][\p{L}_][\p{L}\p{N}_]*/gu)) found.add(name.slice(1));
  const others = context.state.sliceDoc(typed.from + 1, typed.to);
  if (!context.explicit || others) found.delete(others);
  const sign = typed.text[0] ?? "?";
  const options = [...found].sort().map((name) => ({ label: sign + name, type: "variable" }));
  return options.length ? { from: typed.from, options, validFor: /^[?$][\p{L}\p{N}_]*$/u } : null;
}

/** Keywords, prefixes, terms and things for the word before the cursor. */
export function terms(known: () => Promise<Vocabulary>, search: Search) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const typed = WORD.exec(before)?.[0] ?? "";
    const from = context.pos - typed.length;
    if ((!typed && !context.explicit) || /[?$@<#"'/\\]$/.test(before.slice(0, from - line.from))) return null;
    if (isText(context.state, from)) return null;
    const declared = prefixesOf(context.state);
    const { prefixes, terms: vocabulary } = await known();
    if (context.aborted) return null;
    const folded = fold(typed);
    const isName = typed.includes(":");
    const options = [
      ...(isName ? [] : words(folded)),
      ...Object.keys(prefixes).filter((p) => p && !isName && p.startsWith(typed) && typed).map((p) => prefixOption(p, prefixes)),
      ...best(vocabulary.filter((term) => fits(term, folded)), folded).slice(0, SHOWN).map((term) => termOption(term, prefixes)),
    ];
    if (!isName && typed.length >= FEWEST && !/^(?:PREFIX|BASE)\b[^>]*$/i.test(before)) {
      const found = await searched(search, typed, context);
      if (context.aborted) return null;
      const terms = new Set(vocabulary.map((term) => term.iri));
      options.push(...found.filter((thing) => !terms.has(thing.iri)).map((thing) => thingOption(thing, { ...prefixes, ...declared })));
    }
    return options.length ? { from, options, filter: false } : null;
  };
}

/** What is found by name; nothing where the search does not answer, so that the rest is offered all the same. */
async function searched(search: Search, typed: string, context: CompletionContext): Promise<Thing[]> {
  const leaving = new AbortController();
  context.addEventListener("abort", () => leaving.abort());
  await new Promise((resolve) => setTimeout(resolve, WAIT));
  if (context.aborted) return [];
  try {
    return await search(typed, leaving.signal);
  } catch {
    return [];
  }
}

function words(folded: string): Completion[] {
  const upper = folded.toUpperCase();
  const fitting = (list: string[], type: string) =>
    list.filter((word) => upper && word.startsWith(upper)).map((label) => ({ label, type, boost: 1 }));
  return [...fitting(KEYWORDS, "keyword"), ...fitting(FUNCTIONS, "function")];
}

function fits(term: Term, folded: string): boolean {
  const [prefix = "", local = ""] = term.name.split(":", 2);
  if (folded.includes(":")) {
    const [start = "", rest = ""] = folded.split(":", 2);
    return !term.name.startsWith("<") && fold(prefix) === start && (matches(local, rest) || matches(term.label, rest));
  }
  return matches(local, folded) || matches(term.label, folded);
}

/** What is named so, then what begins so, then the rest; each in the order in which the server told it. */
function best(terms: Term[], folded: string): Term[] {
  const word = folded.slice(folded.indexOf(":") + 1);
  const rank = ({ name, label }: Term) => {
    const names = [fold(label), fold(name.slice(name.indexOf(":") + 1))];
    return names.includes(word) ? 0 : names.some((one) => one.startsWith(word)) ? 1 : 2;
  };
  return [...terms].sort((one, other) => rank(one) - rank(other));
}

function prefixOption(prefix: string, prefixes: Record<string, string>): Completion {
  return {
    label: `${prefix}:`,
    detail: beside(prefixes[prefix] ?? ""),
    type: "namespace",
    apply: (view, option, from, to) => insert(view, option, from, to, `${prefix}:`, prefixes),
  };
}

function termOption(term: Term, prefixes: Record<string, string>): Completion {
  return {
    label: term.label || term.name,
    detail: beside(term.label ? term.name : ""),
    type: term.kind,
    ...(term.definition ? { info: () => paragraph(term.definition) } : {}),
    apply: (view, option, from, to) => insert(view, option, from, to, term.name, prefixes),
  };
}

function thingOption(thing: Thing, prefixes: Record<string, string>): Completion {
  const name = written(thing.iri, prefixes);
  const also = thing.matched && thing.matched !== thing.label ? ` (${thing.matched})` : "";
  return {
    label: thing.label + also,
    detail: beside(thing.type || name),
    type: "thing",
    info: () => paragraph(name),
    apply: (view, option, from, to) => insert(view, option, from, to, name, prefixes),
  };
}

/** What stands beside a label: apart from it for those who hear it, too. */
function beside(text: string): string {
  return text && ` ${text}`;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

/** Put a name into the text, and the PREFIX line that it needs before the query. */
function insert(
  view: EditorView,
  option: Completion,
  from: number,
  to: number,
  text: string,
  prefixes: Record<string, string>,
): void {
  const declaration = missing(view.state, text, prefixes);
  const change = insertCompletionText(view.state, text, from, to);
  if (!declaration) {
    view.dispatch(change, { annotations: pickedCompletion.of(option) });
    return;
  }
  const at = placeOfPrefix(view.state);
  const both: ChangeSpec[] = [{ from: at, insert: declaration }, { from, to, insert: text }];
  view.dispatch({
    changes: both,
    selection: { anchor: from + text.length + declaration.length },
    annotations: pickedCompletion.of(option),
    scrollIntoView: true,
    userEvent: "input.complete",
  });
}

function missing(state: EditorState, text: string, prefixes: Record<string, string>): string | null {
  if (text.startsWith("<")) return null;
  const prefix = text.slice(0, text.indexOf(":"));
  const iri = prefixes[prefix];
  return iri === undefined || prefix in prefixesOf(state) ? null : `PREFIX ${prefix}: <${iri}>\n`;
}

/** The prefixes that a query declares. */
export function prefixesOf(state: EditorState): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, prefix = "", iri = ""] of state.doc.toString().matchAll(/^[ \t]*PREFIX\s+([^\s:]*):\s*<([^>\s]*)>/gim)) {
    found[prefix] = iri;
  }
  return found;
}

/** After the last PREFIX line, else after the comments at the beginning. */
function placeOfPrefix(state: EditorState): number {
  let at = 0;
  for (let number = 1; number <= state.doc.lines; number++) {
    const line = state.doc.line(number);
    if (/^\s*(?:PREFIX|BASE)\b/i.test(line.text)) at = Math.min(line.to + 1, state.doc.length);
    else if (/^\s*#/.test(line.text) && at === line.from) at = Math.min(line.to + 1, state.doc.length);
    else if (line.text.trim()) break;
  }
  return at;
}

/** Whether a place is in a literal, a comment or an IRI. */
function isText(state: EditorState, at: number): boolean {
  for (let node: { name: string; parent: unknown } | null = syntaxTree(state).resolveInner(at, 1); node; ) {
    if (/^(?:String|Comment|IriRef|Langstag)$/.test(node.name)) return true;
    node = node.parent as typeof node;
  }
  return false;
}
