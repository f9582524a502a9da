"""A small site for the exercise panel: pages, wheels and notebooks, served from memory and disk.

The pages follow the contract between the book's Sphinx extension and web/src/exercise.js; the
runtime is the real Pyodide of web/node_modules, without NumPy unless a wheel is named.
"""

from __future__ import annotations

import functools
import io
import json
import threading
import zipfile
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STUB = '''\
import math


def huber(error, delta=1.0):
    """Return the Huber loss of one error."""
    # YOUR CODE HERE
    raise NotImplementedError
'''

EXERCISE = {
    "slug": "huber",
    "title": "Exercise: Huber loss",
    "chapter": "regression",
    "functions": ["huber"],
    "stub": STUB,
    "statement_html": "",
    "hints": ["Two branches.", "Inside, `0.5 * e * e`.", "Outside, mind the <b>offset</b>."],
    "points": 6,
    "aspects": [{"name": "value", "points": 2}, {"name": "gradient", "points": 4}],
}

SECOND = EXERCISE | {
    "slug": "mae",
    "title": "Exercise: mean absolute error",
    "functions": ["mae"],
    "stub": "def mae(y_true, y_pred):\n    raise NotImplementedError\n",
    "statement_html": "<p>Return the mean of <code>|y_pred - y_true|</code>.</p>",
    "points": 2,
}

#: Stands in for autograde.page where no NumPy is there: its verdict depends on the code.
FAKE_PAGE = '''
import contextlib, html, io, json

def run_source(slug, code):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {"__name__": "__main__"})
    return json.dumps({"stdout": out.getvalue(), "value": None, "error": None, "line": None})

def check_source(slug, code):
    if "while True" in code:
        exec(code, {})
    right, bad = "return 0.5" in code, "1/0" in code
    status = "right" if right else "error" if bad else "wrong"
    line = next((i for i, s in enumerate(code.split("\\n"), 1) if "1/0" in s), None)
    body = f"""<div class="lossbook-feedback" data-status="{status}">
        <p class="fb-verdict"><strong>{slug}: {status}</strong></p>
        <p>Feedback on <code>{html.escape(slug)}</code>
        <a href="regression/huber#x">Read about it</a></p>
        <img src=x onerror="window.hacked = 1"><a href="javascript:hacked=1" onclick="x">bad</a>
        <ul class="fb-aspects"><li data-passed="true"><span>value</span> <span>2/2</span>
        <span>passed</span></li><li data-passed="{str(right).lower()}"><span>gradient</span>
        <span>0/4</span> <span>fails: large errors</span></li></ul></div>"""
    return json.dumps({"status": status, "html": body, "text": f"Feedback text on {slug}",
        "aspects": [{"name": "value", "points": 2, "earned": 0 if bad else 2},
                    {"name": "gradient", "points": 4, "earned": 4 if right else 0}],
        "line": line, "stdout": ""})
'''

NUMPY_PAGE = "import numpy\n"


def package(name: str, files: dict[str, str]) -> bytes:
    """A wheel of that name with these files."""
    data = io.BytesIO()
    info = f"{name}-0.1.0.dist-info"
    with zipfile.ZipFile(data, "w") as archive:
        for path, source in files.items():
            archive.writestr(path, source)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return data.getvalue()


def wheel(page_source: str) -> bytes:
    """A wheel that holds nothing but autograde/page.py."""
    return package("lossbook", {"autograde/__init__.py": "", "autograde/page.py": page_source})


def notebook() -> dict:
    """A release notebook as nbgrader writes it: one solution cell per exercise, tests, text."""

    def grader(grade_id: str, **flags: object) -> dict:
        base = {"grade": False, "solution": False, "task": False, "locked": False}
        return {"nbgrader": base | {"grade_id": grade_id, "schema_version": 3} | flags}

    def code(cell_id: str, source: str, metadata: dict) -> dict:
        lines = source.splitlines(keepends=True)
        return {"cell_type": "code", "execution_count": None, "id": cell_id,
                "metadata": metadata, "outputs": [], "source": lines}  # fmt: skip

    test = "from autograde import verify\nverify('huber', 'value', globals())"
    return {
        "cells": [
            {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": ["# Regrèssion\n"]},
            code("b2", STUB, grader("huber", solution=True, checksum="c0ffee")),
            code(
                "c3", test, grader("huber-value", grade=True, locked=True, points=2, checksum="d")
            ),
            code("d4", SECOND["stub"], grader("mae", solution=True, checksum="f")),
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def panel(exercise: dict, heading: bool = True) -> str:
    """One <loss-exercise>; `heading` puts title and statement into the page itself."""
    data = json.dumps(exercise).replace("<", "\\u003c")
    stub = exercise["stub"].replace("&", "&amp;").replace("<", "&lt;")
    static = (
        f'<h2 class="title">{exercise["title"]}</h2><div class="statement">'
        "<p>Return the loss of one error. At <code>e = 3</code> and <code>delta = 1</code> it is"
        " 2.5. Outside the threshold the loss grows linearly.</p></div>"
    )
    return (
        f'<loss-exercise data-slug="{exercise["slug"]}">'
        f'<script type="application/json">{data}</script>{static if heading else ""}'
        f'<pre class="stub">{stub}</pre></loss-exercise>'
    )


def page(body: str, config: dict, *, theme: str = "light", furo: bool = False) -> bytes:
    style = '<link rel="stylesheet" href="/furo/furo.css">' if furo else ""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Panel</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{style}
<style>body {{ font: 16px/1.5 system-ui; }} main {{ max-width: 46rem; margin: auto;
padding: 0 1rem; }}
body[data-theme=dark] {{ background: #131416; color: #cfd0d0; }} .far {{ height: 4000px; }}</style>
<link rel="stylesheet" href="../_static/lossbook/panel.css">
<script type="application/json" id="lossbook-config">{json.dumps(config)}</script>
<script type="module" src="../_static/lossbook/exercise.js"></script></head>
<body data-theme="{theme}"><main><h1>Robust losses</h1>{body}
<p id="after">The text goes on.</p></main></body></html>""".encode()


class Site:
    """A base address, files served from memory (`files`), folders served from disk (`folders`)."""

    def __init__(self, folders: dict[str, Path]):
        self.folders = folders
        self.files: dict[str, bytes] = {}
        self.base = ""
        self.server: ThreadingHTTPServer | None = None

    def put(self, path: str, content: bytes) -> str:
        self.files[path] = content
        return self.base + path


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/octet-stream",
        ".ipynb": "application/json",
        "": "application/octet-stream",
    }

    def __init__(self, *args, site: Site, **kwargs):
        self.site = site
        super().__init__(*args, **kwargs)

    def log_message(self, *args) -> None:
        pass

    def translate_path(self, path: str) -> str:
        path = path.split("?")[0]
        for prefix, folder in self.site.folders.items():
            if path.startswith(prefix) and ".." not in path:
                return str(folder / path[len(prefix) :])
        return "/nonexistent"

    def do_GET(self) -> None:
        content = self.site.files.get(self.path.split("?")[0])
        if content is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path.split("?")[0]))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serve(folders: dict[str, Path]):
    site = Site(folders)
    handler = functools.partial(_Handler, site=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        site.base = f"http://127.0.0.1:{server.server_port}"
        site.server = server
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()
