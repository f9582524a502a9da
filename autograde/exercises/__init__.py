"""The exercises, found by looking: one file per exercise, one folder per chapter."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from autograde.exercise import Exercise

#: The order within a chapter is the order of the course; new chapters add a line.
ORDER = {
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
    return tuple(
        importlib.import_module(f"autograde.exercises.{name}.{slug}").EXERCISE
        for slug in ORDER[name]
    )


@cache
def _by_function() -> dict[str, Exercise]:
    return {name: exercise for exercise in all_exercises() for name in exercise.functions}


def get(slug: str) -> Exercise:
    """The exercise with this slug; ValueError if there is none."""
    for exercise in all_exercises():
        if exercise.slug == slug:
            return exercise
    known = ", ".join(e.slug for e in all_exercises())
    raise ValueError(f"exercises: no exercise {slug!r}; there are {known}")


def by_function(name: str) -> Exercise:
    """The exercise that asks for a function of this name; ValueError if none does."""
    try:
        return _by_function()[name]
    except KeyError:
        known = ", ".join(_by_function())
        raise ValueError(
            f"check: no exercise asks for a function {name!r}; known: {known}"
        ) from None
