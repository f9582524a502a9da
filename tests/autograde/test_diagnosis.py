"""Feedback on mistakes that come together, and on those that no record names."""

from __future__ import annotations

import jupytext
import numpy as np
import pytest

from autograde import diagnosis
from autograde.answers import Answer, Call, ask_all
from autograde.exam import Exam
from autograde.exercises import get
from autograde.feedback import render_text
from autograde.stubs import grade_id, source_path


def solution(slug):
    notebook = jupytext.read(source_path(get(slug).chapter))
    source = next(cell.source for cell in notebook.cells if grade_id(cell) == slug)
    namespace = {"np": np}
    exec(source, namespace)
    return {name: namespace[name] for name in get(slug).functions}


def judge(slug, **functions):
    exam = Exam(get(slug))
    answers, printed = ask_all({**solution(slug), **functions}, exam.calls)
    return exam.feedback(answers, printed)


def named(slug, **functions):
    return {m.id for m in judge(slug, **functions).misconceptions}


# -- two at once -----------------------------------------------------------------------


def test_two_mistakes_in_one_function_are_named_together():
    """Alone they are two records; together they are neither."""
    text = render_text(judge("softplus", softplus=lambda x: softplus_mirrored(-x)))
    assert "Two known mistakes together give these very numbers" in text


def softplus_mirrored(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def test_two_functions_two_names():
    """A mistake in the loss and another in the gradient are each called by name."""
    exercise = get("huber")
    first = next(m for m in exercise.misconceptions if m.function == "huber")
    second = next(m for m in exercise.misconceptions if m.function == "huber_grad")
    assert named("huber", huber=first.wrong, huber_grad=second.wrong) == {first.id, second.id}


W = np.array


def test_two_records_explain_together_what_neither_explains():
    wrong = W([False, True, True, True])
    r, s = W([False, True, False, True]), W([False, False, True, True])
    alike_r, alike_s = W([True, True, False, False]), W([True, False, True, False])
    assert diagnosis.two_at_once(wrong, [r, s], [alike_r, alike_s]) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "alike_r", "alike_s", "why"),
    [
        ([False, True, False, True], [1, 1, 0, 0], [1, 0, 1, 0], "the second does not show"),
        ([True, True, True, True], [0, 1, 0, 0], [0, 0, 1, 0], "wrong where neither is"),
        ([False, True, True, True], [1, 0, 0, 0], [1, 0, 1, 0], "not the first's number"),
        ([False, True, True, True], [1, 1, 0, 1], [1, 0, 1, 0], "the first alone where both show"),
    ],
)
def test_two_records_that_do_not_fit_are_not_named(wrong, alike_r, alike_s, why):
    r, s = W([False, True, False, True]), W([False, False, True, True])
    alike = [W(alike_r, bool), W(alike_s, bool)]
    assert diagnosis.two_at_once(W(wrong), [r, s], alike) is None, why


def test_a_choice_of_pairs_is_no_explanation():
    wrong = W([False, True, True])
    r, s = W([False, True, False]), W([False, False, True])
    alike = [W([1, 1, 0], bool), W([1, 1, 0], bool), W([1, 0, 1], bool)]
    assert diagnosis.two_at_once(wrong, [r, r, s], alike) is None


def quantile_two(y_true, y_pred, tau=0.5):
    """Forgets the check of tau, and turns the two slopes round."""
    e = y_true - y_pred
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes")
    return np.mean(np.maximum((1 - tau) * e, -tau * e))


def test_a_forgotten_check_and_a_mistake_are_both_seen():
    feedback = judge("quantile", quantile=quantile_two)
    assert feedback.misconceptions
    assert feedback.earned < feedback.points


# -- patterns --------------------------------------------------------------------------


def test_a_mistake_in_the_gradient_alone_is_said_so():
    def twice(y_true, y_pred, delta=1.0):
        return np.sqrt(2.0) * solution("huber")["huber_grad"](y_true, y_pred, delta)

    text = render_text(judge("huber", huber_grad=twice))
    assert "huber passes everything; the mistake is in huber_grad alone." in text
    assert "Every number is 1.414 times the wanted one." in text


def test_right_in_double_and_not_in_single_is_said_so():
    def overflowing(z):
        if z.dtype == np.float32:
            return np.log(np.exp(z).sum(axis=-1))
        return solution("logsumexp")["logsumexp"](z)

    feedback = judge("logsumexp", logsumexp=overflowing)
    assert "fails for float32 input only" in render_text(feedback)


def test_along_the_other_axis_is_said_so():
    def turned(z):
        e = np.exp(z - z.max(axis=0))
        return e / (e.sum(axis=0) * (1 + 1e-3))  # no record knows it

    exam = Exam(get("softmax"))
    right = exam.exercise.functions["softmax"]
    z = np.array([[0.0, 1.0, 2.0], [3.0, 5.0, 8.0]])
    assert diagnosis.other_axis(right, Call("softmax", (z,)), right(z.T).T).endswith("other axis.")
    assert diagnosis.other_axis(right, Call("softmax", (z,)), right(z)) == ""
    assert diagnosis.other_axis(right, Call("softmax", (z[0],)), right(z[0])) == ""
    assert diagnosis.other_axis(right, Call("softmax", (z,)), turned(z)) == ""


A = np.array([[1.0, 2.0], [3.0, 5.0]])


@pytest.mark.parametrize(
    ("got", "wanted", "says"),
    [
        (A.T, A, "transposed"),
        (np.ones((3, 2)) * [1, 2], (np.ones((3, 2)) * [1, 2]).T, "transposed"),
        (A.reshape(4, 1), A.ravel(), "only the shape"),
        (A.ravel()[::-1], A.ravel(), "another order"),
        (3 * A, A, "3 times"),
        (-A, A, "the wrong sign"),
        (A / 4, A, "0.25 times"),
        (np.array(6.0), np.array(2.0), "The number is 3 times"),
        (np.array(2.0), np.array(6.0), "0.3333 times"),
        (np.array(6.1), np.array(2.0), ""),
        (A + 1, A, ""),
        (np.full_like(A, np.nan), A, ""),
        (np.zeros((0, 2)), A, ""),
        (np.array([0.0, 2.0]), np.array([0.0, 1.0]), "2 times"),
        (np.array([1.0, 2.0]), np.array([0.0, 1.0]), ""),
    ],
)
def test_what_an_array_looks_like(got, wanted, says):
    said = diagnosis.likeness(got, wanted)
    assert (says in said) if says else said == ""


def test_the_largest_error_is_given_with_its_place():
    bound = np.full((2, 2), 0.1)
    said = diagnosis.largest_error(A + np.array([[0, 0.05], [0, 2]]), A, bound)
    assert said == "3 of 4 entries are right; the largest error is 2, at [1, 1]."
    said = diagnosis.largest_error(A + np.nan, A, bound)
    assert said == "No entry is right; the largest error is inf, at [0, 0]."
    assert diagnosis.largest_error(np.array(1.0), np.array(2.0), np.array(0.1)) == ""
    assert diagnosis.largest_error(A.ravel(), A, bound) == ""


def test_no_pattern_speaks_of_a_hidden_number():
    exam = Exam(get("mse"), "a course")
    answers, _ = ask_all(solution("mse"), exam.calls)
    spoiled = [
        Answer("array", value=np.asarray(a.value) * 3.7)
        if exam.is_hidden(i) and a.kind == "array"
        else a
        for i, a in enumerate(answers)
    ]
    text = render_text(exam.feedback(spoiled))
    assert "(A hidden case of this kind.)" in text
    assert "times" not in text
    assert "largest error" not in text
