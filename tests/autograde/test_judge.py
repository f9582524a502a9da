"""The judge: answers in, verdict out. Planted mistakes must turn it red."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import numpy as np
import pytest

from autograde import WrongAnswer, check, verify
from autograde.answers import (
    MAX_TEXT,
    Answer,
    Call,
    Helper,
    ask,
    ask_all,
    dump_answer,
    dump_calls,
    load_answer,
    load_calls,
    plain,
    strided,
)
from autograde.exam import Exam, Question, fault
from autograde.exercise import Probe
from autograde.exercises import by_function, get
from autograde.feedback import from_dict, render_html, render_text, to_dict
from autograde.page import check_source, run_source


def right_mse(y_true, y_pred):
    if y_true.shape != y_pred.shape or not y_true.size:
        raise ValueError("shapes")
    return ((y_true - y_pred) ** 2).mean()


def right_mse_grad(y_true, y_pred):
    if y_true.shape != y_pred.shape or not y_true.size:
        raise ValueError("shapes")
    return -2 * (y_true - y_pred) / y_true.size


def judge(seed=None, **functions):
    exam = Exam(get("mse"), seed)
    answers, printed = ask_all(functions, exam.calls)
    return exam.feedback(answers, printed)


def test_a_right_answer_gets_all_points_and_says_what_was_proved():
    feedback = judge(mse=right_mse, mse_grad=right_mse_grad)
    assert feedback.status == "right"
    assert feedback.earned == feedback.points == 6
    assert "Next door" in render_text(feedback)


def test_a_warning_of_numpy_ends_with_one_full_stop():
    feedback = judge(mse=lambda y, p: abs(y - p).mean(), mse_grad=right_mse_grad)
    assert "NumPy warned: Mean of empty slice." in feedback.notes


def test_partly_right_keeps_the_points_of_the_right_aspects():
    feedback = judge(mse=right_mse, mse_grad=lambda y, p: right_mse_grad(y, p) * 1.001)
    earned = {a.name: a.earned for a in feedback.aspects}
    assert earned["value"] == 2
    assert earned["gradient"] == 0


def test_a_missing_function_is_said_and_costs_only_its_aspects():
    feedback = judge(mse=right_mse)
    assert {a.name: a.passed for a in feedback.aspects}["value"]
    assert "mse_grad is not defined" in render_text(feedback)


def test_not_attempted_is_not_wrong():
    def stub(y_true, y_pred):
        raise NotImplementedError

    assert judge(mse=stub, mse_grad=stub).status == "not attempted"
    assert judge(mse=right_mse, mse_grad=stub).status == "wrong"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "Did you forget the return?"),
        (True, "truth value"),
        ("0.5", "str"),
        (np.ones((2, 2)) * 1j, "complex"),
        (np.array([object()]), "object"),
        (np.ones(3), "shape (3,)"),
    ],
)
def test_what_is_not_a_number_is_named(returned, said):
    feedback = judge(mse=lambda y, p: returned, mse_grad=right_mse_grad)
    assert said in render_text(feedback)
    assert not feedback.aspects[0].passed


def test_nan_and_inf_never_pass():
    for bad in (np.nan, np.inf, -np.inf):
        assert not judge(mse=lambda y, p, b=bad: b, mse_grad=right_mse_grad).aspects[0].passed


def test_changing_the_input_is_caught_and_harms_nobody_else():
    def in_place(y_true, y_pred):
        y_pred -= y_true
        return (y_pred**2).mean()

    feedback = judge(mse=in_place, mse_grad=right_mse_grad)
    assert "changes the arrays" in render_text(feedback)
    assert feedback.aspects[1].passed


def test_a_lying_object_is_read_as_numbers():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return np.True_

        def __array_ufunc__(self, *args, **kwargs):
            return np.True_

        __hash__ = None

    feedback = judge(
        mse=lambda y, p: np.array(123.0).view(Liar), mse_grad=lambda y, p: p.view(Liar)
    )
    assert feedback.earned == 0


def test_a_hidden_failure_shows_no_hidden_number():
    seen = Exam(get("mse")).questions
    shown = {q.probe.args[0].tobytes() for q in seen}

    def overfitted(y_true, y_pred):
        value = right_mse(y_true, y_pred)
        return value if y_true.tobytes() in shown else value + 0.123

    exam = Exam(get("mse"), "secret")
    answers, _ = ask_all({"mse": overfitted, "mse_grad": right_mse_grad}, exam.calls)
    feedback = exam.feedback(answers)
    assert feedback.status == "wrong"
    text = render_text(feedback) + render_html(feedback)
    assert "hidden case" in text
    assert "0.123" not in text
    assert "got " not in text


def test_the_gradient_check_tells_loss_from_gradient():
    def doubled(y_true, y_pred):
        return 2 * right_mse(y_true, y_pred)

    def its_gradient(y_true, y_pred):
        return 2 * right_mse_grad(y_true, y_pred)

    assert "look at the loss" in render_text(judge(mse=doubled, mse_grad=its_gradient))
    odd = judge(mse=right_mse, mse_grad=lambda y, p: right_mse_grad(y, p) * 1.5)
    assert "by finite differences" in render_text(odd)
    assert "1.5 times" in render_text(odd)


def test_a_forgotten_check_does_not_hide_the_named_mistake():
    feedback = judge(mse=lambda y, p: np.sum((y - p) ** 2), mse_grad=right_mse_grad)
    assert [m.id for m in feedback.misconceptions] == ["mse/sum"]


def test_check_finds_the_other_function_and_prints_to_stdout_only(capfd):
    space = {}
    exec(
        "import warnings\n"
        "def mse(y_true, y_pred):\n"
        "    warnings.warn('careful')\n"
        "    return ((y_true - y_pred) ** 2).mean()\n"
        "def mse_grad(y_true, y_pred):\n"
        "    return (y_pred - y_true) * 2\n",
        space,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(space["mse"])
    out, err = capfd.readouterr()
    assert "mse_grad/no-n" in out
    assert "careful" in out
    assert err == ""


def test_check_refuses_what_is_not_a_function():
    with pytest.raises(TypeError, match="without calling it"):
        check(0.5)
    with pytest.raises(ValueError, match="no exercise asks for a function 'other'"):
        check(_named_other)


def _named_other():
    return None


_named_other.__name__ = "other"


def test_verify_is_silent_when_right_and_raises_the_feedback_when_wrong(capfd):
    space = {"mse": right_mse, "mse_grad": lambda y, p: right_mse_grad(y, p) * 3}
    assert verify("mse", "value", space, seed="s") is None
    with pytest.raises(WrongAnswer, match="3 times"):
        verify("mse", "gradient", space, seed="s")
    with pytest.raises(ValueError, match="no aspect 'speed'"):
        verify("mse", "speed", space)
    assert capfd.readouterr() == ("", "")


def test_feedback_survives_json_and_html_is_escaped():
    def noisy(y_true, y_pred):
        raise RuntimeError("<script>alert(1)</script>")

    feedback = judge(mse=noisy, mse_grad=right_mse_grad)
    assert from_dict(json.loads(json.dumps(to_dict(feedback)))) == feedback
    assert "<script>" not in render_html(feedback)
    assert "&lt;script&gt;" in render_html(feedback)


def test_the_wire_returns_what_was_sent():
    calls = [
        Call("f", (np.arange(6.0).reshape(2, 3), strided(np.arange(4, dtype=np.float32)))),
        Call("g", (np.arange(3), 0.1, Helper("arctan_gradient")), {"steps": 3, "lr": 1e-300}),
    ]
    back = load_calls(*dump_calls(calls))
    for sent, got in zip(calls, back, strict=True):
        assert sent.function == got.function
        assert sent.kwargs == got.kwargs
        for a, b in zip(sent.args, got.args, strict=True):
            np.testing.assert_array_equal(a, b, strict=isinstance(a, np.ndarray))
    assert not back[0].args[1].flags.c_contiguous
    answer = ask(lambda x: x / 3, Call("f", (np.arange(3.0),)))
    header, data = dump_answer(answer)
    back = load_answer(json.loads(header), data)
    np.testing.assert_array_equal(back.value, answer.value, strict=True)
    loud = replace(answer, warned=("divide by zero",))
    header, data = dump_answer(loud)
    back = load_answer(json.loads(json.dumps(header)), data)
    assert back.warned == loud.warned
    np.testing.assert_array_equal(back.value, answer.value, strict=True)


@pytest.mark.parametrize(
    "header",
    [
        None,
        [],
        ["<f8", 3],
        ["|O", [1]],
        [["<f8"], [1]],
        [{}, {}],
        ["|b1", [8]],
        ["<f8", [1], 1],
        {"kind": "right"},
        {"kind": "array"},
        {"kind": "array", "array": {"dtype": "|O", "shape": [1]}},
        {"kind": "array", "array": {"dtype": "<f8", "shape": [10**9]}},
        {"kind": "array", "array": {"dtype": "<f8", "shape": [-1]}},
        {"kind": "array", "array": {"dtype": "<f8", "shape": [2]}},
        {"kind": "error", "error": 5},
        {"kind": "error", "line": "1"},
    ],
)
def test_a_malformed_answer_is_refused(header):
    with pytest.raises(ValueError, match=r"malformed|not allowed|do not fill"):
        load_answer(header, b"12345678")


def test_long_output_is_cut_and_harmless():
    def chatty(x):
        for _ in range(1000):
            print("x" * 1000)
        return 1.0

    answers, printed = ask_all({"f": chatty}, [Call("f", (np.ones(1),))])
    assert len(printed) == MAX_TEXT
    assert answers == [Answer("array", answers[0].value)]


def test_plain_keeps_numbers_and_refuses_giants():
    assert plain(3).value.shape == ()
    assert plain([1.0, 2.0]).value.shape == (2,)
    assert plain((1.0, [2.0])).kind == "unusable"
    assert plain(np.ones(1_000_001)).kind == "unusable"


def test_every_function_name_finds_its_exercise():
    assert by_function("huber_grad").slug == "huber"
    with pytest.raises(ValueError, match="no exercise 'hubert'"):
        get("hubert")


def test_the_page_runs_checks_and_points_at_lines():
    assert json.loads(run_source("mse", "x = 20\nx + 1"))["value"] == "21"
    broken = json.loads(check_source("mse", "def mse(y_true, y_pred)\n    return 1"))
    assert broken["status"] == "error"
    assert broken["line"] == 1
    raising = json.loads(
        check_source("mse", "def mse(y_true, y_pred):\n    a = 1\n    return a / 0\n")
    )
    assert raising["line"] == 3
    for code, line in (("def f():\n    import torch", 2), ("x = 1\nimport no_such_plots", 2)):
        barred = json.loads(check_source("mse", code))
        assert "is not available when graded. Available are numpy" in barred["text"]
        assert barred["line"] == line
    raising = json.loads(check_source("mse", "1 / 0\nimport torch"))
    assert (raising["line"], raising["text"]) == (1, "Line 1: ZeroDivisionError: division by zero")
    stopped = json.loads(check_source("mse", "raise SystemExit"))
    assert stopped["status"] == "error"


@pytest.mark.parametrize(
    ("code", "line", "says"),
    [
        ("x = 1\ndef f(:\n    pass", 2, "SyntaxError: invalid syntax"),
        ("x = 1\n\ndef f(x):\n    return eval(x)\n\nf('1 +')", 4, "SyntaxError: invalid syntax"),
        ("def f():\nreturn 1", 2, "IndentationError: expected an indented block after function"),
    ],
)
def test_a_syntax_error_says_its_line_once_and_it_is_the_learners(code, line, says):
    """Also where a program hands text to eval, which has lines of its own."""
    ran = json.loads(run_source("mse", code))
    assert ran["line"] == line
    assert ran["error"].startswith(f"Line {line}: {says}")
    assert "<cell" not in ran["error"]


def test_infinity_is_right_only_where_it_is_wanted():
    probe = Probe("mse", "value", "", (np.zeros(2), np.ones(2)))
    wanted = Answer("array", np.array([np.inf, 1.0]))
    question = Question(probe, wanted, hidden=False)

    def passes(*numbers):
        return fault(question, Answer("array", np.array(numbers))) is None

    assert passes(np.inf, 1.0)
    assert passes(np.inf, 1.0 + 1e-12)
    assert not passes(-np.inf, 1.0)
    assert not passes(1e308, 1.0), "a large number is not infinite"
    assert not passes(np.nan, 1.0)
    assert not passes(np.inf, np.inf)
    assert not passes(np.inf, 1.001), "an infinite entry lends the others no slack"


def test_a_gradient_of_more_than_two_arrays_is_judged_without_the_slope():
    """Which of three arrays is the prediction is not known, so no difference is taken."""

    def value(a, b, c):
        return np.mean(a * (c - b) ** 2)

    def value_grad(a, b, c):
        return 2 * a * (c - b) / c.size

    def probes(rng):
        rows = rng.integers(1, 9, (3, 4)) * 0.5
        return [
            Probe("f", "value", "plain", tuple(rows)),
            Probe("f_grad", "value", "plain", tuple(rows)),
        ]

    functions = {"f": value, "f_grad": value_grad}
    exercise = replace(get("mse"), slug="f", functions=functions, points={"value": 1},
                       probes=probes, misconceptions=())  # fmt: skip
    exam = Exam(exercise)
    answers, _ = ask_all(functions, exam.calls)
    assert exam.feedback(answers).status == "right"
    wrong, _ = ask_all({**functions, "f_grad": lambda a, b, c: value_grad(a, b, c) * 2}, exam.calls)
    assert "Every number is 2 times" in render_text(exam.feedback(wrong))
