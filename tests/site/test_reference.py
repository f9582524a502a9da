"""The reference of lossref: complete, each function once, and its words where they belong."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from pathlib import Path

import pytest
from lossbook import reference

import lossref

BOOK = Path(__file__).resolve().parents[2] / "book"
SPECS = lossref.specs()


def test_every_public_function_is_in_one_family():
    found: Counter[str] = Counter()
    for family in reference.FAMILIES:
        _, others = reference.functions(family)
        found.update(f.__name__ for f in others)
    for spec in SPECS:
        assert spec.family in reference.FAMILIES
        found.update(f.__name__ for f in (spec.loss, spec.grad, spec.value_and_grad))
    public = {
        name
        for name in dir(lossref)  # loads every family; what is in vars depends on who asked before
        if inspect.isfunction(value := getattr(lossref, name))
        and value.__module__.startswith("lossref.")
        and not name.startswith("_")
    }
    assert set(found) == public
    assert set(found.values()) == {1}


def test_every_family_has_a_page_that_asks_for_it():
    for family in reference.FAMILIES:
        text = (BOOK / "reference" / f"{family}.md").read_text(encoding="utf-8")
        assert f"```{{losses}} {family}\n" in text
    assert len(list((BOOK / "reference").glob("*.md"))) == len(reference.FAMILIES) + 1


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.slug)
def test_the_docstring_says_when_to_use_it_and_when_not(spec):
    use, avoid = reference.use_and_not(spec.loss.__doc__)
    assert len(use) > 10
    assert len(avoid) > 10


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.slug)
def test_the_docstring_has_every_part(spec):
    names = [name for name, _ in reference.parts(spec.loss.__doc__)]
    wanted = ["", "Formula", "Parameters", "Returns", "Raises", "Not to be confused with", "Source"]
    assert [name for name in names if name in wanted] == wanted
    assert "Examples" in names
    described = dict(reference.parts(spec.loss.__doc__))["Parameters"]
    for name in inspect.signature(spec.loss).parameters:
        assert re.search(rf"\b{name}\b", described), f"{name} is not described"


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.slug)
def test_the_comparison_has_a_slope_and_what_it_takes(spec):
    family = spec.family
    (row,) = reference.compared(family, [spec]).rows
    assert len(row) == 3
    assert f"#reference-{spec.slug}" in row[0]
    assert len(reference.slope(spec)) > len("<code></code>") + 3
    assert reference.slope(spec) in row[0]
    assert reference.takes(spec) in row[0]


def test_parts_of_a_docstring():
    text = """Sums.

    Use it always. Not never.

    Formula:
        a + b
          = b + a

    Raises:
        ValueError: If not.
    """
    found = dict(reference.parts(text))
    assert found["Formula"] == "a + b\n  = b + a"
    assert found["Raises"] == "ValueError: If not."
    assert reference.use_and_not(text) == ("always", "never")


def test_a_curve_is_drawn_from_the_loss():
    high = reference.curve(lossref.spec("mse"))
    assert high.count("<polyline") == 2
    assert "Squared error" in high
    points = re.findall(r'points="([^"]+)"', reference.curve(lossref.spec("mae")))
    ends = [float(p.split(",")[1]) for p in points[1].split()]
    assert ends[0] == pytest.approx(ends[-1])  # symmetric
    assert max(ends) > ends[0]  # lower on the screen in the middle
