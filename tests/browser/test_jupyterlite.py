"""JupyterLite with a Pyodide of one's own, every other host refused: a kernel, a check, a verdict.

It runs where JupyterLite is installed (see lossbook.lite.INSTALL) and LOSSBOOK_PYODIDE_FULL names
the folder of an unpacked distribution of Pyodide.
"""

from __future__ import annotations

import importlib.util
import os
import threading

import pytest
from lossbook import _assets, lite
from lossbook.serve import server
from playwright.sync_api import expect

SLOW = 240_000  # ms
WRONG = "def mse(y_true, y_pred):\n    return abs(y_pred - y_true).mean()\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in lite.NEEDED)
        or not os.environ.get("LOSSBOOK_PYODIDE_FULL"),
        reason="needs JupyterLite, and LOSSBOOK_PYODIDE_FULL with a distribution of Pyodide",
    ),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The address of a site with JupyterLite and its own Pyodide."""
    site = tmp_path_factory.mktemp("site")
    pyodide = _assets.host_pyodide(os.environ["LOSSBOOK_PYODIDE_FULL"], site, lite=True)
    assert (site / pyodide / "pyodide.js").is_file()
    lite.write_lite(site, pyodide)
    running = server(str(site), 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


def test_a_notebook_is_checked_and_nobody_else_is_asked(opened, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    outside, failed = [], []

    def gate(route):
        if route.request.url.startswith((opened, "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    context.on("response", lambda r: failed.append(r.url) if r.status >= 400 else None)
    tab = context.new_page()
    tab.goto(f"{opened}/lite/lab/index.html?path=regression.ipynb")
    cells = tab.locator(".jp-NotebookPanel .jp-CodeCell")
    state = tab.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")
    expect(state).to_have_attribute("data-status", "idle", timeout=SLOW)
    for i, code in enumerate([None, None, WRONG, None]):
        cells.nth(i).locator(".cm-content").click()
        if code:
            tab.keyboard.press("Control+a")
            tab.keyboard.insert_text(code)
        tab.keyboard.press("Shift+Enter")
    verdict = cells.nth(3).locator(".jp-OutputArea")
    expect(verdict).to_contain_text("Mean squared error: wrong, ", timeout=SLOW)
    expect(verdict).to_contain_text("The sizes of the errors are averaged")
    assert outside == []
    assert failed == []
    context.close()
