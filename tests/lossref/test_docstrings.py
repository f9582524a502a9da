"""What a docstring owes its reader, for every public function (design.md calls it the contract).

One sentence; when to use it and when not; formula; parameters with their valid sets; returns;
raises; what it is not to be confused with; source; an example that is true.
"""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import lossref

SECTIONS = (
    "Formula",
    "Parameters",
    "Returns",
    "Raises",
    "Not to be confused with",
    "Source",
    "Examples",
)
#: Not a computation: these two return records.
RECORDS = {
    "spec": {"Parameters", "Returns", "Raises", "Examples"},
    "specs": {"Returns", "Examples"},
}
HEAD = re.compile(r"^([A-Z][A-Za-z ]+):$", re.M)
#: A parameter, several of them ("x1, y1: ..."), or the rest ("*tasks: ...").
NAMED = re.compile(r"^    (\*{0,2}\w[\w, *]*):", re.M)


def public() -> dict[str, Callable[..., Any]]:
    """Every function that ``lossref`` offers, by the name under which it is called."""
    found: dict[str, Callable[..., Any]] = {}
    modules: list[ModuleType] = [lossref, lossref.stable]
    modules += [import_module(f"lossref.{family}") for family in lossref.FAMILIES]
    for module in modules:
        for name in dir(module):
            thing = getattr(module, name)
            if name[0] != "_" and inspect.isfunction(thing) and "._" not in thing.__module__:
                found[name] = thing
    return {name: thing for name, thing in found.items() if thing.__module__.startswith("lossref")}


PUBLIC = public()
every_function = pytest.mark.parametrize("name", PUBLIC)


def parts(name: str) -> dict[str, str]:
    """The sections by their heads, and under "" what stands before them."""
    text = inspect.getdoc(PUBLIC[name]) or ""
    found = list(HEAD.finditer(text))
    ends = [head.start() for head in found] + [len(text)]
    sections = {"": text[: ends[0]]}
    for head, end in zip(found, ends[1:], strict=True):
        sections[head[1]] = text[head.end() + 1 : end].rstrip()
    return sections


def documented(name: str) -> set[str]:
    """The parameters that the section of ``name`` names, there or in the one it refers to."""
    text = parts(name).get("Parameters", "")
    named = {p.strip(" *") for group in NAMED.findall(text) for p in group.split(",")}
    for other in re.findall(r"As for `(\w+)`", text):
        named |= documented(other)
    return named


def test_there_are_many():
    assert len(PUBLIC) > 300
    assert {"huber", "huber_grad", "softplus", "spec", "balanced_weights"} <= set(PUBLIC)


@every_function
def test_it_begins_with_one_sentence_and_says_when_to_use_it(name):
    first, _, rest = parts(name)[""].partition("\n")
    assert re.search(r"[\w)`|}\]]\.$", first), "the first line is one sentence"
    assert not re.search(r"\. [A-Z]", first), "the first line is one sentence"
    assert re.search(r"\b[Uu]se\b", rest), "when to use it"
    if not name.endswith(("_grad", "_value_and_grad")):
        assert re.search(r"\b(not|Not|never|Never|no|without|unless)\b", rest), "and when not"


@every_function
def test_it_has_all_sections_in_their_order(name):
    sections = parts(name)
    heads = [head for head in sections if head]
    assert heads == [head for head in SECTIONS if head in RECORDS.get(name, SECTIONS)]
    for head in heads:
        assert sections[head].strip(), f"nothing under {head}"


@every_function
def test_it_names_its_parameters_and_no_others(name):
    parameters = set(inspect.signature(PUBLIC[name]).parameters)
    text = parts(name).get("Parameters", "")
    if re.search(r"As for `\w+`", text):
        assert parameters <= documented(name)
    else:
        assert parameters == documented(name)


@every_function
def test_it_says_which_errors_it_raises(name):
    if name in RECORDS and "Raises" not in RECORDS[name]:
        return
    text = parts(name)["Raises"]
    assert re.search(r"\b(ValueError|TypeError)\b", text)
    assert re.search(r"\b(If|As)\b", text)


@every_function
def test_its_example_is_one_that_can_be_run(name):
    text = parts(name)["Examples"]
    assert "    >>> " in text
    assert re.search(rf"\b{name}\(", text), "the example calls the function"


@every_function
def test_what_it_is_not_to_be_confused_with_exists(name):
    """A name in backticks that looks like one of ours is one of ours."""
    text = inspect.getdoc(PUBLIC[name]) or ""
    shapes = ("_grad", "_loss", "_value_and_grad", "_prox", "_divergence", "_penalty")
    known = set(PUBLIC) | set(dir(lossref)) | set(inspect.signature(PUBLIC[name]).parameters)
    for other in re.findall(r"`(\w+)`", text):
        assert other in known or not other.endswith(shapes), other


@every_function
def test_its_example_is_true(name):
    function = PUBLIC[name]
    scope = vars(import_module(function.__module__))
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder(recurse=False).find(function, name, globs=scope):
        runner.run(test)
    assert runner.tries > 0
    assert runner.failures == 0
