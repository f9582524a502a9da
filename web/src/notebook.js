// "Download my notebook": the chapter's release notebook with the reader's code in its solution cells.

import { absolute, config } from "./config.js";
import { saveFile } from "./dom.js";
import { read } from "./store.js";

/**
 * Put stored code into the solution cells of a release notebook, in place; every other byte of
 * meaning (metadata, ids, checksums, test cells) stays as nbgrader wrote it, so that it can grade
 * the file. Returns the number of cells filled.
 */
function fill(notebook) {
  let filled = 0;
  for (const cell of notebook.cells) {
    const meta = cell.metadata?.nbgrader;
    const stored = cell.cell_type === "code" && meta?.solution ? read(meta.grade_id).code : null;
    if (stored == null) continue;
    const code = stored.trimEnd(); // a cell has no newline after its last line
    // The format allows a string or a list of lines; keep the form that is there.
    cell.source = Array.isArray(cell.source) ? code.match(/[^\n]*\n|[^\n]+$/g) ?? [] : code;
    filled++;
  }
  return filled;
}

/** Download the chapter's notebook; returns the sentence to show. */
export async function downloadNotebook(chapter) {
  const url = absolute(config().notebooks[chapter]);
  let notebook;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    notebook = await response.json();
  } catch (error) {
    return `The notebook could not be fetched from ${url} (${error.message}). Your code is kept.`;
  }
  const filled = fill(notebook);
  const name = `${chapter}.ipynb`;
  saveFile(name, JSON.stringify(notebook, null, 1) + "\n", "application/x-ipynb+json");
  return `Saved ${name} with your code in ${filled} ${filled === 1 ? "exercise" : "exercises"}.`;
}
