"""``validate NOTEBOOK``: what a learner runs before handing in.

The same runner as the grader's, the visible questions only, and the same words as check.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from autograde import stubs
from autograde.feedback import render_text
from autograde.grading.judge import Bench, Paper
from autograde.grading.repair import repair, source_cells

RIGHT, WRONG, UNREADABLE = 0, 1, 2


def validate(path: str | Path, out: TextIO = sys.stdout) -> int:
    """Print what check would print for each exercise; 0 all right, 1 not, 2 unreadable.

    The notebook runs on the learner's own machine as the learner's own process.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        print(f"validate: cannot read {path}: {error.strerror}.", file=out)
        return UNREADABLE
    chapter = _chapter(data)
    source = source_cells(stubs.release_notebook(chapter))
    repaired = repair(data, source)
    for flag in repaired.flags:
        print(f"Note: {flag}", file=out)
    if not repaired.readable:
        return UNREADABLE
    bench = Bench(Paper(chapter, source, seed=None, unsafe=True))
    try:
        examined = bench.examine(repaired)
    finally:
        bench.close()
    for feedback, result in examined.values():
        print(f"\n{render_text(replace(feedback, printed=result.printed))}", file=out)
    right = sum(feedback.status == "right" for feedback, _ in examined.values())
    print(f"\n{right} of {len(examined)} exercises are right.", file=out)
    return RIGHT if right == len(examined) and not repaired.flags else WRONG


def _chapter(data: bytes) -> str:
    """The chapter that a notebook says it is from; the first one if it does not say."""
    import json

    from autograde.exercises import ORDER

    try:
        chapter = json.loads(data)["metadata"]["lossbook"]["chapter"]
    except (ValueError, KeyError, TypeError, RecursionError):
        chapter = None
    return chapter if isinstance(chapter, str) and chapter in ORDER else next(iter(ORDER))
