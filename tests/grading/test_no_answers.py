"""What a course gives back to its learners holds no line of an answer."""

from __future__ import annotations

from autograde.grading.feedback_pages import write_feedback
from autograde.publish import answer_lines, leaks


def test_feedback_and_releases_hold_no_answer(copy_of_course):
    assert write_feedback(copy_of_course)
    lines = answer_lines()
    for folder in ("feedback", "release"):
        assert any(path.is_file() for path in (copy_of_course / folder).rglob("*"))
        assert list(leaks(copy_of_course / folder, lines)) == []
    # The scan would find them: the instructor's own notebooks have them.
    assert any(True for _ in leaks(copy_of_course / "source", lines))
