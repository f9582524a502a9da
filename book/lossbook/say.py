"""Numbers of an executed cell, for the text around it."""

from __future__ import annotations

from IPython.display import display

#: What myst-nb looks for. Its own `glue` says the same, but to import it takes as long as many
#: pages take to run: it brings the validator of notebooks and its grammars.
RECORD = "application/papermill.record/"


def say(name: str, value: float) -> None:
    """Name a number, so that prose on the same page holds it: {glue:text}`name:.1f`."""
    display(
        {f"{RECORD}text/plain": repr(float(value))},
        metadata={"scrapbook": {"name": name, "mime_prefix": RECORD}},
        raw=True,
    )
