"""How long a reader waits for the first verdict, against a bare Pyodide with NumPy.

    LOSSBOOK_PYODIDE_WHEELS=folder python bench/bench_panel.py [--rounds 5] [--write]

Needs the built site, Chromium, and a folder with the NumPy wheel of the pinned Pyodide. Bare: a
page whose worker loads Pyodide with NumPy and imports it, and nothing else. Ours: a page of the
book, from the press on Check to the verdict on a solution. Both come from the same server into
browsers that have nothing in their caches, in turn. Later verdicts are those on edited code.
``--write`` keeps what was measured in bench/panel.json.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from lossbook.serve import Handler

REPO = Path(__file__).resolve().parents[1]
SITE = REPO / "_build" / "html"
RECORD = Path(__file__).with_name("panel.json")
RUNTIME = "_runtime/v0.29.5/"
#: Pages whose exercise is judged, and the exercise: a light one, a heavy one, a chapter's largest.
PAGES = {"regression/huber": "huber", "classification/focal": "focal", "rl/ppo": "ppo_clip"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

BARE = """<!doctype html><title>bare</title><button>Boot</button><script type="module">
const code = `import {loadPyodide} from "RUNTIMEpyodide.mjs";
const python = await loadPyodide({indexURL: "RUNTIME", packages: ["RUNTIMENUMPY"]});
python.runPython("import numpy");
postMessage(1);`;
document.querySelector("button").onclick = () => {
  const start = performance.now();
  const worker = new Worker(URL.createObjectURL(new Blob([code], {type: "text/javascript"})),
                            {type: "module"});
  worker.onmessage = () => { document.body.dataset.ms = performance.now() - start; };
};</script>"""


def numpy_wheels() -> list[Path]:
    return sorted(Path(os.environ.get("LOSSBOOK_PYODIDE_WHEELS", ".")).glob("numpy-*.whl"))


def runtime(folder: Path) -> str:
    """Pyodide's npm package and the NumPy wheel side by side; the name of the wheel."""
    wheel = numpy_wheels()[-1]
    for path in [*(REPO / "web/node_modules/pyodide").iterdir(), wheel]:
        (folder / path.name).symlink_to(path.resolve())
    return wheel.name


class _Handler(Handler):
    """The site, with a runtime beside it whose address every page is told."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, home: str, python: str, numpy: str, **kwargs) -> None:
        self.home, self.python, self.numpy = home, python, numpy
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        path = path.split("?")[0]
        if path.startswith("/" + RUNTIME):
            return str(Path(self.python, path.removeprefix("/" + RUNTIME)))
        return super().translate_path(path)

    def do_GET(self) -> None:
        if self.path == "/_bare.html":
            body = BARE.replace("NUMPY", self.numpy).replace("RUNTIME", f"{self.home}/{RUNTIME}")
        elif self.path.endswith(".html"):
            text = Path(self.translate_path(self.path)).read_text(encoding="utf-8")
            mark = '<script type="application/json" id="lossbook-config">{'
            told = f'"pyodideURL":"/{RUNTIME}","numpyWheel":"/{RUNTIME}{self.numpy}",'
            body = text.replace(mark, mark + told)
        else:
            return super().do_GET()
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def served(site: Path = SITE):
    """The address of ``site`` with the runtime."""
    with tempfile.TemporaryDirectory() as folder:
        numpy = runtime(Path(folder))
        with ThreadingHTTPServer(("127.0.0.1", 0), None) as server:
            home = f"http://127.0.0.1:{server.server_port}"
            server.RequestHandlerClass = partial(
                _Handler, directory=str(site), home=home, python=folder, numpy=numpy
            )
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield home
            server.shutdown()


def solution(slug: str) -> str:
    from autograde import stubs
    from autograde.exercises import get

    cells = stubs.chapter_notebook(get(slug).chapter).cells
    source = next(cell.source for cell in cells if stubs.grade_id(cell) == slug)
    return "\n".join(line for line in source.split("\n") if "SOLUTION" not in line)


def bare(browser, home: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{home}/_bare.html")
    page.click("button")
    page.wait_for_selector("body[data-ms]", timeout=120_000)
    ms = float(page.get_attribute("body", "data-ms"))
    context.close()
    return ms


def ours(browser, home: str, path: str, slug: str, *, warm: bool) -> tuple[float, list[float]]:
    """Milliseconds to the first verdict, and to those on three edited versions.

    ``warm``: the reader edits first and needs some seconds for it, as readers do.
    """
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{home}/{path}.html")
    panel = page.locator(f"loss-exercise[data-slug={slug}]")
    panel.scroll_into_view_if_needed()
    panel.locator(".cm-content").wait_for()
    page.wait_for_timeout(500)
    code = solution(slug)
    if not warm:
        key = f"lossbook:v1:{slug}"
        page.evaluate("([k, v]) => localStorage.setItem(k, v)", [key, json.dumps({"code": code})])
        page.reload()
        panel.scroll_into_view_if_needed()
        panel.locator(".cm-content").wait_for()
        page.wait_for_timeout(500)
    times = []
    for number in range(4):
        if warm or number:
            panel.locator(".cm-content").click()
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(code + "\n# again" * number)
            page.wait_for_timeout(8000 if number == 0 else 200)
        times.append(verdict(page, panel))
    context.close()
    return times[0], times[1:]


def verdict(page, panel) -> float:
    """From the press on Check to the verdict in the page."""
    panel.evaluate(
        """panel => {
          delete panel.dataset.ms;
          const start = performance.now();
          const look = new MutationObserver(() => {
            if (!panel.querySelector(".lossbook-feedback")) return;
            look.disconnect();
            panel.dataset.took = performance.now() - start;
          });
          delete panel.dataset.took;
          [...panel.querySelectorAll("button")].find(b => b.textContent === "Check").click();
          look.observe(panel, {childList: true, subtree: true});
        }"""
    )
    page.wait_for_function(
        "panel => panel.dataset.took", arg=panel.element_handle(), timeout=120_000
    )
    said = panel.locator("[role=status]").inner_text()
    if not said.startswith("Right"):
        raise SystemExit(f"the solution is not right in the page: {said}")
    return float(panel.get_attribute("data-took"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", default=",".join(PAGES))
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--write", action="store_true", help="keep it in bench/panel.json")
    options = parser.parse_args()
    if not numpy_wheels():
        print(
            "Not measured: LOSSBOOK_PYODIDE_WHEELS names no folder with a numpy-*.whl for Pyodide."
        )
        return
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    rows = {}
    with sync_playwright() as playwright, served(options.site) as home:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        version = browser.version
        for name in options.pages.split(","):
            slug = PAGES[name]
            boots, firsts, warmed, laters = [], [], [], []
            for _ in range(options.rounds):
                boots.append(bare(browser, home))
                first, later = ours(browser, home, name, slug, warm=False)
                firsts.append(first)
                laters += later
            first, later = ours(browser, home, name, slug, warm=True)
            warmed.append(first)
            laters += later
            row = {
                "bare_ms": round(statistics.median(boots)),
                "first_ms": round(statistics.median(firsts)),
                "first_after_typing_ms": round(statistics.median(warmed)),
                "later_ms": round(statistics.median(laters)),
                "later_worst_ms": round(max(laters)),
            }
            row["ratio"] = round(row["first_ms"] / row["bare_ms"], 2)
            rows[slug] = row
            print(name, row, flush=True)
        browser.close()
    if options.write:
        worst = max(rows.values(), key=lambda row: row["ratio"])
        kept = {
            "chromium": re.match(r"\d+", version)[0],
            "rounds": options.rounds,
            "exercises": rows,
            "worst_ratio": worst["ratio"],
            "worst_later_ms": max(row["later_worst_ms"] for row in rows.values()),
        }
        RECORD.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
