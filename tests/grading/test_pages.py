"""What people get: feedback pages, the report, CSV."""

from __future__ import annotations

import csv
import html
import io
import re
from html.parser import HTMLParser

import pytest

from autograde.exercises import chapter
from autograde.grading.classroom import open_course
from autograde.grading.demo import NAMES
from autograde.grading.export import COLUMNS, defused, export_csv
from autograde.grading.feedback_pages import feedback_page, write_feedback
from autograde.grading.report import COMMONEST, write_report
from autograde.grading.standing import standings

ASSIGNMENT = "regression"
ALLOWED = set(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "p",
        "div",
        "section",
        "strong",
        "span",
        "ul",
        "li",
        "pre",
        "code",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "br",
        "details",
        "summary",
        "svg",
        "rect",
        "text",
        "script",
    ]
)


class Page(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def harmless(text: str) -> Page:
    """The page is well formed, asks nobody for anything, and has only our tags."""
    page = Page(text)
    assert page.open == []
    assert set(page.tags) <= ALLOWED
    assert not any(name.startswith("on") for name, _ in page.attributes)
    for name, value in page.attributes:
        if name in ("src", "href"):
            assert not re.match(r"(?i)\s*(https?:|//|javascript:|data:)", value or "")
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text
    return page


@pytest.fixture(scope="module")
def all_standings(course):
    return {s.student: s for s in standings(open_course(course), ASSIGNMENT)}


def test_every_learner_gets_a_page(copy_of_course):
    written = write_feedback(copy_of_course)
    assert len(written) == len(NAMES)
    for path in written:
        assert path.name == f"{ASSIGNMENT}.html"
        assert path.parts[-3] in {n[0] for n in NAMES}
        harmless(path.read_text(encoding="utf-8"))


def test_the_page_says_what_the_record_says(all_standings):
    for standing in all_standings.values():
        page = harmless(feedback_page(standing))
        assert standing.name in page.text
        for data in standing.record["exercises"].values():
            assert f"{data['title']}: {data['status']}" in page.text
            for named in data["misconceptions"]:
                assert named["message"] in page.text
            for aspect in data["aspects"]:
                if data["status"] == "wrong" and not aspect["passed"]:
                    assert f"fails: {aspect['failing_regime']}" in page.text


def test_no_secret_and_no_test_code_is_on_a_page(course, all_standings):
    seed = open_course(course).seed(ASSIGNMENT)
    for standing in all_standings.values():
        text = feedback_page(standing)
        assert seed not in text
        assert "verify(" not in text
        assert "HIDDEN" not in text


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def test_hostile_text_arrives_as_text(copy_of_course):
    student = NAMES[0][0]
    with open_course(copy_of_course).gradebook() as book:
        found = book.find_student(student)
        found.first_name, found.last_name = EVIL, EVIL
        book.find_comment("mse", ASSIGNMENT, ASSIGNMENT, student).manual_comment = EVIL
        book.db.commit()
    classroom = open_course(copy_of_course)
    standing = next(s for s in standings(classroom, ASSIGNMENT) if s.student == student)
    standing.record["flags"].append(EVIL)
    for data in standing.record["exercises"].values():
        data |= {"headline": EVIL, "details": [f"{EVIL}\n{EVIL}"], "notes": [EVIL]}
    page = harmless(feedback_page(standing))
    assert "img" not in page.tags
    assert EVIL in page.text
    write_feedback(copy_of_course)
    out = copy_of_course / "_report"
    report = harmless(write_report(copy_of_course, out).read_text(encoding="utf-8"))
    assert report.tags.count("script") == 1
    assert EVIL in report.text


def test_scores_and_comments_by_hand_are_on_the_page(copy_of_course):
    student = NAMES[0][0]
    with open_course(copy_of_course).gradebook() as book:
        grade = book.find_grade("derivation", ASSIGNMENT, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.find_comment(
            "derivation", ASSIGNMENT, ASSIGNMENT, student
        ).manual_comment = "Nearly: why?"
        book.db.commit()
    standing = next(
        s for s in standings(open_course(copy_of_course), ASSIGNMENT) if s.student == student
    )
    page = harmless(feedback_page(standing))
    assert "Derivation: 2.5 of 4 points" in page.text
    assert "Nearly: why?" in page.text
    assert "not graded yet" not in page.text


def test_links_into_the_book_only_when_there_is_one(all_standings):
    wrong = next(
        s
        for s in all_standings.values()
        if any(d["misconceptions"] for d in s.record["exercises"].values())
    )
    assert "<a " not in feedback_page(wrong)
    assert 'href="https://book.example/regression/' in feedback_page(wrong, "https://book.example/")


def test_the_report_counts(copy_of_course, tmp_path):
    write_feedback(copy_of_course)
    text = write_report(copy_of_course, tmp_path / "out").read_text(encoding="utf-8")
    page = harmless(text)
    assert f"{len(NAMES)} submissions" in page.text
    class_ = standings(open_course(copy_of_course), ASSIGNMENT)
    for standing in class_:
        assert standing.name in page.text
        for flag in standing.record["flags"]:
            assert flag in page.text
    for exercise in chapter(ASSIGNMENT):
        share = sum(s.record["exercises"][exercise.slug]["status"] == "right" for s in class_)
        percent = round(100 * share / len(class_))
        assert f'<tr><td>{html.escape(exercise.title)}</td><td data-value="{percent}">' in text
    links = [value for name, value in page.attributes if name == "href"]
    assert len(links) == len(class_)
    assert "No score has changed" in page.text
    assert "repair" in page.text  # where the time went
    for link in links:
        assert ".." not in link, "a server of the report serves nothing above it"
        assert harmless((tmp_path / "out" / link).read_text(encoding="utf-8")).text


def test_a_report_inside_the_book_links_into_the_book(copy_of_course, tmp_path):
    (tmp_path / "objects.inv").touch()
    write_report(copy_of_course, tmp_path / "report")
    links = set()
    for own in (tmp_path / "report" / "students").rglob("*.html"):
        page = Page(own.read_text(encoding="utf-8"))
        for name, value in page.attributes:
            if name == "href":
                links.add((own.parent / value.split("#")[0]).resolve())
    assert {link.relative_to(tmp_path).parts[0] for link in links} == {"regression"}
    assert {link.suffix for link in links} == {".html"}


def test_only_the_commonest_mistakes_are_open(copy_of_course, tmp_path):
    text = write_report(copy_of_course, tmp_path).read_text(encoding="utf-8")
    opened, _, folded = text.partition(" more</summary>")
    assert opened.count(" × ") == COMMONEST
    assert folded.count(" × ") == int(opened.rsplit(">", 1)[1])


def test_the_commonest_mistake_comes_first(copy_of_course, tmp_path):
    page = Page(write_report(copy_of_course, tmp_path).read_text(encoding="utf-8"))
    counts = [int(n) for n in re.findall(r"(\d+) × ", page.text)]
    assert counts
    assert counts == sorted(counts, reverse=True)


def test_a_report_before_grading(tmp_path):
    from autograde.grading.demo import make_demo

    make_demo(tmp_path / "c")
    assert "Nothing graded yet" in write_report(tmp_path / "c", tmp_path / "out").read_text()


# -- CSV -------------------------------------------------------------------------------


def read_back(root):
    out = io.StringIO(newline="")
    export_csv(root, out)
    out.seek(0)
    return list(csv.DictReader(out))


def test_csv_gives_back_the_gradebook(course, all_standings):
    rows = read_back(course)
    assert tuple(rows[0]) == COLUMNS
    totals = {r["student"]: r for r in rows if r["exercise"] == "total"}
    assert {s: (float(r["points"]), r["name"]) for s, r in totals.items()} == {
        s.student: (s.score, s.name) for s in all_standings.values()
    }
    for standing in all_standings.values():
        cells = [r for r in rows if r["student"] == standing.student and r["exercise"] != "total"]
        assert sum(float(r["points"]) for r in cells) == standing.score + standing.penalty
        assert sum(float(r["max"]) for r in cells) == standing.max_score
        assert {(r["exercise"], r["aspect"]) for r in cells} == {
            (c.exercise, c.aspect) for c in standing.cells
        }


def test_names_with_commas_quotes_and_line_breaks(copy_of_course):
    name = 'Ann "A", B\nC'
    with open_course(copy_of_course).gradebook() as book:
        student = book.find_student(NAMES[0][0])
        student.first_name, student.last_name = name, None
        book.db.commit()
    assert name in {r["name"] for r in read_back(copy_of_course)}


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_defused(text):
    assert defused(text) == "'" + text


@pytest.mark.parametrize("text", ["-3", "+4.5", "", "plain", "a=b", "0.5"])
def test_numbers_and_plain_text_stay(text):
    assert defused(text) == text
