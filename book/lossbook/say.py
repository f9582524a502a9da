"""Numbers of an executed cell, for the text around it."""

from __future__ import annotations

from myst_nb import glue


def say(name: str, value: float) -> None:
    """Name a number, so that prose on the same page holds it: {glue:text}`name:.1f`."""
    glue(name, float(value), display=False)
