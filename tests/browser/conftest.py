"""The built site in a real browser, with every address outside this machine blocked."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from lossbook.serve import server

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def site():
    """The address of the built book."""
    if not (SITE / "index.html").is_file():
        pytest.fail("the site is not built; build it with: make book")
    running = server(str(SITE), 0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


class Visit:
    """A page and what went wrong on it."""

    def __init__(self, page, home: str) -> None:
        self.page, self.outside, self.errors, self.received = page, [], [], {}
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("response", self._measure)

        def gate(route):
            if route.request.url.startswith((home, "data:", "blob:")):
                route.continue_()
            else:
                self.outside.append(route.request.url)
                route.abort()

        page.route("**/*", gate)

    def _measure(self, response) -> None:
        size = response.headers.get("content-length")
        self.received[response.url] = int(size) if size else 0


@pytest.fixture
def visit(browser, site):
    """Open a page of the book: ``visit("regression/huber.html", width=390, dark=True)``."""
    contexts = []

    def opened(path: str, width: int = 1280, dark: bool = False, **options) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        seen = Visit(context.new_page(), site)
        seen.page.goto(f"{site}/{path}", wait_until="load")
        return seen

    yield opened
    for context in contexts:
        context.close()
