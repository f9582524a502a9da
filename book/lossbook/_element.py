"""A thing in a page that needs a little script: an explorer or a quiz.

It has two hosts. In the built book its HTML is a custom element, which one ES module
brings to life. In a live notebook the same module runs as an anywidget.
"""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def static() -> bool:
    """Whether this runs inside the build of the book (the build sets the variable)."""
    return os.environ.get("LOSSBOOK_STATIC") == "1"


def script_json(data: Any) -> str:
    """JSON that may stand inside <script>: no ``</script>`` can end it early."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


class Element:
    """Base of what a cell may end with. Subclasses set the module, the style and the HTML."""

    module: str
    css: str

    def html(self) -> str:
        """The custom element with its data and what is shown without JavaScript."""
        raise NotImplementedError

    def answer(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """What a live kernel replies to a message of the script; None if nothing."""
        return None

    @cached_property
    def _widget(self) -> Any:
        import anywidget
        import traitlets

        element = self

        class Host(anywidget.AnyWidget):
            _esm = (HERE / element.module).read_text(encoding="utf-8")
            _css = (HERE / element.css).read_text(encoding="utf-8")
            html = traitlets.Unicode(element.html()).tag(sync=True)

        def receive(widget: Any, message: Any, buffers: Any) -> None:
            reply = element.answer(message)
            if reply is not None:
                widget.send(reply)

        widget = Host()
        widget.on_msg(receive)
        return widget

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if static():
            return {"text/html": self.html(), "text/plain": repr(self)}
        return self._widget._repr_mimebundle_(include=include, exclude=exclude)
