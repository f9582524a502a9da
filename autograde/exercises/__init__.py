"""The exercises, found by looking: one file per exercise, one folder per chapter."""

from __future__ import annotations

import importlib
import linecache
import pkgutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from autograde.exercise import Exercise

#: The folder, beside a notebook or in a course, with exercises that are not of the book.
OWN = "own_exercises"

#: The order within a chapter is the order of the course; new chapters add a line.
ORDER = {
    "concepts": (
        "empirical_risk",
        "bayes_optimal_constant",
        "gradient_descent",
        "midpoint_convex",
        "numerical_gradient",
        "check_gradient",
        "zero_one_loss",
        "sigmoid_and_derivative",
    ),
    "mle": (
        "gaussian_nll",
        "laplace_nll",
        "bernoulli_nll",
        "categorical_nll",
        "poisson_nll",
        "entropy",
        "kl_divergence",
        "js_divergence",
        "fit_by_mle",
    ),
    "regression": (
        "mse",
        "mae",
        "huber",
        "smooth_l1",
        "log_cosh",
        "quantile",
        "epsilon_insensitive",
        "fit_line",
    ),
    "classification": (
        "bce",
        "bce_with_logits",
        "softmax_cross_entropy",
        "train_softmax_regression",
        "label_smoothing",
        "weighted_bce",
        "focal",
        "hinge",
        "exponential",
        "multiclass_hinge",
    ),
    "metric": (
        "pairwise_distances",
        "contrastive",
        "triplet",
        "batch_hard_triplet",
        "cosine_embedding",
        "info_nce",
        "clip_loss",
        "nt_xent",
    ),
    "detection": (
        "iou",
        "pairwise_iou",
        "giou",
        "diou",
        "ciou",
        "dice_loss",
        "soft_iou",
        "tversky",
        "retina_focal",
    ),
    "rl": (
        "discounted_returns",
        "value_loss",
        "policy_gradient_loss",
        "gae",
        "entropy_bonus",
        "ppo_clip",
        "dqn_td_loss",
        "dpo_loss",
        "train_bandit",
    ),
    "regularization": (
        "l2_penalty",
        "ridge_fit",
        "l1_penalty",
        "soft_threshold",
        "lasso_ista",
        "elastic_net",
        "kfold_select_lambda",
        "early_stopping",
    ),
    "stability": (
        "logsumexp",
        "softmax",
        "log_softmax",
        "softplus",
        "stable_bce",
        "safe_norm",
        "kahan_sum",
        "clip_by_global_norm",
        "complex_step_derivative",
    ),
    "multitask": (
        "weighted_sum",
        "uncertainty_weighting",
        "gradnorm_step",
        "dynamic_weight_average",
        "pcgrad",
        "pareto_front",
        "train_two_tasks",
    ),
    "choosing": (
        "sequence_cross_entropy",
        "ctc_forward",
        "ranknet",
        "listnet",
        "distillation",
        "crps_ensemble",
        "newsvendor_loss",
        "capstone_loss",
    ),
}


@cache
def all_exercises() -> tuple[Exercise, ...]:
    """Every exercise, chapter by chapter."""
    return tuple(exercise for name in ORDER for exercise in chapter(name))


@cache
def chapter(name: str) -> tuple[Exercise, ...]:
    """The exercises of one chapter in course order; KeyError-free, clear ValueError."""
    if name not in ORDER:
        raise ValueError(f"exercises: unknown chapter {name!r}; there are {', '.join(ORDER)}")
    package = importlib.import_module(f"autograde.exercises.{name}")
    found = {info.name for info in pkgutil.iter_modules(package.__path__)}
    if found != set(ORDER[name]):
        odd = sorted(found ^ set(ORDER[name]))
        raise ValueError(f"exercises: {name} and its ORDER differ in {', '.join(odd)}")
    return tuple(get(slug) for slug in ORDER[name])


def is_known(slug: str) -> bool:
    """Whether there is an exercise with this slug, in the book or adopted."""
    return slug in _adopted or any(slug in slugs for slugs in ORDER.values())


@cache
def _of_the_book(slug: str) -> Exercise | None:
    for name, slugs in ORDER.items():
        if slug in slugs:
            return importlib.import_module(f"autograde.exercises.{name}.{slug}").EXERCISE
    return None


def get(slug: str) -> Exercise:
    """The exercise with this slug, without loading any other; ValueError if there is none."""
    exercise = _of_the_book(slug) or _adopted.get(slug, (None, ""))[0]
    if exercise is not None:
        return exercise
    for own in adopt_folder():
        if own.slug == slug:
            return own
    known = ", ".join(slug for slugs in ORDER.values() for slug in slugs)
    raise ValueError(f"exercises: no exercise {slug!r}; there are {known}")


# -- exercises of a course's own -------------------------------------------------------

#: By slug: the record and the text that it was made from.
_adopted: dict[str, tuple[Exercise, str]] = {}


def adopt(slug: str, text: str) -> Exercise:
    """Take in an exercise that is not of the book, from the text of its file.

    The text is run, so it must come from somebody who may run code here. Raises ValueError if
    the book has an exercise of that name, or if the text makes no EXERCISE with this slug.
    """
    if slug in _adopted and _adopted[slug][1] == text:
        return _adopted[slug][0]
    if any(slug in slugs for slugs in ORDER.values()):
        raise ValueError(
            f"exercises: the book has an exercise {slug!r} already; give yours another name."
        )
    space: dict[str, object] = {"__name__": f"autograde.exercises.own.{slug}"}
    name = f"<exercise {slug}>"
    # Where tracebacks and a rehearsal look for the text of its functions.
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), space)
    exercise = space.get("EXERCISE")
    if not isinstance(exercise, Exercise) or exercise.slug != slug:
        got = getattr(exercise, "slug", type(exercise).__name__)
        raise ValueError(
            f"exercises: {slug}.py must define EXERCISE = Exercise(slug={slug!r}, ...); got {got}."
        )
    _adopted[slug] = exercise, text
    return exercise


def adopt_folder(folder: str | Path = OWN) -> tuple[Exercise, ...]:
    """Adopt every ``<slug>.py`` of ``folder``; nothing if there is no such folder.

    A release notebook with exercises of the course's own has such a folder beside it.
    """
    paths = sorted(Path(folder).glob("[a-z]*.py"))
    return tuple(adopt(path.stem, path.read_text(encoding="utf-8")) for path in paths)


# -- by function -----------------------------------------------------------------------


@cache
def _by_function() -> dict[str, Exercise]:
    """By function, in the chapters that are here: a page has only those of its exercises."""
    return {
        name: exercise
        for here in ORDER
        if find_spec(f"autograde.exercises.{here}") is not None
        for exercise in chapter(here)
        for name in exercise.functions
    }


def by_function(name: str) -> Exercise:
    """The exercise that asks for a function of this name; ValueError if none does."""
    slug = name.removesuffix("_grad")
    home = next((here for here, slugs in ORDER.items() if slug in slugs), None)
    if home and find_spec(f"autograde.exercises.{home}") is None:
        raise ValueError(f"check: the exercise {slug!r} is on a page of the chapter {home}")
    if home and name in get(slug).functions:
        return get(slug)
    for exercise in (*adopt_folder(), *(own for own, _ in _adopted.values())):
        if name in exercise.functions:
            return exercise
    try:
        return _by_function()[name]
    except KeyError:
        known = ", ".join(_by_function())
        raise ValueError(
            f"check: no exercise asks for a function {name!r}; known: {known}"
        ) from None
