"""The kill table: which probe catches which wrong answer."""

from __future__ import annotations

from dataclasses import dataclass

from autograde.exam import Exam, fault
from autograde.exercise import Exercise, Misconception


@dataclass(frozen=True)
class Kill:
    """One wrong answer and the visible questions that it gets wrong."""

    misconception: Misconception
    caught_by: tuple[str, ...]
    asked: int
    named: str


def kill_table(exercise: Exercise) -> list[Kill]:
    """One row for each misconception of ``exercise``, measured now."""
    exam = Exam(exercise)
    rows = []
    for record in exercise.misconceptions:
        answers = exam.wrong_answers(record)
        caught = tuple(
            dict.fromkeys(
                question.probe.regime
                for question, answer in zip(exam.questions, answers, strict=True)
                if fault(question, answer) is not None
            )
        )
        asked = sum(q.probe.function == record.function for q in exam.questions)
        rows.append(Kill(record, caught, asked, _named(exam, record)))
    return rows


def _named(exam: Exam, record: Misconception) -> str:
    """The id that the feedback gives when a learner hands in ``record``."""
    from autograde.answers import ask_all

    functions = {**exam.exercise.functions, record.function: record.wrong}
    answers, _ = ask_all(functions, exam.calls)
    named = exam.feedback(answers).misconceptions
    return named[0].id if named else ""
