"""The page Your first course, command by command, as a newcomer would type them."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat

from autograde.grading.demo import NAMES
from autograde.stubs import release_notebook

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "first-course.md"
#: What ends with another status than 0, and which: an empty notebook is not right.
NOT_ZERO = {"validate": 1}


def commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_the_commands_of_the_page_are_the_commands_that_run(tmp_path):
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
    }
    said = {}
    for command in commands():
        run = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True,
            text=True, timeout=300, check=False,
        )  # fmt: skip
        wanted = next((code for word, code in NOT_ZERO.items() if f" {word} " in command), 0)
        assert run.returncode == wanted, f"{command}\n{run.stdout[-1500:]}\n{run.stderr[-1500:]}"
        said[command] = run.stdout

    def told(word: str) -> str:
        return next(text for command, text in said.items() if f"autograde {word} " in command)

    assert len(said) >= 14
    assert "Not attempted" in told("validate") or "not attempted" in told("validate")
    assert f"{len(NAMES)} new" in told("collect")
    assert f"Graded {len(NAMES)}" in told("grade")
    assert "read aloud in the seminar" in told("audit")
    assert (tmp_path / "report" / "index.html").is_file()
    with zipfile.ZipFile(tmp_path / "feedback.zip") as archive:
        assert len(archive.namelist()) == len(NAMES)
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(NAMES) + 2
    assert float(rows[1][-1]) == 100
    assert not list((tmp_path / "my-course" / "submitted").glob("7005"))


def test_the_notebook_that_is_handed_out_works_with_the_package_beside_it(tmp_path):
    """The wheel of the handout alone, with NumPy: check and validate, nothing of the grader."""
    from autograde.wheel import build_learner_wheel

    wheel = build_learner_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        names = archive.namelist()
    assert not [n for n in names if "solutions" in n or "ledger" in n or "course" in n]
    notebook = tmp_path / "regression.ipynb"
    nbformat.write(release_notebook("regression"), notebook)
    begin = (
        "import sys; sys.path[:] = [p for p in sys.path if p and 'lossbook' not in p.lower()]\n"
        f"sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import autograde; assert 'site' in autograde.__file__\n"
    )
    check = (
        "import numpy as np\nfrom autograde import check\n"
        "def softmax(z):\n    return np.exp(z) / np.exp(z).sum()\n"
        "check(softmax)\n"
    )
    validate = (
        f"import runpy\nsys.argv = ['autograde', 'validate', {str(notebook)!r}]\n"
        "runpy.run_module('autograde', run_name='__main__')\n"
    )
    for code, status, said in (
        (check, 0, "Softmax, stable: wrong"),
        (validate, 1, "0 of 8 exercises are right."),
    ):
        run = subprocess.run(
            [sys.executable, "-I", "-c", begin + code], cwd=tmp_path, capture_output=True,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        assert run.returncode == status, run.stderr
        assert said in run.stdout
