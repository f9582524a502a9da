"""The exercise panel's HTML: statement, stub and data, readable without any script."""

from __future__ import annotations

import json
from html import escape
from typing import Any


def opening(data: dict[str, Any]) -> str:
    """Everything before the statement."""
    points = "".join(
        f"<li>{escape(a['name'])} {a['points']:g}</li>" for a in data["aspects"]
    )
    return (
        f'<loss-exercise data-slug="{escape(data["slug"])}" id="exercise-{escape(data["slug"])}">'
        f'<p class="title" role="heading" aria-level="3">{escape(data["title"])} '
        f'<span class="lx-points">{data["points"]:g} points</span></p>'
        f'<ul class="lx-aspects" aria-label="Points by aspect">{points}</ul>'
        '<div class="statement">'
    )


def closing(data: dict[str, Any]) -> str:
    """Everything after the statement: the stub and the data of the panel."""
    payload = {k: v for k, v in data.items() if k != "statement"}
    text = json.dumps(payload).replace("</", "<\\/")
    lines = data["stub"].count("\n") + 1
    return (
        f'</div><pre class="stub" tabindex="0" style="--lines: {lines}">{escape(data["stub"])}</pre>'
        f'<script type="application/json">{text}</script></loss-exercise>'
    )
