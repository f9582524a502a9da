"""The exercises, found by looking: one file per exercise, one folder per chapter."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from autograde.exercise import Exercise

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
    "choosing": (
        "sequence_cross_entropy",
        "ctc_forward",
        "ranknet",
        "listnet",
        "distillation",
        "crps_ensemble",
        "newsvendor_loss",
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


@cache
def get(slug: str) -> Exercise:
    """The exercise with this slug, without loading any other; ValueError if there is none."""
    for name, slugs in ORDER.items():
        if slug in slugs:
            return importlib.import_module(f"autograde.exercises.{name}.{slug}").EXERCISE
    known = ", ".join(slug for slugs in ORDER.values() for slug in slugs)
    raise ValueError(f"exercises: no exercise {slug!r}; there are {known}")


@cache
def _by_function() -> dict[str, Exercise]:
    return {name: exercise for exercise in all_exercises() for name in exercise.functions}


def by_function(name: str) -> Exercise:
    """The exercise that asks for a function of this name; ValueError if none does."""
    slug = name.removesuffix("_grad")
    if any(slug in slugs for slugs in ORDER.values()) and name in get(slug).functions:
        return get(slug)
    try:
        return _by_function()[name]
    except KeyError:
        known = ", ".join(_by_function())
        raise ValueError(
            f"check: no exercise asks for a function {name!r}; known: {known}"
        ) from None
