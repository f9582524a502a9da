"""Every page of the built site is HTML as the standard has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
VALIDATOR = ROOT / "web" / "node_modules" / ".bin" / "html-validate"


def problems(*pages: Path) -> list[str]:
    """``file:line: what is not valid`` for each problem."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # Into a file: the program ends before a pipe has taken more than its 64 KiB.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as report:
        done = subprocess.run(
            [VALIDATOR, "--config", ROOT / "web" / "html-validate.json", "--formatter", "json", *pages],
            stdout=report, stderr=subprocess.PIPE, text=True, timeout=300,
            env={**os.environ, "PATH": paths},
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        report.seek(0)
        return [
            f"{Path(found['filePath']).name}:{m['line']}: {m['message']} ({m['ruleId']})"
            for found in json.load(report)
            for m in found["messages"]
        ]


def test_every_page_is_valid():
    # The instructor's report of a demo class is no part of the book; its tests are elsewhere.
    pages = [
        page
        for page in sorted(SITE.rglob("*.html"))
        if page.relative_to(SITE).parts[0] not in ("report", "reports", "lite")
    ]
    assert len(pages) > 80
    assert problems(*pages) == []


def test_the_validator_finds_what_a_page_of_ours_could_do(tmp_path):
    page = (SITE / "notation.html").read_text(encoding="utf-8")
    for name, broken in {
        "nested": page.replace("</article>", "<p><div></div></p></article>"),
        "twice": page.replace("</article>", '<i id="furo-main-content"></i></article>'),
        "unclosed": page.replace("</article>", "<em></article>"),
        "attribute": page.replace("</article>", '<input type="nothing"></article>'),
    }.items():
        path = tmp_path / f"{name}.html"
        path.write_text(broken, encoding="utf-8")
        assert problems(path) != [], name
