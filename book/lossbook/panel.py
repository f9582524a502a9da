"""The HTML of an exercise: what a reader sees before and without the script.

Everything comes from the records of ``autograde``, so a page cannot disagree with the
release notebook.
"""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any

from lossbook._element import script_json


def page_data(slug: str) -> dict[str, Any]:
    """The exercise as its page shows it; with LOSSBOOK_DRAFT=1 a stand-in if there is none."""
    from autograde import stubs

    try:
        return stubs.page_data(slug)
    except (KeyError, ValueError, FileNotFoundError) as error:
        if os.environ.get("LOSSBOOK_DRAFT") != "1":
            raise
        return {
            "slug": slug,
            "title": slug,
            "chapter": "regression",
            "functions": [slug],
            "statement": f"*Draft: {error}*",
            "stub": f"def {slug}(y_true, y_pred):\n    raise NotImplementedError()\n",
            "hints": ["", "", ""],
            "points": 0,
            "aspects": [],
        }


def sources(slug: str) -> list[Path]:
    """The files that an exercise's part of a page is made from."""
    from autograde import exercises, stubs

    try:
        chapter = exercises.get(slug).chapter
        record = Path(exercises.__file__).parent / chapter / f"{slug}.py"
        return [stubs.source_path(chapter), record]
    except (KeyError, ValueError, FileNotFoundError):  # only in a draft
        return []


def progress_json(chapter: str, where: dict[str, str]) -> str:
    """What <loss-progress> lists: a chapter's exercises; ``where`` gives the address of each."""
    from autograde.exercises import chapter as exercises_of

    rows = [
        {
            "slug": exercise.slug,
            "title": exercise.title,
            "points": exercise.total,
            **({"href": where[exercise.slug]} if exercise.slug in where else {}),
        }
        for exercise in exercises_of(chapter)
    ]
    return script_json({"exercises": rows})


def exercise_html(slug: str, docname: str) -> tuple[str, str, str]:
    """``(before, statement, after)``: HTML around the statement, which is MyST text.

    The page lays out the statement itself, so that its mathematics is typeset like all
    other. ``docname`` names the page in errors.
    """
    try:
        data = page_data(slug)
    except (KeyError, ValueError, FileNotFoundError) as error:
        raise ValueError(f"{docname}: exercise {slug!r}: {error}") from error
    shown = {key: value for key, value in data.items() if key != "statement"}
    points = f"{data['points']:g} point{'s' if data['points'] != 1 else ''}"
    before = (
        f'<loss-exercise data-slug="{slug}" id="exercise-{slug}">'
        f'<script type="application/json">{script_json(shown)}</script>'
        f'<h3 class="title">Exercise: {escape(data["title"])} '
        f'<span class="points">{points}</span></h3><div class="statement">'
    )
    after = f'</div><pre class="stub" tabindex="0">{escape(data["stub"])}</pre></loss-exercise>'
    return before, data["statement"], after
