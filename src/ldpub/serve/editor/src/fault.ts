// The mark of an error: its line, its column, and what is wrong, below the line.

import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

export interface Fault {
  line: number;
  column: number;
  message: string;
}

const set = StateEffect.define<Fault | null>();

class Message extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: Message): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("div");
    element.className = "cm-fault";
    element.textContent = this.text;
    return element;
  }
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(set)) return effect.value ? marksOf(transaction.state.doc, effect.value) : Decoration.none;
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (own) => EditorView.decorations.from(own),
});

function marksOf(doc: EditorView["state"]["doc"], { line, column, message }: Fault): DecorationSet {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const at = Math.min(found.from + utf16(found.text, column - 1), found.to);
  const end = Math.min(at + 1, found.to);
  return Decoration.set(
    [
      Decoration.line({ class: "cm-faultLine" }).range(found.from),
      ...(end > at ? [Decoration.mark({ class: "cm-faultPlace" }).range(at, end)] : []),
      Decoration.widget({ widget: new Message(message), side: 1, block: true }).range(found.to),
    ],
    true,
  );
}

/** So many characters (code points) of a text in UTF-16. */
function utf16(text: string, characters: number): number {
  return [...text].slice(0, Math.max(characters, 0)).join("").length;
}

/** Marks one error at a time; it goes when the text is changed. */
export const faults: Extension = field;

export function showFault(view: EditorView, fault: Fault | null): void {
  view.dispatch({ effects: set.of(fault) });
  if (!fault) return;
  const line = view.state.doc.line(Math.min(Math.max(fault.line, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: Math.min(line.from + utf16(line.text, fault.column - 1), line.to) }, scrollIntoView: true });
}
