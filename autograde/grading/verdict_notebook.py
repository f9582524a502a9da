"""The autograded notebook: the learner's cells, and the verdict as the output of the
grade cells. The form grader and nbgrader's feedback show it.

The hidden region of a test cell is left out: nbgrader's feedback prints test cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from nbgrader.utils import is_grade, is_solution

from autograde.feedback import Feedback, from_dict, number, render_text
from autograde.grading.repair import EXTRA

_HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*$\n?", re.S | re.M)
_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def without_hidden(source: str) -> str:
    """A test cell as learners may see it."""
    return _HIDDEN.sub("", source).rstrip("\n")


def verdict_output(feedback: Feedback, aspect: str) -> NotebookNode:
    """What a grade cell shows: text if passed, an error if not.

    nbgrader reads these outputs: an error is 0 points, plain text is all of them.
    """
    result = next(a for a in feedback.aspects if a.name == aspect)
    if result.passed:
        text = f"{feedback.title}, {aspect}: passed, {number(result.points)} points\n"
        return new_output("stream", name="stdout", text=text)
    first = feedback.headline or feedback.status
    return new_output(
        "error",
        ename="WrongAnswer",
        evalue=first,
        traceback=[*render_text(feedback).split("\n")],
    )


def outputs(record: dict[str, Any]) -> dict[str, NotebookNode]:
    """Outputs by cell id, from the record of a submission."""
    found: dict[str, NotebookNode] = {}
    for slug, data in record["exercises"].items():
        feedback = from_dict(data)
        for aspect in feedback.aspects:
            found[f"{slug}-{aspect.name}"] = verdict_output(feedback, aspect.name)
    for cell, text in record["cell_errors"].items():
        name = text.partition(":")[0]
        found.setdefault(cell, new_output("error", ename=name, evalue=text, traceback=[text]))
    return found


def verdict_notebook(record: dict[str, Any], released: Iterable[NotebookNode]) -> NotebookNode:
    """The notebook for ``autograded/``: the repaired cells with their outputs.

    ``released`` are the cells of the release notebook, for their labels and checksums.
    """
    labels = {
        cell.metadata["nbgrader"]["grade_id"]: cell.metadata
        for cell in released
        if cell.metadata.get("nbgrader", {}).get("grade_id")
    }
    shown, cells = outputs(record), []
    for index, flag in enumerate(record["flags"]):
        cells.append(new_markdown_cell(f"Note: {_plain(flag)}", id=f"note-{index}"))
    for index, (cell_id, kind, text) in enumerate(record["pieces"]):
        cell = _NEW[kind](text, id=f"cell-{index}")
        if cell_id is not None:
            cell.metadata = deepcopy(labels[cell_id])
            if is_grade(cell) and not is_solution(cell):
                cell.source = without_hidden(text)
        output = shown.get(cell_id or f"{EXTRA}{index}")
        if kind == "code" and output is not None:
            cell.outputs = [output]
        cells.append(cell)
    notebook = new_notebook(cells=cells)
    notebook.metadata = NotebookNode(
        kernelspec=NotebookNode(display_name="Python 3", language="python", name="python3"),
        language_info=NotebookNode(name="python"),
    )
    return notebook


def _plain(text: str) -> str:
    """A flag as Markdown that shows it literally."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"
