"""Quizzes: what authors may get wrong, and what a reader gets."""

from __future__ import annotations

import json
import re

import pytest
from lossbook import quiz

MEDIAN = {
    "question": "Which constant minimises the `MAE`?",
    "right": "The median",
    "wrong": {"The mean": "It balances errors.", "The mode": "It counts hits."},
    "why": "Crowds of equal size.",
}


def keys(element) -> list[dict]:
    found = re.findall(r'<script type="application/json">(.*?)</script>', element.html())
    return [json.loads(text) for text in found]


def test_the_right_option_keeps_its_message_wherever_it_lands():
    places = set()
    for at in range(12):
        asked = quiz.choice(**(MEDIAN | {"question": f"{at}?"}))
        assert asked.options[asked.right] == "The median"
        (key,) = keys(quiz.show(asked))
        assert [right for right, _ in key["options"]].index(True) == asked.right
        assert key["options"][asked.right] == [True, "Crowds of equal size."]
        assert (
            dict(zip(asked.options, asked.messages, strict=True))["The mean"]
            == "It balances errors."
        )
        places.add(asked.right)
    assert places == {0, 1, 2}


def test_two_builds_give_the_same_order():
    assert quiz.choice(**MEDIAN) == quiz.choice(**MEDIAN)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"wrong": {}}, "at least one wrong"),
        ({"wrong": {"The median": "no"}}, "twice"),
        ({"wrong": {" ": "no"}}, "empty"),
        ({"wrong": {"The mean": ""}}, r"no message for \['The mean'\]"),
        ({"why": ""}, "no message for the right"),
    ],
)
def test_a_choice_without_its_parts_is_refused(change, says):
    with pytest.raises(ValueError, match=says):
        quiz.choice(**(MEDIAN | change))


def test_a_number_gets_a_tolerance_of_half_its_third_digit():
    assert quiz.number("?", 1 / 3, why="w").tol == pytest.approx(0.0005)
    assert quiz.number("?", 1234.0, why="w").tol == pytest.approx(5.0)
    assert quiz.number("?", 0.0, why="w").tol == 1e-9
    assert quiz.number("?", 2.0, tol=0.1, why="w").tol == 0.1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"answer": float("nan"), "why": "w"}, "is nan"),
        ({"answer": 2.0, "wrong": {2.001: "m"}, "why": "w"}, "too close"),
        ({"answer": 2.0, "wrong": {3.0: ""}, "why": "w"}, "no message for 3"),
        ({"answer": 2.0}, "does not say why"),
    ],
)
def test_a_number_without_its_parts_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        quiz.number("?", **arguments)


def test_text_is_escaped_and_code_is_code():
    html = quiz.show(quiz.choice(**(MEDIAN | {"right": "a < b", "why": "</script><b>"}))).html()
    assert "<code>MAE</code>" in html
    assert "<span>a &lt; b</span>" in html
    assert html.count("</script>") == 1
    assert "<b>" not in html


def test_without_scripts_the_answer_is_behind_a_door():
    html = quiz.show(quiz.choice(**MEDIAN), quiz.number("?", 5.0, why="w")).html()
    hidden = re.sub(r"<details.*?</details>|<script.*?</script>", "", html, flags=re.S)
    assert "Crowds" not in hidden
    assert ">5<" not in hidden
    assert html.count("<details") == html.count("<loss-quiz") == 2


def test_an_empty_quiz_is_refused():
    with pytest.raises(ValueError, match="nothing to ask"):
        quiz.show()
