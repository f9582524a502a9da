"""What people do in Jupyter: grade by hand in the form grader, validate before handing in.

A real JupyterLab server with nbgrader's extensions, in Chromium. Requests to other machines
are refused, and the form grader makes none.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from nbgrader.api import Comment, Grade

from autograde.__main__ import main
from autograde.assemble import grade_id
from autograde.grading.audit import FORM_GRADER, Trail
from autograde.grading.classroom import open_course
from autograde.grading.feedback_pages import write_feedback
from autograde.grading.grade import grade
from autograde.grading.standing import standings

ASSIGNMENT = "regression"
REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    root = tmp_path_factory.mktemp("jupyter") / "c"
    shutil.copytree(course, root)
    return root


@pytest.fixture(scope="module")
def server(graded):
    """The address of a JupyterLab in the course folder, without a password on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = graded.parent / "home"
    home.mkdir()
    environment = {
        **os.environ, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip
    log = (graded.parent / "jupyter.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root",
         f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=",
         "--ServerApp.password=", f"--ServerApp.root_dir={graded}"],
        cwd=graded, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urlopen(f"{address}/api", timeout=5).close()
                break
            except (URLError, OSError):
                assert process.poll() is None, Path(log.name).read_text()
                time.sleep(0.02)
        else:
            pytest.fail(f"JupyterLab did not answer: {Path(log.name).read_text()[-2000:]}")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # how it ends is none of these tests' business
            process.kill()
            process.wait()
        log.close()


@pytest.fixture
def page(server, browser):
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    elsewhere = []

    def answer(route):
        if server in route.request.url:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    shown.route("**/*", answer)
    shown.set_default_timeout(60_000)
    shown.elsewhere = elsewhere
    yield shown
    shown.close()


def standing(root, student):
    return next(s for s in standings(open_course(root), ASSIGNMENT) if s.student == student)


def filled_in(page) -> None:
    """Wait until the form grader has put the stored scores and comments into their boxes.

    It asks for them after the page is shown; what is typed before they come is lost.
    """
    page.wait_for_function(
        "typeof formgrader === 'object' && formgrader.loaded && MathJax.loaded"
        " && formgrader.grades.loaded && formgrader.comments.loaded"
    )


def saved(root, points: float, comment: str) -> None:
    """Wait until the form grader has written somebody's points and comment."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with open_course(root).gradebook() as book:
            session = book.db()
            given = session.query(Grade).filter(Grade.manual_score == points).count()
            said = session.query(Comment).filter(Comment.manual_comment == comment).count()
        if given and said:
            return
        time.sleep(0.02)
    pytest.fail(f"the form grader has not saved {points:g} points and the comment in a minute")


def test_a_person_grades_the_derivation_in_the_form_grader(server, page, graded):
    page.goto(f"{server}/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
    page.locator("tbody a.name-hidden").first.click()
    box = page.locator("input#derivation.score")
    box.wait_for()
    assert page.locator("input.score").count() > 20
    first = page.url
    filled_in(page)
    # our own words about the first exercise are where nbgrader shows comments
    box.scroll_into_view_if_needed()
    box.fill("3")
    box.blur()
    page.locator("textarea#derivation-comment").fill("The even case is missing.")
    page.locator("textarea#derivation-comment").blur()
    saved(graded, 3.0, "The even case is missing.")  # it saves by itself, some time
    page.get_by_text("Next →").click()
    page.wait_for_url(lambda url: url.rstrip("/") != first.rstrip("/"))
    page.locator("input#derivation.score").wait_for()

    trail = Trail(graded)
    with open_course(graded).gradebook() as book:
        assert trail.catch_up(book, [ASSIGNMENT]) == 1
    (change,) = trail
    assert (change.cell, change.new, change.who) == ("derivation", 3.0, FORM_GRADER)
    mine = standing(graded, change.student)
    assert next(c for c in mine.cells if c.cell == "derivation").by_hand
    grade(graded, jobs=1, force=True)
    assert standing(graded, change.student).score == mine.score
    write_feedback(graded)
    told = (graded / "feedback" / change.student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "3 of 4 points" in told
    assert "The even case is missing." in told


def test_keys_and_formulas_work_where_nothing_else_can_be_reached(server, page):
    """nbgrader's own template loads MathJax from a CDN; its page script stops without it."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
    page.locator("tbody a.name-hidden").first.click()
    filled_in(page)
    formulas = page.locator("math")
    assert formulas.count() > 10
    assert page.locator(".katex-error").count() == 0
    assert "$" not in page.locator("#notebook .rendered_html").first.inner_text()
    assert formulas.first.bounding_box()["height"] > 5
    # tab goes to the next box, enter comes back to it, control-. goes to the next learner
    focused = "[...document.querySelectorAll('.tabbable')].indexOf(document.activeElement)"
    page.keyboard.press("Tab")
    first = page.evaluate(focused)
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == first + 1 > 0
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == -1
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == first + 1
    here = page.url
    page.keyboard.press("Control+.")
    page.wait_for_url(lambda url: url.split("?")[0] != here.split("?")[0])
    filled_in(page)
    assert not errors
    assert not page.elsewhere


def test_a_learner_validates_with_the_button(server, page, graded, capsys):
    """The button in JupyterLab says what the command says, which is what check says."""
    folder = graded / "learner"
    shutil.copytree(graded / "release" / ASSIGNMENT, folder)
    path = folder / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    keep = ("setup", "mae", "mae-statement", "mae-check", "mae-value")
    notebook.cells = [c for c in notebook.cells if grade_id(c) in keep]
    cell = next(c for c in notebook.cells if grade_id(c) == "mae")
    cell.source = cell.source.replace(
        "# YOUR CODE HERE\n    raise NotImplementedError()",
        "return np.sum(np.abs(y_pred - y_true))",
    )
    notebook.metadata.lossbook.exercises = ["mae"]
    nbformat.write(notebook, path)
    page.goto(f"{server}/lab/tree/learner/{ASSIGNMENT}.ipynb")
    page.get_by_role("button", name="Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog-content")
    dialog.wait_for(timeout=120_000)
    page.wait_for_function(
        "document.querySelector('.jp-Dialog-content')?.innerText.includes('failed')",
        timeout=120_000,
    )
    button = " ".join(dialog.inner_text().split())
    assert main(["validate", str(path)]) == 1
    command = " ".join(capsys.readouterr().out.split())
    mistake = "The sizes are added up, not averaged"
    assert mistake in command
    assert mistake in button
