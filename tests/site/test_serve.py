"""The server of `make start`: compressed, cached where safe, with the types that browsers insist on."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from lossbook.serve import server


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "_static").mkdir()
    (folder / "index.html").write_text("<p>" + "hello " * 500)
    for name in ("a.mjs", "a.js", "a.whl", "a.wasm", "a.ipynb", "a.woff2", "a.css"):
        (folder / "_static" / name).write_bytes(b"x" * 2000)
    running = server(str(folder), 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


def get(address: str, **headers: str):
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer, answer.read()


def test_text_is_compressed_for_those_who_can_read_it(home):
    _, whole = get(f"{home}/index.html")
    for path in ("", "index.html", "index.html?v=1"):
        answer, body = get(f"{home}/{path}", **{"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == whole
        assert len(body) < len(whole) / 10
        assert int(answer.headers["Content-Length"]) == len(body)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mjs", "text/javascript"),
        ("a.js", "text/javascript"),
        ("a.wasm", "application/wasm"),
        ("a.whl", "application/zip"),
        ("a.ipynb", "application/json"),
        ("a.woff2", "font/woff2"),
    ],
)
def test_files_have_the_type_that_browsers_insist_on(home, name, kind):
    answer, _ = get(f"{home}/_static/{name}")
    assert answer.headers["Content-Type"] == kind


def test_only_an_address_with_a_digest_is_kept(home):
    assert "max-age=31536000" in get(f"{home}/_static/a.css?v=12ab")[0].headers["Cache-Control"]
    assert get(f"{home}/_static/a.css")[0].headers["Cache-Control"] == "no-cache"
    assert get(f"{home}/index.html")[0].headers["Cache-Control"] == "no-cache"


def test_what_is_not_there_is_a_404_and_the_server_goes_on(home):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{home}/nowhere.html")
    assert get(f"{home}/index.html")[0].status == 200


def test_without_a_site_it_says_how_to_build_one(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "lossbook.serve", str(tmp_path), "0"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "make book" in done.stderr
