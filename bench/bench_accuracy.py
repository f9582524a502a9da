"""How many units in the last place lossref and other libraries are away from the exact value.

    python bench/bench_accuracy.py [--json FILE]

The exact value is the record's formula at 60 digits. Other libraries are asked through the
calls that the records name, one sample at a time, in float64. "n/a": not named, or the call
does not take such input. "other": the call computes another number nearly always, such as
a mean over classes; that is a convention and no error.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import mpmath
import numpy as np

import lossref
from lossref._spec import FunctionSpec

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "lossref"))
import oracle  # the oracle of the tests: it reads the records' formulas only

LIBRARIES = ("torch", "sklearn", "scipy")
MODULES = {
    "torch": ("torch", "torch.nn.functional"),
    "sklearn": ("sklearn", "sklearn.metrics"),
    "scipy": ("scipy", "scipy.special", "scipy.stats"),
}
#: Ulps: a relative difference of a tenth, which no rounding makes in nine of ten samples.
OTHER = 0.1 * 2**52
#: Calls that work out the labels from what they get, so one sample is not enough.
BOTH_LABELS = {("hinge", "sklearn"), ("bce", "sklearn")}
MORE = {name: getattr(mpmath, name) for name in ("cosh", "expm1", "log1p", "inf")}


def samples(spec: Any, seed: int = 0) -> list[tuple]:
    """Arguments of single samples, each with a leading axis of length one."""
    rng = np.random.default_rng(seed)
    if isinstance(spec, FunctionSpec):
        given = [np.asarray(x) for x in spec.draw(rng)]
        return [tuple(x[i : i + 1] for x in given) for i in range(len(given[-1]))]
    y = rng.uniform(0.1, 3.0, 60)
    p = y + 10.0 ** rng.uniform(-6, 3, 60) * rng.choice([-1, 1], 60)
    inside = [b in spec.y_pred_domain for b in p.tolist()]
    return [(y[i : i + 1], p[i : i + 1]) for i in np.flatnonzero(inside)]


def exact(spec: Any, given: tuple) -> Any:
    if isinstance(spec, FunctionSpec):
        return oracle.evaluate(spec, spec.formula, oracle.sample(spec, given, 0), spec.defaults)
    with mpmath.workdps(oracle.DIGITS):
        y, p = (mpmath.mpf(float(x[0])) for x in given)
        names = {"y": y, "p": p, "e": p - y, **MORE}
        return oracle.evaluate(spec, spec.formula, names, spec.defaults)


def ours(spec: Any, given: tuple, dtype: type) -> float:
    """Distance in ulps of ``dtype``; beyond what rounding the error itself explains."""
    cast = tuple(x.astype(dtype) if x.dtype.kind == "f" else x for x in given)
    got = spec.loss(*cast, reduction="none")[0]
    return max(0.0, oracle.ulps(got, exact(spec, cast)) - _rounded_error(spec, cast, got))


def _rounded_error(spec: Any, given: tuple, got: Any) -> float:
    if isinstance(spec, FunctionSpec) or not got:
        return 0.0
    y, p = given
    pull = abs(float(spec.grad(y, p, reduction="none")[0]))
    return 2 * pull * float(np.spacing(abs(p[0]) + abs(y[0]))) / float(np.spacing(abs(got)))


def theirs(spec: Any, library: str, given: tuple) -> float | None:
    """The same for a library, through the call in the record; None if there is none."""
    call = next(
        (n for n in spec.names_elsewhere if n.library == library and "y_pred" in n.call), None
    )
    if call is None or (spec.slug, library) in BOTH_LABELS:
        return None
    space: dict[str, Any] = {"np": np, **spec.defaults}
    for module in MODULES[library]:
        importlib.import_module(module)
        space[library] = sys.modules[library]
    arrays = given
    if library == "torch":
        arrays = tuple(space["torch"].from_numpy(np.array(x)) for x in given)
    space |= {"y_true": arrays[0], "y_pred": arrays[-1]}
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            got = float(np.asarray(eval(call.call, space)).reshape(-1)[0]) / call.factor
    except Exception:  # the call is prose, or refuses a single sample
        return None
    return max(0.0, oracle.ulps(got, exact(spec, given)) - _rounded_error(spec, given, got))


def worst(distances: list[float | None]) -> float | str | None:
    known = [d for d in distances if d is not None]
    if len(known) < len(distances):
        return None
    return "other" if sorted(known)[len(known) // 10] > OTHER else max(known)


def table() -> list[dict[str, Any]]:
    rows = []
    for spec in lossref.specs():
        if spec.kind in ("row", "set", "batch", "sequences"):
            continue  # one value for many entries: the tests have these
        drawn = samples(spec)
        row: dict[str, Any] = {"loss": spec.slug}
        for name, dtype in (("float64", np.float64), ("float32", np.float32)):
            row[name] = worst([ours(spec, given, dtype) for given in drawn])
        for library in LIBRARIES:
            row[library] = worst([theirs(spec, library, given) for given in drawn])
        rows.append(row)
    return rows


def shown(value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or "n/a"
    return "inf" if math.isinf(value) else f"{value:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = table()
    columns = ("float64", "float32", *LIBRARIES)
    print(f"{'ulps from the exact value, worst':32s}" + "".join(f"{c:>12s}" for c in columns))
    for row in rows:
        print(f"{row['loss']:32s}" + "".join(f"{shown(row[c]):>12s}" for c in columns))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
