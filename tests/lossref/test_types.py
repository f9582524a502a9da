"""What ``py.typed`` promises: a type checker knows what every public function takes."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import lossref

ROOT = Path(__file__).resolve().parents[2]


def public() -> list[str]:
    found = {name: getattr(lossref, name) for name in dir(lossref)}
    return [
        name
        for name, value in found.items()
        if inspect.isfunction(value) and value.__module__.startswith("lossref")
    ]


#: A program of somebody who uses the package; what comes after # is in the complaint about it.
PROGRAM = """\
import numpy as np
import lossref

lossref.huber([0.0], np.ones(1), delta=2.0)
lossref.info_nce(np.eye(2), [[1.0, 0.0], [0.0, 1.0]], temperature=np.float64(0.5))
lossref.binary_focal([1], [0.5], alpha=None, sample_weight=[2.0])
lossref.ndcg([1.0, 2.0], [0.0, 1.0], top=None)
lossref.huber([0.0], [1.0], delta="2")  # "delta" to "huber"
lossref.softmax_cross_entropy([1], [[0.0, 1.0]], redction="sum")  # "redction"
lossref.stable.softplus(1.0)
lossref.regression.mae([0.0], [1.0])
lossref.mse([0.0])  # "y_pred"
lossref.no_such_loss([0.0])  # no_such_loss
"""


def checked(*what: str, cache: Path) -> list[str]:
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context"]
    run = subprocess.run(
        [*command, f"--cache-dir={cache}", *what],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return [line for line in run.stdout.splitlines() if ": error: " in line]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("name", public())
def test_every_argument_has_a_type(name):
    signature = inspect.signature(getattr(lossref, name))
    bare = [p.name for p in signature.parameters.values() if p.annotation is p.empty]
    assert bare == []
    assert signature.return_annotation is not signature.empty


def test_the_package_agrees_with_its_types(cache):
    assert checked("lossref", cache=cache) == []


def test_a_program_that_uses_it_wrongly_is_told(tmp_path, cache):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    found = {int(line.split(":")[1]): line for line in checked(str(path), cache=cache)}
    lines = PROGRAM.splitlines()
    expected = {i: text.split("# ")[1] for i, text in enumerate(lines, 1) if "# " in text}
    assert set(found) == set(expected), found
    for place, part in expected.items():
        assert part in found[place]
