"""``python -m autograde new regression/huber``: skeletons for a loss and its exercise.

A skeleton runs but proves nothing: ``doctor`` and the tests stay red until it is filled.
"""

from __future__ import annotations

import re
from pathlib import Path

from autograde.rooms import ROOT

REFERENCE = '''"""{title}."""

# Copy the shape of huber in lossref/regression/smooth.py: the loss, its gradient, the value
# together with the gradient, and the record, {record}. If another file of the folder holds
# its nearest relatives, write it there. Then import it in lossref/{chapter}/__init__.py.
'''

EXERCISE = '''"""Exercise: {title}."""

from __future__ import annotations

import numpy as np

import lossref
from autograde.exercise import Exercise, Misconception, Probe
from autograde.regimes import elementwise


def {slug}(y_true, y_pred):
    return lossref.{slug}(y_true, y_pred)


def {slug}_grad(y_true, y_pred):
    return lossref.{slug}_grad(y_true, y_pred)


def probes(rng: np.random.Generator) -> list[Probe]:
    return elementwise(rng, "{slug}", "{slug}_grad")


EXERCISE = Exercise(
    slug="{slug}",
    title="{title}",
    chapter="{chapter}",
    functions={{"{slug}": {slug}, "{slug}_grad": {slug}_grad}},
    points={{"value": 2, "gradient": 2, "edges": 1}},
    probes=probes,
    hints=("", "", ""),
    misconceptions=(),  # at least four; see huber.py
    success="",
)
'''

VARIANTS = '''"""Other right answers to the exercise {slug}; the part after __ names the variant."""

import numpy as np


def {slug}__first(y_true, y_pred):
    raise NotImplementedError


def {slug}_grad__first(y_true, y_pred):
    raise NotImplementedError
'''

PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
description: One sentence for search engines.
---

# {title}

## Definition

## Derivation

## See it

## By hand

## Implement it

```{{exercise}} {slug}
```

## What goes wrong

## In the wild

## Check yourself

## Where to read on
"""

SECTION = '''
## {title}

+++ {{"nbgrader": {{"schema_version": 3, "grade": false, "solution": false, "locked": true, "task": false, "grade_id": "{slug}-statement"}}}}

What goes in, what comes out, what happens at the edges, one computed example.

```{{code-cell}} ipython3
---
nbgrader: {{schema_version: 3, grade: false, solution: true, locked: false, task: false, grade_id: {slug}}}
---
def {slug}(y_true, y_pred):
    """One number. y_true, y_pred: arrays of the same shape."""
    ### BEGIN SOLUTION
    ### END SOLUTION


def {slug}_grad(y_true, y_pred):
    """Gradient with respect to y_pred, an array of its shape."""
    ### BEGIN SOLUTION
    ### END SOLUTION
```
'''


def main(name: str, root: Path = ROOT) -> int:
    """Write the skeletons of ``name`` (chapter/slug); refuse to overwrite anything."""
    match = re.fullmatch(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)", name)
    if not match:
        raise ValueError(
            f"new: a name is chapter/slug in lower case, like regression/huber; got {name!r}"
        )
    chapter, slug = match.groups()
    words = {"chapter": chapter, "slug": slug, "title": slug.replace("_", " ").capitalize()}
    words["record"] = slug.upper()
    files = {
        root / "lossref" / chapter / f"{slug}.py": REFERENCE,
        root / "autograde" / "exercises" / chapter / f"{slug}.py": EXERCISE,
        root / "solutions" / "variants" / chapter / f"{slug}.py": VARIANTS,
        root / "book" / chapter / f"{slug.replace('_', '-')}.md": PAGE,
    }
    there = [path for path in files if path.exists()]
    if there:
        raise ValueError(f"new: {there[0].relative_to(root)} exists already; nothing was written")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(**words), encoding="utf-8")
        print(f"wrote    {path.relative_to(root)}")
    solutions = root / "solutions" / f"{chapter}.md"
    before = solutions.read_text(encoding="utf-8") if solutions.is_file() else ""
    solutions.write_text(before + SECTION.format(**words), encoding="utf-8")
    print(f"extended {solutions.relative_to(root)}")
    print(
        "By hand: one import line in lossref, the slug in autograde/exercises/__init__.py, "
        f"the page in _toc.yml.\nThen: python -m autograde where {slug}"
    )
    return 0
