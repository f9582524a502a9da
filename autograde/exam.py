"""An exam: the questions of one exercise, the wanted answers, and the verdict.

An exam is made once and used for every submission. It runs in the trusted process;
what it is given are answers, which are data.
"""

from __future__ import annotations

import hashlib
import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from autograde.answers import Answer, Call, ask
from autograde.diagnosis import (
    largest_error,
    likeness,
    only_single_fails,
    other_axis,
    two_at_once,
)
from autograde.exercise import Exercise, Misconception, Probe
from autograde.feedback import AspectResult, Feedback, Named
from autograde.personal import MOST, defaults, rebound, said, spoken
from autograde.show import show_answer, show_call, show_value

#: Step of the central differences, relative to the size of the prediction.
STEP = 1e-6
#: How far a measured slope may be from a gradient and still count as the same.
SLOPE_RTOL = 1e-4


@dataclass(frozen=True)
class Question:
    """A probe with its wanted answer; hidden ones are never shown to a learner."""

    probe: Probe
    wanted: Answer
    hidden: bool

    @cached_property
    def number(self) -> np.ndarray:
        """What is wanted, in float64."""
        return np.asarray(self.wanted.value, np.float64)

    @cached_property
    def bound(self) -> np.ndarray:
        """How far an answer may be from it, entry by entry."""
        return allowance(self.probe, self.number)


@dataclass(frozen=True)
class Miss:
    """A question that was not answered as wanted, and why."""

    question: Question
    answer: Answer
    why: str


class Exam:
    """The questions of ``exercise``; with ``seed`` the hidden ones as well.

    The visible questions are the same everywhere and always. The hidden ones come from
    the same generator of probes, drawn with ``seed``, which only the course knows.
    """

    def __init__(self, exercise: Exercise, seed: str | None = None) -> None:
        self.exercise = exercise
        visible = exercise.probes(np.random.default_rng(0))
        hidden = exercise.probes(_generator(exercise.slug, seed)) if seed is not None else []
        self.questions = [
            Question(probe, ask(exercise.functions[probe.function], probe.call), is_hidden)
            for probes, is_hidden in ((visible, False), (hidden, True))
            for probe in probes
        ]
        self._check_references()
        self._slopes = {
            name: slope
            for name in exercise.functions
            if (slope := _slope_question(exercise, visible, name)) is not None
        }
        self._wrong: dict[str, list[Answer]] = {}
        self._names = {
            name: tuple(inspect.signature(reference).parameters)
            for name, reference in exercise.functions.items()
        }

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call to ask: the probes, then the finite differences."""
        slopes = (call for _, _, calls in self._slopes.values() for call in calls)
        return (*(question.probe.call for question in self.questions), *slopes)

    def is_hidden(self, index: int) -> bool:
        """Whether ``calls[index]`` is a hidden question; finite differences never are."""
        return index < len(self.questions) and self.questions[index].hidden

    def feedback(self, answers: Sequence[Answer], printed: str = "") -> Feedback:
        """The verdict on ``answers``, which must be in the order of ``calls``."""
        if len(answers) != len(self.calls):
            raise ValueError(
                f"exam {self.exercise.slug}: {len(self.calls)} calls were asked; "
                f"got {len(answers)} answers. Pass one answer per call, in order."
            )
        misses = [
            Miss(question, answer, why)
            for question, answer in zip(self.questions, answers, strict=False)
            if (why := fault(question, answer)) is not None
        ]
        aspects = tuple(self._aspect(name, misses) for name in self.exercise.points)
        base = Feedback(
            slug=self.exercise.slug,
            title=self.exercise.title,
            page=self.exercise.page,
            status="right",
            aspects=aspects,
            printed=printed,
        )
        if not misses:
            return replace(base, headline=self.exercise.success, notes=self._notes(answers))
        if all(_not_attempted(miss.answer) for miss in misses) and len(misses) == len(
            self.questions
        ):
            return replace(
                base,
                status="not attempted",
                headline="Not attempted yet. Replace the raise line by your code, then check again.",
            )
        failing = self._by_function(misses)
        named = {
            function: self._explanation(function, mine, answers)
            for function, mine in failing.items()
        }
        others = self._of_others({f: m for f, m in failing.items() if not named[f]}, answers)
        return replace(
            base,
            status="wrong",
            headline=self._headline(aspects),
            misconceptions=(
                *self._name_others(others),
                *(self._name(record) for record in named.values() if record),
            ),
            details=self._details(failing, named, answers, others),
            line=next((m.answer.line for m in misses if m.answer.line), None),
            notes=self._notes(answers),
        )

    # -- parts of the verdict ----------------------------------------------

    def _aspect(self, name: str, misses: list[Miss]) -> AspectResult:
        first = next((m for m in misses if m.question.probe.aspect == name), None)
        points = float(self.exercise.points[name])
        return AspectResult(
            name,
            points,
            0.0 if first else points,
            first is None,
            first.question.probe.regime if first else "",
        )

    def _headline(self, aspects: tuple[AspectResult, ...]) -> str:
        passed = [a.name for a in aspects if a.passed]
        if not passed:
            return "Not right yet."
        return f"Part of it is right: {', '.join(passed)}."

    def _by_function(self, misses: list[Miss]) -> dict[str, list[Miss]]:
        """The misses of each function that has any, in the order of the exercise."""
        found = {
            function: [m for m in misses if m.question.probe.function == function]
            for function in self.exercise.functions
        }
        return {function: mine for function, mine in found.items() if mine}

    def _name(self, record: Misconception) -> Named:
        link = f"{self.exercise.page}.html#{record.anchor}"
        return Named(record.id, record.title, record.message, link)

    def _two(self, function: str, answers: Sequence[Answer]) -> tuple[Misconception, ...]:
        """The two records that give the learner's numbers together, if no one does."""
        records = [m for m in self.exercise.misconceptions if m.function == function]
        places = [i for i, q in enumerate(self.questions) if q.probe.function == function]
        questions = [self.questions[i] for i in places]
        mine = [answers[i] for i in places]
        given, alike = [], []
        for record in records:
            theirs = [self.wrong_answers(record)[i] for i in places]
            asked = list(zip(questions, theirs, mine, strict=True))
            given.append(np.array([fault(q, t) is not None for q, t, _ in asked]))
            alike.append(np.array([same(q.probe, t, a) for q, t, a in asked]))
        wrong = np.array([fault(q, a) is not None for q, a in zip(questions, mine, strict=True)])
        pair = two_at_once(wrong, given, alike)
        return tuple(records[i] for i in pair) if pair else ()

    def _explanation(
        self, function: str, misses: list[Miss], answers: Sequence[Answer]
    ) -> Misconception | None:
        """The record whose answers are the learner's, everywhere.

        If none is, the questions that ask for an error are left out and the rest
        compared again: a forgotten check must not hide the mistake in the formula.
        """
        records = [m for m in self.exercise.misconceptions if m.function == function]
        for strictly in (True, False):
            if not strictly and all(m.question.probe.raises for m in misses):
                return None
            for record in records:
                if self._explains(record, answers, strictly):
                    return record
        return None

    def _explains(self, record: Misconception, answers: Sequence[Answer], strictly: bool) -> bool:
        return all(
            same(question.probe, expected, answer)
            for question, expected, answer in zip(
                self.questions, self.wrong_answers(record), answers, strict=False
            )
            if question.probe.function == record.function
            and (strictly or not question.probe.raises)
        )

    # -- constants of somebody else ---------------------------------------------

    def _of_others(
        self, failing: Mapping[str, list[Miss]], answers: Sequence[Answer]
    ) -> dict[str, dict[str, float]]:
        """By function that fails: constants, not the learner's, for which it is right."""
        if not self.exercise.drawn:
            return {}
        found: dict[str, dict[str, float]] = {}
        for function, misses in failing.items():
            candidates = self._candidates(function)
            told = next(iter(found.values()), None)  # most likely the same again
            for values in ([told] if told else []) + list(candidates):
                if self._is_right_for(values, function, misses, answers):
                    found[function] = values
                    break
        return found

    def _candidates(self, function: str) -> Iterator[dict[str, float]]:
        """Those of the statement first, then every combination that anybody may have drawn."""
        constants, mine = self.exercise.constants, self.exercise.drawn
        yield {c.name: c.default for c in constants}
        takes = defaults(self.exercise.functions[function])
        ranges = [c.values if c.name in takes else (mine[c.name],) for c in constants]
        if math.prod(map(len, ranges)) <= MOST:
            for values in product(*ranges):
                other = dict(zip((c.name for c in constants), values, strict=True))
                if other != mine:
                    yield other

    def _is_right_for(
        self,
        values: Mapping[str, float],
        function: str,
        misses: list[Miss],
        answers: Sequence[Answer],
    ) -> bool:
        """Whether ``answers`` are those of the reference with ``values``.

        Where an error is wanted the constants have no say, so those questions are left out.
        """
        reference = rebound(self.exercise.functions[function], values)
        missed = [(m.question, m.answer) for m in misses if not m.question.probe.raises]
        every = [
            (q, a)
            for q, a in zip(self.questions, answers, strict=False)
            if q.probe.function == function and not q.probe.raises
        ]
        return bool(missed) and all(  # what was missed first: nearly all candidates end there
            same(question.probe, ask(reference, question.probe.call), answer)
            for question, answer in (*missed, *every)
        )

    def _name_others(self, others: Mapping[str, Mapping[str, float]]) -> Iterator[Named]:
        if not others:
            return
        values = next(iter(others.values()))
        right = f"{spoken(list(others))} {'is' if len(others) == 1 else 'are'} right for"
        mine = f"Yours are {said(self.exercise.drawn)}."
        if values == {c.name: c.default for c in self.exercise.constants}:
            text = (
                f"{right} the constants of the statement, {said(values)}. "
                f"{mine} Which of them stand in your answer?"
            )
        else:
            text = (
                f"{right} other constants than yours, such as {said(values)}. {mine} "
                "Did you set your own id before you read them?"
            )
        slug = self.exercise.slug
        yield Named(
            f"{slug}/constants",
            "Right for other constants than yours",
            text,
            f"{self.exercise.page}.html",
        )

    def wrong_answers(self, misconception: Misconception) -> list[Answer]:
        """What ``misconception`` answers to every question (cached)."""
        if misconception.id not in self._wrong:
            self._wrong[misconception.id] = [
                ask(misconception.wrong, q.probe.call)
                if q.probe.function == misconception.function
                else q.wanted
                for q in self.questions
            ]
        return self._wrong[misconception.id]

    def _details(
        self,
        failing: dict[str, list[Miss]],
        named: dict[str, Misconception | None],
        answers: Sequence[Answer],
        others: Mapping[str, Mapping[str, float]],
    ) -> tuple[str, ...]:
        """The first miss of each function; a visible one if there is one."""
        details = []
        for function, mine in failing.items():
            miss = next((m for m in mine if not m.question.hidden), mine[0])
            details.append(self._tell(miss))
            if not named[function] and function not in others:
                details += self._patterns(function, failing, answers)
            if function in self._slopes and miss.answer.kind == "array":
                note = self._slope_note(function, answers)
                if note:
                    details.append(note)
        return tuple(details)

    def _patterns(
        self, function: str, failing: dict[str, list[Miss]], answers: Sequence[Answer]
    ) -> list[str]:
        """What holds of all answers of ``function`` together."""
        found = []
        if pair := self._two(function, answers):
            # Their messages speak of what one mistake alone returns, so only the titles fit.
            both = " and ".join(f"“{record.title}”" for record in pair)
            found.append(f"Two known mistakes together give these very numbers: {both}.")
        asked = [q for q in self.questions if q.probe.function == function and not q.probe.raises]
        missed = {id(miss.question) for miss in failing[function]}
        if only_single_fails([q.probe.call for q in asked], [id(q) in missed for q in asked]):
            found.append(
                f"{function} is right for float64 input and fails for float32 input only. "
                "Which number on the way does not fit into a float32?"
            )
        value_name = function.removesuffix("_grad")
        right = set(self.exercise.functions) - set(failing)
        if value_name != function and value_name in right:
            found.append(f"{value_name} passes everything; the mistake is in {function} alone.")
        return found

    def _tell(self, miss: Miss) -> str:
        probe = miss.question.probe
        head = f"Fails first on: {probe.regime}."
        if miss.question.hidden:
            return f"{head} (A hidden case of this kind.)\n{_without_numbers(miss)}"
        call = show_call(probe.call, self._names[probe.function])
        got, wanted = miss.answer, miss.question.wanted
        if miss.why:
            lines = [head, call, miss.why]
        else:
            lines = [head, call, f"got    {show_answer(got)}", f"wanted {show_answer(wanted)}"]
        if got.kind == wanted.kind == "array" and not got.changed:
            reference = self.exercise.functions[probe.function]
            like = likeness(got.value, wanted.value)
            like = like or other_axis(reference, probe.call, got.value)
            off = largest_error(got.value, wanted.value, miss.question.bound)
            lines += [line for line in (like or off,) if line]
        return "\n".join(lines)

    def _slope_note(self, function: str, answers: Sequence[Answer]) -> str:
        """The learner's gradient against finite differences of the learner's own loss."""
        start = len(self.questions)
        for name, (_, _, calls) in self._slopes.items():
            if name == function:
                break
            start += len(calls)
        index, steps, calls = self._slopes[function]
        asked = answers[start : start + len(calls)]
        gradient, wanted = answers[index], self.questions[index].wanted
        if any(a.kind != "array" or a.value.shape != () for a in asked):
            return ""
        if gradient.kind != "array" or gradient.value.shape != wanted.value.shape:
            return ""
        values = np.array([a.value for a in asked], dtype=np.float64).reshape(2, -1)
        measured = ((values[0] - values[1]) / (2 * steps)).reshape(wanted.value.shape)
        scale = max(float(np.max(np.abs(measured))), 1e-12)
        value_name = function.removesuffix("_grad")

        def near(array: np.ndarray) -> bool:
            return bool(np.all(np.abs(array - measured) <= SLOPE_RTOL * scale))

        if near(gradient.value):
            if near(wanted.value):
                return ""
            return (
                f"Measured by finite differences, {function} is the slope of your own "
                f"{value_name}. The gradient belongs to the loss; look at the loss."
            )
        where = show_call(self.questions[index].probe.call, self._names[function])
        return (
            f"Gradient check:\n{where}\n"
            f"slope of your {value_name}, by finite differences  {show_value(_tidy(measured))}\n"
            f"your {function}  {show_value(gradient.value)}"
        )

    def _notes(self, answers: Sequence[Answer]) -> tuple[str, ...]:
        mine = self.exercise.drawn
        asked = (f"Asked with your constants, {said(mine)}.",) if mine else ()
        return (*asked, *self._warnings(answers))

    def _warnings(self, answers: Sequence[Answer]) -> tuple[str, ...]:
        """The warnings on visible questions; the text of a warning could quote its input."""
        shown = [a for q, a in zip(self.questions, answers, strict=False) if not q.hidden]
        seen = dict.fromkeys(text for answer in shown for text in answer.warned)
        return tuple(f"NumPy warned: {text.rstrip('.')}." for text in list(seen)[:3])

    def _check_references(self) -> None:
        for question in self.questions:
            probe, wanted = question.probe, question.wanted
            if probe.aspect not in self.exercise.points:
                raise ValueError(
                    f"{self.exercise.slug}: the probe '{probe.regime}' has the aspect "
                    f"'{probe.aspect}'; the exercise gives points for "
                    f"{', '.join(self.exercise.points)}"
                )
            right = (
                wanted.kind == "error" and wanted.error == probe.raises.__name__
                if probe.raises
                else wanted.kind == "array" and not np.any(np.isnan(wanted.value))
            )
            if not right:
                raise ValueError(
                    f"{self.exercise.slug}: the reference answers the probe '{probe.regime}' of "
                    f"{probe.function} with {show_answer(wanted)}"
                )


# -- comparing -----------------------------------------------------------------


def fault(question: Question, answer: Answer) -> str | None:
    """None if the answer is as wanted; else why not ('' = the numbers differ)."""
    probe, wanted = question.probe, question.wanted
    name = probe.function
    if answer.kind == "missing":
        return f"{answer.note}. Define {name} in this cell."
    if answer.kind == "lost":
        return _sentence(answer.note)
    if probe.raises:
        if answer.kind == "error" and answer.error == probe.raises.__name__:
            return None
        did = show_answer(answer) if answer.kind == "error" else f"it returns {show_answer(answer)}"
        return f"The statement asks for a {probe.raises.__name__} here; {did}."
    if answer.kind == "error":
        if answer.error == "NotImplementedError":
            return f"{name} is not written yet."
        return f"It raises {show_answer(answer)}."
    if answer.kind == "unusable":
        extra = " Did you forget the return?" if answer.note == "None" else ""
        return f"{name} returns {answer.note}, not numbers.{extra}"
    if answer.value.shape != wanted.value.shape:
        return (
            f"{name} returns shape {answer.value.shape}; wanted is shape {wanted.value.shape}"
            + (" (one number)." if wanted.value.shape == () else ".")
        )
    if answer.changed:
        return f"{name} changes the arrays that it is given. Work on a copy."
    with np.errstate(all="ignore"):  # nan is never within a bound, infinity only as itself
        near = np.abs(answer.value - question.number) <= question.bound
        near = np.where(np.isinf(question.number), answer.value == question.number, near)
    return None if near.all() else ""


def allowance(probe: Probe, wanted: np.ndarray) -> np.ndarray:
    """How far an answer may be from ``wanted`` (float64), entry by entry."""
    size = np.abs(wanted)
    size = np.where(np.isinf(size), 0.0, size)  # an infinite entry lends the others no slack
    slack = probe.atol * (float(size.max(initial=0.0)) if probe.scaled else 1.0)
    return probe.tolerance * size + slack


def same(probe: Probe, expected: Answer, answer: Answer) -> bool:
    """Whether two answers, right or wrong, are the same answer."""
    if expected.kind != answer.kind:
        return False
    if expected.kind == "error":
        return expected.error == answer.error
    if expected.kind != "array" or probe.raises:
        return True  # where an error is wanted, which number came instead says nothing
    if expected.value.shape != answer.value.shape or bool(expected.changed) != bool(answer.changed):
        return False
    a, b = (np.asarray(x.value, np.float64) for x in (expected, answer))
    finite = np.isfinite(a)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    if not np.all(np.isfinite(b[finite])):
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(b[finite] - a[finite]) <= allowance(probe, a[finite])))


# -- small parts -----------------------------------------------------------------


def _generator(slug: str, seed: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}/{slug}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _slope_question(
    exercise: Exercise, visible: list[Probe], name: str
) -> tuple[int, np.ndarray, list[Call]] | None:
    """The finite differences for a gradient: which probe, the steps, the calls.

    The probe is the first of the gradient with few float64 entries, none of which is
    near a kink, where a difference quotient would measure neither side.
    """
    value_name = name.removesuffix("_grad")
    if value_name == name or value_name not in exercise.functions:
        return None
    for index, probe in enumerate(visible):
        if probe.function != name or probe.raises or probe.rtol is not None:
            continue
        if len(probe.args) > 2:  # which of them is the prediction is not known
            continue
        *before, y_pred = probe.args[:2]  # the prediction, or the only argument
        if y_pred.dtype != np.float64 or not 1 < y_pred.size <= 8 or y_pred.ndim != 1:
            continue
        if np.ndim(exercise.functions[value_name](*before, y_pred, **probe.kwargs)):
            continue  # the derivative of each entry by itself: no gradient of one number
        steps = STEP * np.maximum(1.0, np.abs(y_pred))
        places = exercise.kinks(**probe.kwargs) if exercise.kinks else ()
        error = y_pred - before[0] if before else y_pred
        if any(np.any(np.abs(error - place) < 10 * steps) for place in places):
            continue
        calls = [
            Call(value_name, (*before, y_pred + sign * step * unit), dict(probe.kwargs))
            for sign in (1.0, -1.0)
            for step, unit in zip(steps, np.eye(y_pred.size), strict=True)
        ]
        return index, steps, calls
    return None


def _not_attempted(answer: Answer) -> bool:
    return answer.kind == "error" and answer.error == "NotImplementedError"


def _without_numbers(miss: Miss) -> str:
    """What went wrong on a hidden question: the kind of mistake, never the input.

    An error message and a returned value are the learner's own, so they could carry
    the input; the type of the error and the shape of the value could not.
    """
    probe, answer = miss.question.probe, miss.answer
    where = f" in line {answer.line}" if answer.line else ""
    if answer.kind == "error" and answer.error != "NotImplementedError":
        did = f"It raises {answer.error}{where}."
        return (
            f"The statement asks for a {probe.raises.__name__} here. {did}" if probe.raises else did
        )
    if answer.kind == "array" and probe.raises:
        return f"The statement asks for a {probe.raises.__name__} here; it returns a value."
    if answer.kind == "unusable" and answer.note != "None":
        return f"{probe.function} returns something that is not numbers."
    return miss.why or "It returns other numbers than wanted."


def _tidy(array: np.ndarray) -> np.ndarray:
    """Measured slopes are good to six digits; the rest is rounding, not information."""
    return np.array([float(f"{v:.5g}") for v in array.ravel()]).reshape(array.shape) + 0.0


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."
