"""Every exercise: right answers pass however they are written, wrong ones never do."""

from __future__ import annotations

import importlib
import inspect
import itertools
import json
import re
import warnings
from functools import cache

import jupytext
import numpy as np
import pytest

from autograde.answers import ask, ask_all, dump_calls, load_calls
from autograde.exam import Exam, fault, same
from autograde.exercise import Probe
from autograde.exercises import all_exercises, get
from autograde.feedback import render_html, render_text, to_dict
from autograde.stubs import grade_id, solution_lines, source_path, without_solution
from solutions.variants import variants

SLUGS = [exercise.slug for exercise in all_exercises()]
#: None is what a learner sees; the others are courses with hidden questions.
SEEDS = (None, "autumn", "spring", "2031-b")
HIDDEN = SEEDS[1:]
MISCONCEPTIONS = [
    pytest.param(exercise, record, id=record.id)
    for exercise in all_exercises()
    for record in exercise.misconceptions
]
VARIANTS = [
    pytest.param(slug, name, id=f"{slug}-{name}") for slug in SLUGS for name in variants(slug)
]


def unknown_mistakes():
    for exercise in all_exercises():
        for attribute, wrong in vars(
            importlib.import_module(f"wrong_on_{exercise.chapter}")
        ).items():
            function, mark, _ = attribute.rpartition("__")
            if mark and function in exercise.functions and callable(wrong):
                yield pytest.param(exercise.slug, function, wrong, id=attribute)


UNKNOWN = list(unknown_mistakes())


@cache
def exam(slug, seed=None):
    return Exam(get(slug), seed)


def judge(slug, functions, seed=None):
    answers, printed = ask_all(dict(functions), exam(slug, seed).calls)
    return exam(slug, seed).feedback(answers, printed)


#: Exercises whose statement asks for an error somewhere.
ASK_FOR_ERRORS = [slug for slug in SLUGS if any(q.probe.raises for q in exam(slug).questions)]


def plus_one(answer):
    return np.asarray(answer, dtype=float) + 1


@cache
def source(slug):
    notebook = jupytext.read(source_path(get(slug).chapter))
    return next(cell.source for cell in notebook.cells if grade_id(cell) == slug)


@cache
def solution(slug):
    namespace = {"np": np}
    exec(compile(source(slug), f"<{slug}>", "exec"), namespace)
    return {name: namespace[name] for name in get(slug).functions}


def whole_text(feedback):
    return render_text(feedback) + render_html(feedback)


# -- right answers ---------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_earns_everything(slug, seed):
    feedback = judge(slug, solution(slug), seed)
    assert feedback.status == "right", render_text(feedback)
    assert feedback.earned == feedback.points == get(slug).total


@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_is_warned_of_nothing(slug):
    assert judge(slug, solution(slug)).notes == ()


@pytest.mark.parametrize(("slug", "name"), VARIANTS)
def test_other_right_answers_earn_everything(slug, name):
    for seed in SEEDS:
        feedback = judge(slug, variants(slug)[name], seed)
        assert feedback.status == "right", render_text(feedback)


def single_if_asked_in_single(result, *args):
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    low = any(a.dtype == np.float32 for a in arrays)
    return np.asarray(result, dtype=np.float32) if low else result


def reversed_view(result, *args):
    array = np.asarray(result)
    return array[::-1].copy()[::-1] if array.ndim else array


STYLES = {
    "lists of floats": lambda result, *args: np.asarray(result, dtype=float).tolist(),
    "zero-dimensional arrays": lambda result, *args: np.array(result),
    "float32 for float32": single_if_asked_in_single,
    "long double": lambda result, *args: np.asarray(result, dtype=np.longdouble),
    "column-major order": lambda result, *args: (
        np.asfortranarray(np.asarray(result)) if np.ndim(result) else result
    ),
    "a view that runs backwards": reversed_view,
    "an object array's numbers as nested tuples": lambda result, *args: (
        tuple(map(tuple, result))
        if np.ndim(result) == 2
        else tuple(result)
        if np.ndim(result)
        else float(result)
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("slug", SLUGS)
def test_right_numbers_count_in_any_wrapping(slug, style):
    def wrapped(function):
        return lambda *args, **kwargs: STYLES[style](function(*args, **kwargs), *args)

    functions = {name: wrapped(function) for name, function in solution(slug).items()}
    for seed in SEEDS[:2]:
        feedback = judge(slug, functions, seed)
        assert feedback.status == "right", render_text(feedback)


# -- nothing handed in -------------------------------------------------------------


@pytest.mark.parametrize("seed", [None, "autumn"])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_stub_is_not_attempted_and_earns_nothing(slug, seed):
    namespace = {}
    exec(without_solution(source(slug)), namespace)
    feedback = judge(slug, namespace, seed)
    assert feedback.status == "not attempted"
    assert feedback.earned == 0
    assert not feedback.misconceptions


# -- known mistakes ----------------------------------------------------------------


@pytest.mark.parametrize(("exercise", "record"), MISCONCEPTIONS)
def test_a_misconception_costs_points_and_is_called_by_its_name(exercise, record):
    for seed in SEEDS:
        functions = {**solution(exercise.slug), record.function: record.wrong}
        feedback = judge(exercise.slug, functions, seed)
        assert feedback.status == "wrong"
        assert [named.id for named in feedback.misconceptions] == [record.id]
        caught = {
            question.probe.aspect
            for question, answer in zip(
                exam(exercise.slug, seed).questions,
                exam(exercise.slug, seed).wrong_answers(record),
                strict=True,
            )
            if fault(question, answer) is not None
        }
        assert caught
        assert {a.name for a in feedback.aspects if not a.passed} == caught
        assert all(a.earned == 0 for a in feedback.aspects if a.name in caught)
        assert all(a.earned == a.points for a in feedback.aspects if a.name not in caught)


@pytest.mark.parametrize("slug", SLUGS)
def test_misconceptions_answer_differently(slug):
    """On the visible questions alone, so that a learner's page can tell them apart."""
    this = exam(slug)
    for one, two in itertools.combinations(get(slug).misconceptions, 2):
        assert one.function != two.function or any(
            not same(question.probe, a, b)
            for question, a, b in zip(
                this.questions, this.wrong_answers(one), this.wrong_answers(two), strict=True
            )
            if question.probe.function == one.function
        ), f"{one.id} and {two.id} answer every question alike"


@pytest.mark.parametrize("slug", ASK_FOR_ERRORS)
def test_a_forgotten_check_does_not_hide_the_mistake(slug):
    """The named mistake stays named when the parameter check is missing as well."""
    exercise = get(slug)

    def unchecked(wrong):
        def run(*args, **kwargs):
            try:
                return wrong(*args, **kwargs)
            except ValueError:
                return 0.0

        return run

    record = exercise.misconceptions[0]
    functions = {**solution(slug), record.function: unchecked(record.wrong)}
    assert [n.id for n in judge(slug, functions).misconceptions] == [record.id]


def huber_repairs_delta(y_true, y_pred, delta=1.0):
    return solution("huber")["huber"](y_true, y_pred, abs(delta) or 1.0)


def quantile_repairs_tau(y_true, y_pred, tau=0.5):
    return solution("quantile")["quantile"](y_true, y_pred, tau if 0 < tau < 1 else 0.5)


@pytest.mark.parametrize(
    ("slug", "record", "written"),
    [
        ("huber", "huber/any-delta", huber_repairs_delta),
        ("quantile", "quantile/any-tau", quantile_repairs_tau),
    ],
)
def test_a_forgotten_check_is_named_whatever_number_comes_instead(slug, record, written):
    named = judge(slug, {**solution(slug), slug: written}).misconceptions
    assert [n.id for n in named] == [record]


# -- unknown mistakes ----------------------------------------------------------------


@pytest.mark.parametrize(("slug", "function", "wrong"), UNKNOWN)
def test_a_mistake_that_nobody_foresaw_costs_points(slug, function, wrong):
    for seed in SEEDS:
        feedback = judge(slug, {**solution(slug), function: wrong}, seed)
        assert feedback.status == "wrong"
        assert feedback.earned < feedback.points
        assert not feedback.misconceptions, "it is called by the name of another mistake"
        assert feedback.details


@pytest.mark.parametrize("slug", SLUGS)
def test_there_are_a_dozen_unforeseen_mistakes(slug):
    assert sum(param.values[0] == slug for param in UNKNOWN) >= 12


@pytest.mark.parametrize("slug", SLUGS)
def test_every_function_is_needed(slug):
    for name in get(slug).functions:
        right = solution(slug)[name]

        def spoiled(*args, right=right, **kwargs):
            return plus_one(right(*args, **kwargs))

        assert judge(slug, {**solution(slug), name: spoiled}).earned < get(slug).total


# -- what is written in the records -----------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_there_is_enough_of_everything(slug):
    exercise = get(slug)
    assert len(exercise.misconceptions) >= 4
    assert len(variants(slug)) >= 3
    assert len(exercise.hints) == 3
    assert len({record.id for record in exercise.misconceptions}) == len(exercise.misconceptions)
    asked = {question.probe.aspect for question in exam(slug).questions}
    assert asked == set(exercise.points)
    for name in exercise.functions:
        assert any(record.function == name for record in exercise.misconceptions)


def spaceless(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_text_gives_the_answer_away(slug):
    exercise = get(slug)
    lines = {spaceless(line) for line in solution_lines(exercise.chapter)}
    assert lines
    right_sides = {
        spaceless(re.sub(r"^(return|[a-z_, ]+=)\s*", "", line))
        for line in solution_lines(exercise.chapter)
        if not line.startswith(("raise", "for"))
    }
    texts = [*exercise.hints, exercise.success]
    texts += [text for record in exercise.misconceptions for text in (record.title, record.message)]
    for text in texts:
        for line in lines | right_sides:
            assert line not in spaceless(text)


@pytest.mark.parametrize(("exercise", "record"), MISCONCEPTIONS)
def test_a_message_is_a_question_with_its_numbers_filled_in(exercise, record):
    assert "{" not in record.message
    assert "?" in record.message
    assert ("{got}" in record.tells) == bool(record.example)
    assert record.because
    assert record.anchor in ("definition", "derivation", "by-hand", "what-goes-wrong")
    assert record.id.startswith(f"{record.function}/")
    for word in ("simply", "obviously", "wrong"):
        assert word not in record.message.lower()


@pytest.mark.parametrize(("exercise", "record"), MISCONCEPTIONS)
def test_the_example_of_a_message_shows_the_mistake(exercise, record):
    """A message that shows a number which is right would convince nobody."""
    if not record.example:
        return
    names = inspect.signature(exercise.functions[record.function]).parameters
    arguments = [np.array(a) if isinstance(a, list) else a for a in record.example]
    # as strict as the strictest question, some of which ask for the last digit
    rtol = min(
        (p.tolerance for p in exercise.probes(np.random.default_rng(0)) if p.atol == 0 or p.rtol),
        default=None,
    )
    probe = Probe(
        record.function, "", "", tuple(arguments[:3]), dict(zip(list(names)[3:], arguments[3:])),
        rtol=rtol, atol=0.0 if rtol else 1e-12,
    )  # fmt: skip
    wrong = ask(record.wrong, probe.call)
    right = ask(exercise.functions[record.function], probe.call)
    assert not same(probe, right, wrong)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_questions_can_travel(slug):
    """The sandbox takes numbers, arrays and named helpers only."""
    calls = exam(slug, "autumn").calls
    back = load_calls(*dump_calls(calls))
    assert [call.function for call in back] == [call.function for call in calls]


@pytest.mark.parametrize("slug", SLUGS)
def test_another_seed_asks_other_questions(slug):
    def blob(seed):
        hidden = [q.probe.call for q in exam(slug, seed).questions if q.hidden]
        return dump_calls(hidden)[1]

    assert blob("autumn") != blob("spring")
    assert not any(question.hidden for question in exam(slug).questions)


# -- hidden questions stay hidden ---------------------------------------------------------


def key(args, kwargs):
    parts = [
        a.tobytes() + str(a.shape).encode() if isinstance(a, np.ndarray) else repr(a).encode()
        for a in args
    ]
    return b"|".join(parts) + repr(sorted(kwargs.items())).encode()


def memorised(slug, otherwise):
    """Right on every visible question, ``otherwise`` on all others."""
    known = {(call.function, key(call.args, call.kwargs)) for call in exam(slug).calls}

    def make(name):
        def run(*args, **kwargs):
            if (name, key(args, kwargs)) in known:
                return solution(slug)[name](*args, **kwargs)
            return otherwise(name, args, kwargs)

        return run

    return {name: make(name) for name in get(slug).functions}


def returns_the_input(name, args, kwargs):
    return args[1]


def raises_the_input(name, args, kwargs):
    raise RuntimeError(f"I was given {[np.asarray(a).tolist() for a in args[:2]]}")


def raises_the_wanted_error(name, args, kwargs):
    raise ValueError(f"I was given {[np.asarray(a).tolist() for a in args[:2]]}")


def warns_the_input(name, args, kwargs):
    warnings.warn(str([np.asarray(a).tolist() for a in args[:2]]), stacklevel=1)
    return -1.0


def returns_other_numbers(name, args, kwargs):
    return plus_one(get_right(name, args, kwargs))


def get_right(name, args, kwargs):
    try:
        return next(get(s).functions[name] for s in SLUGS if name in get(s).functions)(
            *args, **kwargs
        )
    except ValueError:
        return 12345.678


def returns_no_numbers(name, args, kwargs):
    class Told:
        def __array__(self, *_, **__):
            raise RuntimeError(f"I was given {[np.asarray(a).tolist() for a in args[:2]]}")

    return Told()


LEAKS = (
    returns_the_input,
    raises_the_input,
    raises_the_wanted_error,
    warns_the_input,
    returns_other_numbers,
    returns_no_numbers,
)


def hidden_numbers(slug, seed):
    """Numbers that occur in hidden inputs and nowhere in the visible ones, as texts."""
    found = {True: set(), False: set()}
    for question in exam(slug, seed).questions:
        for argument in (*question.probe.args, question.wanted.value):
            if isinstance(argument, np.ndarray):
                for number in np.ravel(argument).tolist():
                    found[question.hidden] |= {repr(number), f"{number:.7g}"}
    return {text for text in found[True] - found[False] if len(text) >= 5}


@pytest.mark.parametrize("otherwise", LEAKS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("slug", SLUGS)
def test_feedback_never_shows_a_hidden_input(slug, otherwise):
    seed = "autumn"
    functions = memorised(slug, otherwise)
    assert judge(slug, functions).status == "right", "it is right on what can be seen"
    feedback = judge(slug, functions, seed)
    assert feedback.status == "wrong"
    text = whole_text(feedback) + json.dumps(to_dict(feedback))
    assert "hidden case" in text
    secrets = hidden_numbers(slug, seed)
    assert len(secrets) >= 5
    shown = set(re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text))
    assert not shown & secrets
    assert "I was given" not in text
    assert "12345" not in text
