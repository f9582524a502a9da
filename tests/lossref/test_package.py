"""The package as a whole: what is public, what loading it costs, what it depends on."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import lossref


def python(source):
    return subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


def test_one_loss_loads_its_family_and_no_later_one():
    loaded = python(
        "import sys, lossref; before = len(sys.modules); lossref.huber;"
        "print(sorted(m for m in sys.modules if m.count('.') == 1 and m.startswith('lossref.')))"
    )
    assert "'lossref.regression'" in loaded
    assert "'lossref.rl'" not in loaded
    assert "'lossref.classification'" not in loaded


def test_nothing_but_numpy_and_the_standard_library_is_loaded():
    outside = python(
        "import sys, lossref; dir(lossref); lossref.specs();"
        "names = {m.partition('.')[0] for m in sys.modules if not m.startswith('_')};"
        "print(sorted(names - set(sys.stdlib_module_names) - {'lossref', 'numpy', 'sitecustomize'}))"
    )
    ours = [name for name in eval(outside) if not name.startswith(("__editable__", "cython"))]
    assert ours == []


def test_names_come_by_import_by_attribute_and_by_star():
    assert lossref.gae is not None
    assert python("from lossref import ppo_clip, huber; print(ppo_clip.__module__)") == (
        "lossref.rl.policy"
    )
    names = {n for n in dir(lossref) if not n.startswith("_")}
    functions = {n for n in names if inspect.isfunction(getattr(lossref, n))}
    assert {"mse", "softplus", "ctc", "pairwise_iou", "soft_threshold"} <= functions
    assert not any(inspect.ismodule(getattr(lossref, n)) for n in functions)


def test_no_two_families_share_a_name():
    seen = {}
    for family in ("stable", *lossref.FAMILIES):
        for name, value in lossref._family(family).items():
            assert seen.setdefault(name, value) is value, name


@pytest.mark.parametrize("name", ["no_such_loss", "_hidden", "SPECS"])
def test_what_is_not_there_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        getattr(lossref, name)


def test_an_unknown_record_is_told_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no loss 'hubert'; there are mse, .*huber"):
        lossref.spec("hubert")
