"""The instructor's report in a browser: filters, sorting, what is said, what is not run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograde.grading.audit import Change, Trail
from autograde.grading.classroom import open_course
from autograde.grading.report import write_report
from autograde.grading.standing import standings

ASSIGNMENT = "regression"
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
EVIL = "<img src=x onerror=document.title='run'>"


@pytest.fixture(scope="module")
def report(course, tmp_path_factory):
    """A report on a class with a copier, changed scores, somebody missing and a hostile name."""
    root = tmp_path_factory.mktemp("report") / "c"
    shutil.copytree(course, root)
    classroom = open_course(root)
    with classroom.gradebook() as book:
        book.update_or_create_student("nemo", first_name="Nemo", last_name=EVIL)
    Trail(root, "why <b>not</b>", "me").add(
        [Change(ASSIGNMENT, "aoife", "huber-value", 2.0, 1.0)] * 60
    )
    source = root / "autograded" / "bulat" / ASSIGNMENT / "lossbook.json"
    record = json.loads(source.read_text(encoding="utf-8"))
    record["code"] = {
        slug: code + f"\n    unusual = {n} * np.tanh(y_true ** {n} - np.floor(y_pred / 7))\n"
        f"    if unusual.any() and len(y_true) > {n}:\n        raise KeyError({EVIL!r})"
        for n, (slug, code) in enumerate(record["code"].items())
    }
    for student in ("bulat", "aoife"):
        own = root / "autograded" / student / ASSIGNMENT / "lossbook.json"
        mine = json.loads(own.read_text(encoding="utf-8")) | {"code": record["code"]}
        own.write_text(json.dumps(mine), encoding="utf-8")
    return root, write_report(root, root / "_report", similar=True)


@pytest.fixture
def page(browser, report):
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.problems = []
    shown.on("pageerror", lambda e: shown.problems.append(str(e)))
    shown.on("request", lambda r: shown.problems.append(r.url) if "file:" not in r.url else None)
    shown.goto(report[1].as_uri())
    yield shown
    assert shown.problems == []
    assert shown.title() == "Report"
    shown.close()


def test_every_table_can_be_filtered(page):
    boxes = page.locator("input[type=search]")
    assert boxes.count() == page.locator("table").count() >= 5
    students = page.get_by_label("Filter the table of students")
    students.fill("gwenllian")
    rows = students.locator("xpath=following-sibling::table[1]").locator("tbody tr:visible")
    assert rows.count() == 1
    students.fill("")
    assert rows.count() > 20


def test_a_click_on_a_heading_sorts_by_numbers(page):
    table = page.get_by_label("Filter the table of students").locator(
        "xpath=following-sibling::table[1]"
    )
    table.get_by_role("button", name="Points").click()
    cells = table.locator("tbody tr td:nth-child(3)")
    values = [float(cells.nth(i).get_attribute("data-value")) for i in range(cells.count())]
    assert values == sorted(values)
    table.get_by_role("button", name="Points").click()
    values = [float(cells.nth(i).get_attribute("data-value")) for i in range(cells.count())]
    assert values == sorted(values, reverse=True)


def test_who_may_need_help_is_named_with_a_reason(page, report):
    table = page.get_by_label("Filter the table of those who may need help").locator(
        "xpath=following-sibling::table[1]"
    )
    told = {
        row.locator("td").nth(1).inner_text(): row.locator("td").nth(3).inner_text()
        for row in table.locator("tbody tr").all()
    }
    assert told["nemo"] == "handed in nothing"
    assert told["keziah"] == "the file cannot be read"
    for standing in standings(open_course(report[0]), ASSIGNMENT):
        if standing.score < 0.2 * standing.max_score:
            assert standing.student in told
        if standing.score > 0.6 * standing.max_score:
            assert standing.student not in told


def test_changes_and_similar_answers_are_shown(page):
    text = page.inner_text("body")
    assert "The last 50 of 60" in text
    assert "why <b>not</b>" in text
    card = page.locator("section.card", has_text="of what is rare")
    assert card.count() == 1
    assert {"Aoife Ní Bhriain", "Bulat Gimadiev"} <= set(card.locator("strong").all_inner_texts())
    card.locator("summary").click()
    assert card.locator("pre").count() == 2
    assert EVIL in card.locator("pre").first.inner_text()
    assert "Read both before you say anything" in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_readable_by_everyone(browser, report, scheme, width):
    shown = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    shown.goto(report[1].as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    # a table scrolls sideways rather than break the name of a cell at every third letter
    names = "[...document.querySelectorAll('td code')].map(c => c.getClientRects().length)"
    assert max(shown.evaluate(names)) <= 3
    shown.add_script_tag(path=str(AXE))
    found = shown.evaluate(
        "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    )
    assert found == []
    shown.close()


def test_it_prints_without_its_controls(page):
    page.emulate_media(media="print")
    assert not page.locator("input[type=search]").first.is_visible()
    assert page.locator("svg").first.is_visible()
