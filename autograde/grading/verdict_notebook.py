"""The autograded notebook: the learner's cells, and the verdict as the output of the
grade cells. The form grader and nbgrader's feedback show it.

The hidden region of a test cell is left out: nbgrader's feedback prints test cells.
Plain data, so that a worker can write it without nbformat's check of every cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from autograde.feedback import Feedback, from_dict, number, render_text
from autograde.grading.repair import EXTRA

_HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*$\n?", re.S | re.M)


def without_hidden(source: str) -> str:
    """A test cell as learners may see it."""
    return _HIDDEN.sub("", source).rstrip("\n")


def verdict_output(feedback: Feedback, aspect: str) -> dict[str, Any]:
    """What a grade cell shows: text if passed, an error if not.

    nbgrader reads these outputs: an error is 0 points, plain text is all of them.
    """
    result = next(a for a in feedback.aspects if a.name == aspect)
    if result.passed:
        text = f"{feedback.title}, {aspect}: passed, {number(result.points)} points\n"
        return {"output_type": "stream", "name": "stdout", "text": text}
    return _error(
        "WrongAnswer", feedback.headline or feedback.status, render_text(feedback).split("\n")
    )


def outputs(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Outputs by cell id, from the record of a submission."""
    found: dict[str, dict[str, Any]] = {}
    for slug, data in record["exercises"].items():
        feedback = from_dict(data)
        for aspect in feedback.aspects:
            found[f"{slug}-{aspect.name}"] = verdict_output(feedback, aspect.name)
    for cell, text in record["cell_errors"].items():
        found.setdefault(cell, _error(text.partition(":")[0], text, [text]))
    return found


def _error(name: str, value: str, trace: list[str]) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": trace}


def verdict_notebook(record: dict[str, Any], labels: Iterable[tuple[str, str]]) -> str:
    """The notebook for ``autograded/`` as text: the repaired cells with their outputs.

    ``labels`` are the metadata of the released cells, as JSON, by their nbgrader id.
    """
    known = dict(labels)
    shown = outputs(record)
    cells = [
        _cell("markdown", f"note-{index}", f"Note: {_plain(flag)}")
        for index, flag in enumerate(record["flags"])
    ]
    for index, (cell_id, kind, text) in enumerate(record["pieces"]):
        cell = _cell(kind, f"cell-{index}", text)
        if cell_id is not None:
            cell["metadata"] = json.loads(known[cell_id])
            label = cell["metadata"]["nbgrader"]
            if label.get("grade") and not label.get("solution"):
                cell["source"] = without_hidden(text)
        output = shown.get(cell_id or f"{EXTRA}{index}")
        if kind == "code" and output is not None:
            cell["outputs"] = [output]
        cells.append(cell)
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook) + "\n"


def _cell(kind: str, name: str, text: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": text}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def _plain(text: str) -> str:
    """A flag as Markdown that shows it literally."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"
