"""The site as strangers host it: under a sub-path, with the policy it asks for, from the zip."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import SITE, Visit
from lossbook import headers, offline
from lossbook.serve import Handler

PYODIDE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "pyodide"
CDN = "https://cdn.jsdelivr.net/pyodide/"

pytestmark = pytest.mark.browser


@contextmanager
def running(handler):
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class UnderAPath(Handler):
    """The site at /sub/path/, nothing elsewhere, with the headers of ``_headers``."""

    sent = headers.always(SITE) if SITE.is_dir() else {}

    def translate_path(self, path: str) -> str:
        if not path.startswith("/sub/path/"):
            return str(SITE / "no-such-file")
        return super().translate_path(path.removeprefix("/sub/path"))

    def end_headers(self) -> None:
        for name, value in self.sent.items():
            self.send_header(name, value)
        super().end_headers()


@pytest.fixture(scope="module")
def hosted():
    with running(functools.partial(UnderAPath, directory=str(SITE))) as address:
        yield f"{address}/sub/path"


@pytest.fixture
def stranger(browser):
    contexts = []

    def opened(base: str, path: str) -> Visit:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        seen = Visit(context.new_page(), base)
        seen.page.goto(f"{base}/{path}", wait_until="load")
        return seen

    yield opened
    for context in contexts:
        context.close()


def test_a_page_works_under_a_path_and_under_the_policy(hosted, stranger):
    """Explorer, quiz, panel and report: no violation, nothing asked for outside of the path."""
    seen = stranger(hosted, "regression/huber.html")
    page = seen.page
    assert (
        "default-src 'none'"
        in urllib.request.urlopen(f"{hosted}/index.html").headers["Content-Security-Policy"]
    )
    assert page.locator("loss-explorer.ready").count() > 0
    quiz = page.locator("loss-quiz").first
    quiz.scroll_into_view_if_needed()
    quiz.locator("button").first.wait_for()
    panel = page.locator("loss-exercise[data-slug=huber]")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("button", name="Check").wait_for()
    panel.locator(".cm-content").wait_for()
    page.locator("#report summary").click()
    page.locator("#report-text").fill("The example says 2.5 and I get 2.")
    page.get_by_role("button", name="Write the report").click()
    page.locator("#report-copy").wait_for()
    assert seen.errors == []
    assert seen.outside == []


def test_python_runs_under_the_policy(hosted, stranger):
    """Pyodide from where it is by default: answered here, because nobody outside is asked."""
    seen = stranger(hosted, "regression/huber.html")
    page = seen.page

    def answer(route):
        path = PYODIDE / route.request.url.split("?")[0].rsplit("/", 1)[1]
        allowed = {"Access-Control-Allow-Origin": "*"}
        if path.is_file():
            kind = {
                ".mjs": "text/javascript",
                ".js": "text/javascript",
                ".wasm": "application/wasm",
            }
            route.fulfill(
                path=path,
                headers={
                    **allowed,
                    "Content-Type": kind.get(path.suffix, "application/octet-stream"),
                },
            )
        else:  # NumPy, which the npm package does not hold
            route.fulfill(status=404, headers=allowed)

    page.context.route(f"{CDN}**", answer)
    page.route(f"{CDN}**", answer)
    violations = []
    page.on(
        "console", lambda m: violations.append(m.text) if "Content Security" in m.text else None
    )
    panel = page.locator("loss-exercise[data-slug=huber]")
    panel.scroll_into_view_if_needed()
    editor = panel.locator(".cm-content")
    editor.wait_for()
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("print(6 * 7)")
    panel.get_by_role("button", name="Run").click()
    panel.get_by_text("42", exact=True).wait_for(timeout=60_000)
    assert violations == []


def test_the_policy_refuses_what_the_book_does_not_do(hosted, stranger):
    page = stranger(hosted, "index.html").page
    ran = page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.hacked = 1";
          document.body.append(script);
          const asked = await fetch("https://example.org/").then(() => true, () => false);
          return [window.hacked ?? 0, asked];
        }"""
    )
    assert ran == [0, False]


@pytest.mark.parametrize("path", ["index.html", "search.html?q=huber", "concepts/index.html",
                                  "detection/iou.html", "rl/ppo.html", "reference/regression.html",
                                  "errata.html", "loss/huber/"])  # fmt: skip
def test_other_pages_keep_the_policy(hosted, stranger, path):
    seen = stranger(hosted, path)
    seen.page.locator("h1").wait_for()  # a short address leads on to a page
    seen.page.wait_for_load_state()
    assert seen.errors == []
    assert seen.outside == []
    assert seen.page.locator("h1").count() == 1


def test_search_finds_under_the_policy(hosted, stranger):
    page = stranger(hosted, "search.html?q=huber").page
    page.locator("#search-results li").first.wait_for()


def test_the_zip_works_with_the_server_that_python_brings(tmp_path, stranger):
    offline.write_zip(SITE, tmp_path / "book.zip")
    with zipfile.ZipFile(tmp_path / "book.zip") as archive:
        archive.extractall(tmp_path)
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
        cwd=tmp_path / "lossbook", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        port = server.stdout.readline().split("port ")[1].split()[0]
        base = f"http://127.0.0.1:{port}"
        for _ in range(50):
            try:
                urllib.request.urlopen(base).close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        seen = stranger(base, "")
        page = seen.page
        page.locator("article a", has_text="Regression").first.click()
        page.wait_for_url("**/regression/index.html")
        page.goto(f"{base}/regression/huber.html")
        assert page.locator("loss-explorer.ready").count() > 0
        panel = page.locator("loss-exercise[data-slug=huber]")
        panel.scroll_into_view_if_needed()
        panel.locator(".cm-content").wait_for()
        page.goto(f"{base}/loss/huber/")
        page.wait_for_url("**/regression/huber.html")
        assert seen.errors == []
        assert seen.outside == []
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()
