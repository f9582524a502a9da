// The code editor, a chunk of its own: fetched when a panel comes near the screen.

import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  HighlightStyle,
  LanguageSupport,
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

// Colours are in panel.css, so that the page's theme decides.
const highlighting = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword], class: "lx-k" },
  { tag: [t.string, t.special(t.string)], class: "lx-s" },
  { tag: [t.comment], class: "lx-c" },
  { tag: [t.number, t.bool, t.null], class: "lx-n" },
  { tag: [t.function(t.definition(t.variableName)), t.className], class: "lx-d" },
]);

const setMark = StateEffect.define(); // line number, or null
const errorLine = Decoration.line({ class: "lx-error-line" });
const mark = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setMark)) continue;
      if (!effect.value) return Decoration.none;
      return Decoration.set([errorLine.range(transaction.state.doc.line(effect.value).from)]);
    }
    // The first edit is the repair.
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// Tab indents, so a keyboard needs a way out: Escape, then Tab. The way stays open until the next
// character, without a time limit.
const wayOut = EditorView.domEventHandlers({
  keydown(event, view) {
    if (event.key === "Escape") view.setTabFocusMode(true);
    else if (event.key.length === 1 || event.key === "Enter") view.setTabFocusMode(false);
    return false;
  },
  blur(event, view) {
    view.setTabFocusMode(false);
    return false;
  },
});

// The browser remembers where it had the cursor while the editor had no focus, and would put it back
// there; a marked line waits here until the keyboard comes back. A pointer chooses its own place.
let jump = null; // {view, anchor}
const landing = EditorView.domEventHandlers({
  pointerdown() {
    jump = null;
    return false;
  },
  focus(event, view) {
    if (jump?.view === view) view.dispatch({ selection: { anchor: jump.anchor } });
    jump = null;
    return false;
  },
});

/** An editor in `parent`: {code, setCode, markLine, focus, focused}. */
export function createEditor({ parent, code, selection, label, hintId, onChange }) {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      selection,
      extensions: [
        lineNumbers(),
        history(),
        indentOnInput(),
        bracketMatching(),
        new LanguageSupport(pythonLanguage),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        syntaxHighlighting(highlighting),
        mark,
        wayOut,
        landing,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        // Editable is focusable, but not every tool for reading a page knows it of a box that scrolls.
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": hintId, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    code: () => view.state.doc.toString(),
    /** Replace everything, as one step that undo takes back. */
    setCode(text) {
      const changes = { from: 0, to: view.state.doc.length, insert: text };
      view.dispatch({ changes, annotations: isolateHistory.of("full") });
    },
    /** Mark a line (1-based; null clears) and put the cursor there. */
    markLine(number) {
      const { doc } = view.state;
      if (!number || number > doc.lines) {
        view.dispatch({ effects: setMark.of(null) });
        return;
      }
      const { from, text } = doc.line(number);
      const anchor = from + text.length - text.trimStart().length;
      // Scroll the editor, not the page: the message is what the reader is looking at.
      const effects = [setMark.of(number)];
      view.dispatch({ selection: { anchor }, effects });
      jump = view.hasFocus ? null : { view, anchor };
      view.scrollDOM.scrollTop = Math.max(0, view.lineBlockAt(from).top - 60);
    },
    focus: () => view.focus(),
  };
}
