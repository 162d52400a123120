// How the editor looks: by the custom properties of the page's style sheet, which know the light and the dark scheme.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--tint)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: ".3rem", fontSize: ".9rem" },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "ui-monospace, monospace", lineHeight: "1.5", minHeight: "16rem", maxHeight: "70vh", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--tint)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "1px solid var(--quiet)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--fault)" },
  ".cm-faultLine": { backgroundColor: "var(--fault-paper)" },
  ".cm-faultPlace": { textDecoration: "underline wavy var(--fault)", outline: "1px solid var(--fault)" },
  ".cm-fault": { color: "var(--fault)", padding: ".2rem .6rem", whiteSpace: "pre-wrap", fontFamily: "system-ui, sans-serif" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: ".3rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "system-ui, sans-serif", maxWidth: "min(36rem, 92vw)", maxHeight: "18rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".15rem .5rem", lineHeight: "1.5" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--paper)" },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal", marginLeft: ".75rem" },
  "li[aria-selected] .cm-completionDetail": { color: "var(--paper)" },
  ".cm-completionInfo": { maxWidth: "min(22rem, 90vw)", padding: ".3rem .6rem", fontFamily: "system-ui, sans-serif" },
  ".cm-completionInfo p": { margin: "0" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool], color: "var(--syntax-keyword)", fontWeight: "bold" },
  { tag: tags.variableName, color: "var(--syntax-variable)" },
  { tag: tags.string, color: "var(--syntax-string)" },
  { tag: [tags.integer, tags.float], color: "var(--syntax-number)" },
  { tag: [tags.namespace, tags.url], color: "var(--syntax-name)" },
  { tag: [tags.annotation, tags.typeName], color: "var(--syntax-type)" },
  { tag: tags.comment, color: "var(--syntax-comment)", fontStyle: "italic" },
]);

export const look: Extension = [theme, syntaxHighlighting(colours)];
