"""The references on regularization that are not in lossref, against other people's and by loops."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from autograde.exam import Exam
from autograde.exercises import get


def questions(slug, function=None):
    """Every visible and hidden question of an exercise with its wanted numbers."""
    found = [
        question
        for question in Exam(get(slug), "independent").questions
        if question.wanted.kind == "array" and function in (None, question.probe.function)
    ]
    assert len(found) > 8
    return found


def test_ridge_agrees_with_scikit_learn_whose_alpha_is_n_lambda():
    for q in questions("ridge_fit"):
        x, y = (np.asarray(a, np.float64) for a in q.probe.args)
        lam = q.probe.kwargs.get("lam", 1.0)
        theirs = Ridge(alpha=len(y) * lam, solver="svd").fit(x, y)
        np.testing.assert_allclose(
            q.wanted.value,
            np.append(theirs.coef_, theirs.intercept_),
            rtol=1e-9,
            atol=1e-11,
            strict=True,
            err_msg=q.probe.regime,
        )


@pytest.mark.parametrize("shift", [0.0, 1000.0])
def test_the_intercept_of_ridge_pays_nothing(shift):
    for q in questions("ridge_fit"):
        x, y = (np.asarray(a, np.float64) for a in q.probe.args)
        moved = get("ridge_fit").functions["ridge_fit"](x, y + shift, **q.probe.kwargs)
        np.testing.assert_allclose(
            moved, q.wanted.value + np.append(np.zeros(x.shape[1]), shift), rtol=1e-8, atol=1e-9
        )
