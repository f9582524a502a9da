"""Every public function is given every kind of bad input, and its answer is read.

What is bad is derived from the records and the signatures, so a new loss is covered by itself.
A function without a record needs a row in `VALID`; without one the last test fails.

An answer is read in four parts: who, the rule, what was got, and the next step.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np
import pytest

import lossref
from lossref._spec import Argument, Choice, LossSpec

TEXT = re.compile(
    r"(?P<who>\w+): (?P<rule>.+?); (?:got|there are) (?P<got>.+?)\. (?P<step>[A-Z].+\.)"
)
RECORDS = {
    function.__name__: record
    for record in lossref.specs()
    for function in (record.loss, record.grad, record.value_and_grad)
}
PUBLIC = {
    name: value
    for family in ("stable", *lossref.FAMILIES)
    for name, value in lossref._family(family).items()
    if inspect.isfunction(value)
}
#: Functions without a record: one good call of each, every argument by name.
VALID: dict[str, dict[str, Any]] = {
    **{name: {"x": [0.5, 1.0]} for name in ("softplus", "expit", "log_expit", "erf")},
    **{name: {"x": [0.5, 1.0]} for name in ("softplus_grad", "expit_grad", "log_expit_grad")},
    "xlogy": {"x": [0.5, 1.0], "y": [1.0, 2.0]},
    **{
        name: {"x": [0.5, 1.0], "axis": -1}
        for name in ("softmax", "log_softmax", "logsumexp", "logsumexp_grad")
    },
    **{
        name: {"x": [0.5, 1.0], "upstream": [1.0, 0.0], "axis": -1}
        for name in ("softmax_grad", "log_softmax_grad")
    },
    "h": {"d": [0.5]},
    "g": {"d": [0.5]},
    "m": {"s": [0.5]},
    "jsu": {"u": [0.5]},
    "zero_one": {"y_true": [0, 1], "y_pred": [0, 1], "reduction": "mean", "sample_weight": [1, 2]},
    "balanced_weights": {"labels": [0, 1], "classes": 2},
    "pairwise_distances": {"x": [[0.0, 1.0]], "y": [[1.0, 1.0]], "squared": False},
    "box_area": {"boxes": [[0.0, 0.0, 1.0, 1.0]]},
    "cxcywh_to_xyxy": {"boxes": [[0.0, 0.0, 1.0, 1.0]]},
    "xyxy_to_cxcywh": {"boxes": [[0.0, 0.0, 1.0, 1.0]]},
    "pairwise_iou": {"boxes_a": [[0.0, 0.0, 1.0, 1.0]], "boxes_b": [[0.0, 0.0, 2.0, 1.0]]},
    "discounted_returns": {
        "rewards": [[1.0, 1.0]], "gamma": 0.9, "terminated": [[False, True]], "bootstrap": [0.5]
    },
    "td_targets": {
        "rewards": [1.0, 1.0], "next_values": [1.0, 2.0], "terminated": [False, True], "gamma": 0.9
    },
    "td_errors": {
        "rewards": [1.0, 1.0], "values": [0.0, 1.0], "next_values": [1.0, 2.0],
        "terminated": [False, True], "gamma": 0.9,
    },
    "gae": {
        "rewards": [1.0, 1.0], "values": [0.0, 1.0], "next_values": [1.0, 2.0],
        "terminated": [False, True], "truncated": [False, True], "gamma": 0.9, "lam": 0.9,
    },
    "dqn_targets": {
        "rewards": [1.0, 1.0], "next_q_values": [[1.0, 2.0], [3.0, 4.0]],
        "terminated": [False, True], "gamma": 0.9, "online_q_values": [[1.0, 2.0], [3.0, 4.0]],
    },
    "grpo_advantages": {"rewards": [[0.0, 1.0]], "scale": True, "ddof": 0},
    "elastic_net_from_lambdas": {"lambda_1": 0.5, "lambda_2": 0.5},
    "elastic_net_from_mixture": {"lam": 0.5, "mix": 0.5},
    "elastic_net_to_lambdas": {"alpha": 0.5, "l1_ratio": 0.5},
    "elastic_net_prox": {"v": [1.0], "alpha": 0.5, "l1_ratio": 0.5, "step": 1.0},
    "group_lasso_prox": {"v": [1.0], "lam": 0.5, "step": 1.0},
    "l1_prox": {"v": [1.0], "lam": 0.5, "step": 1.0},
    "l2_prox": {"v": [1.0], "lam": 0.5, "step": 1.0, "form": "half"},
    "soft_threshold": {"v": [1.0], "threshold": 0.5},
    "ctc_min_frames": {"labels": [[1, 2]], "label_lengths": [2]},
    "dynamic_weight_average": {
        "losses": [1.0, 2.0], "previous_losses": [2.0, 2.0], "temperature": 2.0
    },
    **{
        name: {"weights": [1.0, 1.0], "norms": [1.0, 4.0], "rates": [1.0, 1.0], "alpha": 1.5}
        for name in ("gradnorm", "gradnorm_grad", "gradnorm_value_and_grad")
    },
    "gradnorm_step": {
        "weights": [1.0, 1.0], "norms": [1.0, 4.0], "rates": [1.0, 1.0], "alpha": 1.5,
        "learning_rate": 0.1,
    },
    "pcgrad": {"gradients": [[1.0, 0.0], [-1.0, 1.0]], "order": [[0, 1], [1, 0]]},
    "lambdarank_grad": {"relevance": [1.0, 0.0], "scores": [0.5, 1.0]},
    "lambdarank_weights": {"relevance": [1.0, 0.0], "scores": [0.5, 1.0]},
    "ndcg": {"relevance": [1.0, 0.0], "scores": [0.5, 1.0], "top": 1},
    "cheapest_class": {"cost_matrix": [[0.0, 1.0], [9.0, 0.0]], "probabilities": [[0.8, 0.2]]},
    "cost_threshold": {"false_positive": 1.0, "false_negative": 9.0},
}  # fmt: skip


def valid(record):
    """Good arguments of a loss, and what its record says of each."""
    rng = np.random.default_rng(0)
    if isinstance(record, LossSpec):
        shape = (4, 3) if record.kind == "row" else (4,)
        domains = {"y_true": record.y_true_domain, "y_pred": record.y_pred_domain}
        arguments = [Argument(name, d, wrt=name == "y_pred") for name, d in domains.items()]
        return [rng.uniform(0.5, 2, shape) for _ in arguments], arguments
    return [np.asarray(x) for x in record.draw(rng)], list(record.arguments)


def swapped(given, at, bad):
    return [bad if k == at else x for k, x in enumerate(given)]


def outside(domain):
    """Numbers that are not in a domain."""
    if isinstance(domain, Choice):
        return [max(domain.values) + 0.25]
    candidates = {domain.lo, domain.hi, domain.lo - 1, domain.hi + 1, domain.hole}
    return sorted(x for x in candidates - {None} if x not in domain)


def arrays_of_no_use(x):
    """What no argument of any function may be: (array, error, what the answer shows)."""
    yield np.full(x.shape, "a"), TypeError, "dtype <U1"
    yield x.astype(complex), TypeError, "dtype complex128"
    yield np.full(x.shape, None), TypeError, "dtype object"
    yield np.ma.masked_array(x, mask=np.zeros(x.shape)), TypeError, "a masked array"
    yield [[1.0, 2.0], [3.0]], ValueError, "rows of different lengths"


def cases(record):
    """(what, arguments, settings, error, what the answer shows) for one loss."""
    given, arguments = valid(record)
    for at, (argument, x) in enumerate(zip(arguments, given, strict=True)):
        name = argument.name
        for bad, error, got in arrays_of_no_use(x):
            yield f"{name}: {got}", swapped(given, at, bad), {}, error, got
        if len(given) > 1:
            short = x[:-1]
            yield f"{name} too short", swapped(given, at, short), {}, ValueError, "("
            deep = x[..., None]
            yield f"{name} too deep", swapped(given, at, deep), {}, ValueError, "("
        if argument.core:
            yield f"{name} too flat", swapped(given, at, x.ravel()[0]), {}, ValueError, "()"
        if argument.domain is None:
            yield f"{name} halves", swapped(given, at, x + 0.5), {}, TypeError, "dtype float64"
            continue
        first = (0,) * x.ndim
        numbers = outside(argument.domain) + ([] if argument.wrt else [np.nan])
        for number in numbers:
            bad = x.astype(float)
            bad[first] = number
            # The corners of a box are shown together.
            shown = (
                f"({number:g}, "
                if record.family == "box" and number == np.inf
                else f"{number:g} at index "
            )
            yield f"{name} = {number}", swapped(given, at, bad), {}, ValueError, shown
        if argument.simplex:
            yield (
                f"{name} / 2",
                swapped(given, at, x / 2),
                {},
                ValueError,
                "a sum of 0.5 at index 0",
            )
    yield from settings(record, given)


def settings(record, given):
    for param in record.params:
        for number in (*outside(param.interval), np.nan):
            yield param.name, given, {param.name: float(number)}, ValueError, repr(float(number))
        for bad, got in (
            ("1", "str '1'"),
            ([1.0, 2.0], "list"),
            (True, "bool True"),
            (1j, "complex 1j"),
        ):
            yield param.name, given, {param.name: bad}, TypeError, got
        if param.default is not None:
            yield param.name, given, {param.name: None}, TypeError, "NoneType None"
    for name, parameter in inspect.signature(record.loss).parameters.items():
        if name in {p.name for p in record.params} or parameter.kind != parameter.KEYWORD_ONLY:
            continue
        for bad, error, got in BAD_SETTINGS[name](record, given):
            yield name, given, {name: bad}, error, got
    if "reduction" in inspect.signature(record.loss).parameters:
        for bad in ("avg", None, 3, ["mean"]):
            yield "reduction", given, {"reduction": bad}, ValueError, repr(bad)
    empty = [x[:0] for x in given]
    mean = {"reduction": "mean"} if "reduction" in inspect.signature(record.loss).parameters else {}
    yield "empty", empty, mean, ValueError, "shape (0,"
    yield "no weight", given, {**mean, "sample_weight": 0}, ValueError, "a sum of 0"


def _weights(record, given):
    yield np.array(-1.0), ValueError, "-1"
    yield np.nan, ValueError, "nan"
    yield np.inf, ValueError, "inf"
    yield np.ones(len(given[-1]) + 7), ValueError, f"({len(given[-1]) + 7},)"
    yield "a", TypeError, "dtype <U1"
    yield np.ma.masked_array([1.0], mask=[0]), TypeError, "a masked array"
    yield [[1.0, 2.0], [3.0]], ValueError, "rows of different lengths"


def _axis(record, given):
    yield 7, ValueError, "7"
    yield 0.5, ValueError, "0.5"


def _choice(record, given):
    for bad in ("other", None, 7.0):
        yield bad, ValueError, repr(bad)


def _class_weight(record, given):
    yield -1.0, ValueError, "-1 at index 0"
    yield [1.0] * 9, ValueError, "(9,)"
    yield "a", TypeError, "dtype <U1"


def _index(record, given):
    for bad in ("a", 0.5):
        yield bad, ValueError, repr(bad)


def _lengths(record, given):
    yield [-1] * len(given[-1]), ValueError, "-1"
    yield [99] * len(given[-1]), ValueError, "99"
    yield [1] * (len(given[-1]) + 1), ValueError, f"({len(given[-1]) + 1},)"
    yield "a", TypeError, "dtype <U1"


def _mask(record, given):
    yield [True], ValueError, "(1,)"
    yield np.full(given[0].shape, 0.5), ValueError, "0.5"
    yield np.full(given[0].shape, "a"), TypeError, "dtype <U1"


def _nothing(record, given):
    return ()


BAD_SETTINGS = {
    "reduction": _nothing,  # its cases do not depend on the loss
    "sample_weight": _weights,
    "axis": _axis,
    "class_weight": _class_weight,
    "ignore_index": _index,
    "blank": _index,
    "label_lengths": _lengths,
    "input_lengths": _lengths,
    "mask": _mask,
    **dict.fromkeys(
        ("empty", "squared", "swap", "soft", "fair", "form", "alpha", "average"), _choice
    ),
}


def default(function, key):
    """What the signature says of an argument; what no text could name if it has no default."""
    return inspect.signature(function).parameters[key].default


def complaint(who, call, error, got, default):
    """What is wrong with the answer to a bad call; empty if nothing is."""
    try:
        result = call()
    except error as caught:
        parts = TEXT.fullmatch(str(caught))
        if type(caught) is not error or parts is None:
            return f"{type(caught).__name__}, not in four parts: {caught}"
        if parts["who"] not in who:
            return f"by another name: {caught}"
        if got not in parts["got"]:
            return f"does not show {got!r}: {caught}"
        named = re.search(r"[Tt]he default is (.+)\.$", parts["step"])
        if named and named[1] != repr(default):
            return f"names a default that is {default!r} in the signature: {caught}"
        return ""
    except Exception as caught:
        return f"{type(caught).__name__}: {caught}"
    return f"no error but {result!r}"


@pytest.mark.parametrize("name", RECORDS)
def test_a_loss_answers_every_kind_of_bad_input(name):
    record = RECORDS[name]
    function, checked, failed = PUBLIC[name], 0, []
    for what, arguments, options, error, got in cases(record):
        call = lambda: function(*arguments, **options)  # noqa: B023
        known = default(function, [*options][-1]) if options else None
        said = complaint((record.slug,), call, error, got, known)
        checked += 1
        if said:
            failed.append(f"{what}: {said}")
    assert not failed, "\n".join(failed)
    assert checked > 20


def plain_cases(name):
    """The same for a function without a record: every argument in turn is bad."""
    good = VALID[name]
    signature = inspect.signature(PUBLIC[name]).parameters
    assert list(signature) == list(good)
    several = sum(isinstance(x, list) for x in good.values()) > 1
    for key, x in good.items():
        if isinstance(x, list):
            x = np.asarray(x)
            for bad, error, got in arrays_of_no_use(x):
                yield key, bad, error, got
            if several and (name, key) not in ANY_LENGTH:
                yield key, np.concatenate([x, x, x]), ValueError, "("
            if (name, key) not in ANY_NUMBER:
                bad = x.astype(float)
                bad[(0,) * x.ndim] = np.nan
                error, got = (TypeError, "dtype float64") if "label" in key else (ValueError, "nan")
                yield key, bad, error, got
        elif isinstance(x, (str, bool)):
            for bad in ("other", None, 7.0):
                yield key, bad, ValueError, repr(bad)
        elif isinstance(x, int) and key != "axis":
            for bad in (-1, 0.5, "1"):
                yield key, bad, ValueError, repr(bad)
        elif key == "axis":
            for bad in (7, 0.5, "a"):
                yield key, bad, ValueError, repr(bad)
        else:
            for bad in ("1", [1.0, 2.0], True):
                yield key, bad, TypeError, type(bad).__name__
            for bad in (np.nan, -1.0, np.inf):
                yield key, bad, ValueError, repr(bad)


#: Arguments that may have another length than the others, or hold a NaN, which is passed on.
ANY_LENGTH = {
    ("pairwise_distances", "x"), ("pairwise_distances", "y"), ("pairwise_iou", "boxes_a"),
    ("pairwise_iou", "boxes_b"), ("cheapest_class", "probabilities"), ("pcgrad", "gradients"),
    ("pcgrad", "order"),
}  # fmt: skip
ANY_NUMBER = {
    *((name, key) for name in lossref._family("stable") for key in ("x", "y", "d", "s", "u", "upstream")),
    *((name, key) for name in lossref._family("box") for key in ("boxes", "boxes_a", "boxes_b")),
    *((name, "v") for name in lossref._family("penalty")),
    ("pairwise_distances", "x"), ("pairwise_distances", "y"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(PUBLIC) - set(RECORDS)))
def test_a_plain_function_answers_every_kind_of_bad_input(name):
    function, failed = PUBLIC[name], []
    who = {name, re.sub("(_value_and)?(_grad|_step)$", "", name)}  # one that stands for all
    function(**VALID[name])
    for key, bad, error, got in plain_cases(name):
        call = lambda: function(**VALID[name] | {key: bad})  # noqa: B023
        said = complaint(who, call, error, got, default(function, key))
        if said:
            failed.append(f"{key}={bad!r}: {said}")
    assert not failed, "\n".join(failed)
