"""``check(huber)``: all that a learner ever calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograde.answers import ask_all
from autograde.exam import Exam
from autograde.exercise import Exercise
from autograde.exercises import by_function, get
from autograde.feedback import Feedback, render_text
from autograde.personal import drawn, key_of, whose


class WrongAnswer(AssertionError):
    """An aspect of an exercise is not right. The text is the feedback."""


def _own(exercise: Exercise, key: str | None) -> Exercise:
    """The exercise with the constants of whoever runs this, if ``key`` says that there are any."""
    if key is None or not exercise.constants:
        return exercise
    return exercise.of(drawn(exercise.constants, key, whose()))


def examine(exercise: Exercise, namespace: Mapping[str, Any], seed: str | None = None) -> Feedback:
    """Ask the functions in ``namespace`` and judge them, in this process."""
    exam = Exam(exercise, seed)
    answers, printed = ask_all(dict(namespace), exam.calls)
    return exam.feedback(answers, printed)


def check(*functions: Callable[..., Any], key: str | None = None) -> None:
    """Check the exercise that asks for ``functions`` and print what was found.

    Give it the function you wrote, ``check(huber)``. If the exercise asks for two
    functions, the other one is found beside it. ``key`` stands in the notebooks of a course
    that draws constants for each learner. Raises TypeError for anything that is not a named
    function, ValueError for a name that no exercise asks for, and if the constants are drawn
    and it is not known for whom.
    """
    if not functions:
        raise TypeError("check: give it the function you wrote, for example check(huber)")
    exercises: dict[str, tuple[Exercise, dict[str, Any]]] = {}
    for function in functions:
        name = getattr(function, "__name__", None)
        if not callable(function) or not isinstance(name, str):
            raise TypeError(
                f"check: wants a function; got {type(function).__name__}. "
                "Write check(huber), without calling it."
            )
        exercise = by_function(name)
        _, namespace = exercises.setdefault(exercise.slug, (exercise, {}))
        beside = getattr(function, "__globals__", {})
        for other in exercise.functions:
            namespace.setdefault(other, beside.get(other))
        namespace[name] = function
    for exercise, namespace in exercises.values():
        own = _own(exercise, key or key_of(exercise.slug))
        print(render_text(examine(own, namespace)))


def verify(
    slug: str,
    aspect: str,
    namespace: Mapping[str, Any],
    seed: str | None = None,
    key: str | None = None,
) -> None:
    """Raise :class:`WrongAnswer` with the feedback unless ``aspect`` is right.

    The grade cells of the notebook call this. It prints nothing and warns of nothing,
    because nbgrader reads any text on stderr as a failure.
    """
    exercise = get(slug)
    if aspect not in exercise.points:
        raise ValueError(
            f"verify: {slug} has no aspect {aspect!r}; it has {', '.join(exercise.points)}"
        )
    feedback = examine(_own(exercise, key), namespace, seed)
    if not next(a for a in feedback.aspects if a.name == aspect).passed:
        raise WrongAnswer(render_text(feedback))
