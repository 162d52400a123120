// The editor: CodeMirror in the place of a text area, which goes on holding the text for the form and its reset.
// It lives in a shadow tree, where its style is an adopted sheet: a policy without 'unsafe-inline' does not forbid those.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { LanguageSupport, bracketMatching, indentOnInput } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";
import { type Search, terms, variables } from "./completion";
import { faults } from "./fault";
import { look } from "./look";
import type { Vocabulary } from "./terms";

export interface Wiring {
  label: string;
  description: string;
  known: () => Promise<Vocabulary>;
  search: Search;
  run: () => void;
}

// The package colours IRIs, but not the names that stand for them.
const language = new LanguageSupport(
  SparqlLanguage.configure({ props: [styleTags({ "Pname_ln Pname_ns Iri/...": tags.namespace, A_predicate: tags.keyword })] }),
);

// What is typed over a selection is put there by the editor: a browser that does it itself keeps the selection's look by a
// style attribute, which the page's policy forbids, so that it would complain of it.
const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (empty || !text || event.inputType !== "insertText" || event.isComposing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = view.state.facet(EditorView.inputHandler).some((own) => own(view, from, to, text, insert));
    if (!isHandled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

export function editor(area: HTMLTextAreaElement, wiring: Wiring): EditorView {
  const host = document.createElement("div");
  host.className = "editor";
  area.after(host);
  const root = host.attachShadow({ mode: "open" });
  const run = () => {
    wiring.run();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run }, ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        language,
        autocompletion({ override: [variables, terms(wiring.known, wiring.search)], icons: false, defaultKeymap: false }),
        typing,
        faults,
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": `${wiring.label}. ${wiring.description}`, lang: "en", translate: "no" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) area.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  area.hidden = true;
  area.required = false; // a browser cannot show a message at what is hidden; the server says it
  return view;
}

export function setText(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}
