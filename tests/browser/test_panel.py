"""The exercise panel in a real browser, with the real Python runtime.

Without NumPy by default (Pyodide's npm package does not carry it); the tests that need it run when
LOSSBOOK_PYODIDE_WHEELS names a folder with a NumPy wheel for Pyodide.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from panel_page import (
    EXERCISE,
    FAKE_PAGE,
    NUMPY_PAGE,
    SECOND,
    STUB,
    notebook,
    package,
    page,
    panel,
    serve,
    wheel,
)
from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
BOOT = 60_000  # ms; two seconds on an idle machine

CONFIG = {
    "pyodideURL": "/pyodide/v0.29.5/",
    "wheel": "../_static/fake/lossbook-0.1.0-py3-none-any.whl",
    "notebooks": {"regression": "../_static/book/regression.ipynb"},
}
PLAIN = CONFIG | {"wheel": "../_static/plain/lossbook-0.1.0-py3-none-any.whl"}
MAIN = "loss-exercise[data-slug=huber]"
PROGRESS = '<loss-progress data-chapter="regression"></loss-progress>'


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("web")
    subprocess.run(["node", WEB / "build.mjs", out], check=True, timeout=120, capture_output=True)
    return out


@pytest.fixture(scope="module")
def site(built):
    folders = {
        "/_static/lossbook/": built,
        "/pyodide/v0.29.5/": WEB / "node_modules/pyodide",
        "/axe/": WEB / "node_modules/axe-core",
    }
    wheels = os.environ.get("LOSSBOOK_PYODIDE_WHEELS")
    if wheels:
        folders["/wheels/"] = Path(wheels)
    with serve(folders) as site:
        for name, source in [("fake", FAKE_PAGE), ("plain", NUMPY_PAGE)]:
            site.put(f"/_static/{name}/lossbook-0.1.0-py3-none-any.whl", wheel(source))
        site.put("/_static/book/regression.ipynb", json.dumps(notebook(), indent=1).encode())
        body = PROGRESS + panel(EXERCISE) + panel(SECOND, heading=False)
        site.put("/regression/fake.html", page(body, CONFIG))
        site.put("/regression/plain.html", page(body, PLAIN | {"timeLimit": 2}))
        yield site


@pytest.fixture
def context(browser, site):
    """A fresh profile; whatever leaves for another host is refused, and fails the test."""
    context = browser.new_context(accept_downloads=True)
    outside = []

    def judge(route) -> None:
        url = route.request.url
        if url.startswith((site.base, "data:", "blob:")):
            route.fallback()
        else:
            outside.append(url)
            route.abort()

    context.route("**/*", judge)
    context.outside = outside
    yield context
    context.close()
    assert outside == []


@pytest.fixture
def tab(context) -> Page:
    tab = context.new_page()
    tab.problems = []
    tab.on("pageerror", lambda error: tab.problems.append(str(error)))
    yield tab
    assert tab.problems == []


def write(tab: Page, code: str, panel: str = MAIN) -> None:
    """Replace the code, as a reader does: select all, paste."""
    editor = tab.locator(f"{panel} .cm-content")
    editor.click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(code)


def shown(tab: Page, panel: str = MAIN) -> str:
    return "\n".join(tab.locator(f"{panel} .cm-line").all_text_contents())


def status(tab: Page, panel: str = MAIN):
    return tab.locator(f"{panel} [role=status]")


def press(tab: Page, name: str, panel: str = MAIN) -> None:
    tab.locator(panel).get_by_role("button", name=name, exact=True).click()


def told(tab: Page, panel: str = MAIN):
    """What a button says it did; the verdict has its own place."""
    return tab.locator(f"{panel} .lx-told")


def wait_for(tab: Page, text: str | re.Pattern, panel: str = MAIN) -> None:
    expect(status(tab, panel)).to_contain_text(text, timeout=BOOT)


def body(tab: Page, panel: str = MAIN):
    return tab.locator(f"{panel} .lx-body")


def stored(tab: Page, slug: str = "huber") -> dict:
    return json.loads(tab.evaluate(f"localStorage.getItem('lossbook:v1:{slug}')"))


@pytest.fixture
def fake(tab, site) -> Page:
    """A page whose checker needs no NumPy."""
    tab.goto(site.base + "/regression/fake.html")
    expect(tab.locator(f"{MAIN} .cm-content")).to_be_visible()
    return tab


@pytest.fixture
def plain(tab, site) -> Page:
    """A page whose checker cannot be imported because NumPy is not there; limit of 2 s."""
    tab.goto(site.base + "/regression/plain.html")
    expect(tab.locator(f"{MAIN} .cm-content")).to_be_visible()
    return tab


# ---------------------------------------------------------------- running


def test_run_shows_output_value_error_and_line(plain):
    write(plain, "import math\nprint(1+1)\n'a' * 3")
    press(plain, "Run")
    wait_for(plain, "Done.")
    expect(body(plain).get_by_label("Printed")).to_have_text("2\n")
    expect(body(plain).get_by_label("Value of the last line")).to_have_text("'aaa'")

    write(plain, "x = 1\n\ndef f():\n    return x / 0\n\nf()\n")
    press(plain, "Run")
    wait_for(plain, "Stopped by an error on line 4.")
    error = body(plain).get_by_label("Error")
    expect(error).to_contain_text("ZeroDivisionError")
    expect(error).to_contain_text("return x / 0")
    expect(error).not_to_contain_text("_plain_run")
    expect(plain.locator(f"{MAIN} .lx-error-line")).to_have_text("    return x / 0")
    # The cursor is there too: what is typed next lands at the start of the statement.
    plain.locator(f"{MAIN} .cm-content").focus()
    plain.keyboard.insert_text("#")
    assert "    #return x / 0" in shown(plain)
    expect(plain.locator(f"{MAIN} .lx-error-line")).to_have_count(0)

    write(plain, "def f(:\n    pass")
    press(plain, "Run")
    wait_for(plain, "Stopped by an error on line 1.")
    expect(body(plain).get_by_label("Error")).to_contain_text("SyntaxError")


def test_each_run_starts_with_nothing_defined(plain):
    write(plain, "left_over = 1\nimport sys; print('err', file=sys.stderr)")
    press(plain, "Run")
    wait_for(plain, "Done.")
    expect(body(plain).get_by_label("Printed")).to_have_text("err\n")
    write(plain, "left_over")
    press(plain, "Run")
    wait_for(plain, "error on line 1")
    expect(body(plain).get_by_label("Error")).to_contain_text("NameError")
    write(plain, "import sys; sys.exit(3)")
    press(plain, "Run")
    wait_for(plain, "error on line 1")
    write(plain, "input()")
    press(plain, "Run")
    wait_for(plain, "error on line 1")
    expect(body(plain).get_by_label("Error")).to_contain_text("EOFError")


def test_text_of_the_program_is_never_markup(plain):
    write(plain, "print('<img src=x onerror=\"window.hacked=1\">')")
    press(plain, "Run")
    wait_for(plain, "Done.")
    expect(body(plain).locator("pre")).to_have_text('<img src=x onerror="window.hacked=1">\n')
    assert plain.evaluate("window.hacked") is None


def test_endless_loop_is_stopped_and_python_is_usable_again(plain):
    write(plain, "print('warm')")
    press(plain, "Run")
    wait_for(plain, "Done.")
    write(plain, "while True:\n    pass")
    press(plain, "Run")
    wait_for(plain, "Stopped after 2 s.")
    expect(status(plain)).to_contain_text("Your code is kept")
    assert stored(plain)["code"] == "while True:\n    pass"
    write(plain, "print(6 * 7)")
    press(plain, "Run")
    wait_for(plain, "Done.")
    expect(body(plain).get_by_label("Printed")).to_have_text("42\n")


def test_stop_button_ends_loading_and_running(fake):
    write(fake, "while True: pass")
    press(fake, "Run")
    press(fake, "Stop")  # while Python is loading
    wait_for(fake, "Stopped. Your code is kept.")
    press(fake, "Check")
    wait_for(fake, "Checking…")
    fake.locator(MAIN).get_by_role("button", name="Stop").press("Enter")
    wait_for(fake, "Stopped. Your code is kept.")
    expect(fake.locator(MAIN).get_by_role("button", name="Stop")).to_be_hidden()
    expect(fake.locator(MAIN).get_by_role("button", name="Run", exact=True)).to_be_focused()
    write(fake, "print('again')")
    press(fake, "Run")
    wait_for(fake, "Done.")


def test_two_panels_share_one_python_in_turn(plain):
    workers = []
    plain.on("worker", lambda worker: workers.append(worker.url))
    write(plain, "import time; time.sleep(0.5); print('first')")
    write(plain, "print('second')", "loss-exercise[data-slug=mae]")
    press(plain, "Run")
    press(plain, "Run", "loss-exercise[data-slug=mae]")
    wait_for(plain, "Waiting for the other exercise", "loss-exercise[data-slug=mae]")
    wait_for(plain, "Done.", "loss-exercise[data-slug=mae]")
    expect(body(plain, "loss-exercise[data-slug=mae]").locator("pre").first).to_have_text(
        "second\n"
    )
    expect(body(plain).locator("pre").first).to_have_text("first\n")
    assert len(workers) == 1


def test_without_numpy_code_runs_and_the_panel_says_what_is_missing(plain, site):
    write(plain, "print('plain')")
    press(plain, "Run")
    wait_for(plain, "Done.")
    missing = plain.locator(f"{MAIN} .lx-missing")
    expect(missing).to_contain_text("NumPy could not be loaded")
    expect(missing).to_contain_text(f"{site.base}/pyodide/v0.29.5/numpy-2.2.5")
    expect(missing).to_contain_text("Failed to fetch")
    press(plain, "Check")
    wait_for(plain, "Stopped by an error.")
    expect(body(plain)).to_contain_text("Checking is not possible")
    expect(body(plain)).to_contain_text("No module named 'numpy'")


# ---------------------------------------------------------------- checking


def test_check_gives_verdict_attempts_and_progress(fake):
    badge = fake.locator(f"{MAIN} .lx-foot .lx-badge")
    summary = fake.locator("loss-progress .lx-summary")
    expect(badge).to_have_text("6 points")
    expect(summary).to_have_text("0 of 2 exercises right, 0 of 8 points.")
    write(fake, "def huber(e): return 1")
    press(fake, "Check")
    wait_for(fake, "Not yet: 2 of 6 points.")
    expect(status(fake)).to_contain_text("Feedback text on huber")  # read out with the verdict
    expect(body(fake)).to_contain_text("fails: large errors")
    expect(badge).to_have_text("2 of 6 points")
    write(fake, "def huber(e): return 0.5")
    press(fake, "Check")
    wait_for(fake, "Right: 6 of 6 points.")
    expect(badge).to_have_text("✓ 6 of 6 points")
    expect(summary).to_have_text("1 of 2 exercises right, 6 of 8 points.")
    # A worse attempt later takes nothing away.
    write(fake, "1/0")
    press(fake, "Check")
    wait_for(fake, "Stopped by an error on line 1.")
    expect(fake.locator(f"{MAIN} .lx-error-line")).to_have_text("1/0")
    expect(badge).to_have_text("✓ 6 of 6 points")

    press(fake, "Earlier attempts (3)")
    rows = fake.locator(f"{MAIN} .lx-attempts details")
    expect(rows).to_have_count(3)
    rows.nth(1).locator("summary").click()
    expect(rows.nth(1).locator("pre")).to_have_text("def huber(e): return 0.5")
    rows.nth(1).get_by_role("button").click()
    assert shown(fake) == "def huber(e): return 0.5"


def test_twenty_attempts_are_kept(fake):
    for i in range(22):
        write(fake, f"# {i}")
        fake.keyboard.press("Control+Shift+Enter")
        wait_for(fake, "Not yet")
        expect(fake.locator(f"{MAIN} [data-ms]")).to_have_count(0)
        fake.wait_for_function(
            f"JSON.parse(localStorage['lossbook:v1:huber']).attempts?.[0].code === '# {i}'"
        )
    codes = [attempt["code"] for attempt in stored(fake)["attempts"]]
    assert codes == [f"# {i}" for i in range(21, 1, -1)]


def test_the_time_of_a_run_is_shown(plain):
    write(plain, "import time\ntime.sleep(1.2)")
    press(plain, "Run")
    wait_for(plain, "Done.")
    shown_time = plain.locator(f"{MAIN} .lx-clock").inner_text()
    assert re.fullmatch(r"1\.[2-9] s", shown_time)
    write(plain, "x = 1")
    press(plain, "Run")
    expect(plain.locator(f"{MAIN} .lx-clock")).to_have_text(re.compile(r"^\d{1,3} ms$"))
    press(plain, "Check")  # the verdict of another action leaves no old time behind
    wait_for(plain, "Stopped by an error")


@pytest.mark.parametrize(
    ("got", "wanted", "marked"),
    [
        ("[1, 2, 3]", "[1, 2.5, 3]", ["2"]),
        ("[-1e-05, nan, 0]", "[1e-05, 0, 0]", ["-1e-05", "nan"]),
        ("[0.3333333, 2]", "[0.3333334, 3]", ["2"]),  # the first is rounding, and passes
        ("[[1, 2], [3, 4]]", "[[1, 3], [2, 4]]", ["2", "3"]),
        ("[1, 2, 3]", "[1, 2]", []),  # another shape: nothing stands beside anything
        ("3", "4", []),  # the whole differs
        ("None", "[1, 2]", []),
        ("ValueError: 1, 2", "ValueError", []),
    ],
)
def test_numbers_that_differ_are_marked(tab, site, got, wanted, marked):
    """The pre of a verdict keeps its text to the letter; only the wrong numbers are marked."""
    text = f"f(x=[1, 2])\ngot    {got}\nwanted {wanted}\nNo entry is right."
    source = f"""
import json
def check_source(slug, code):
    return json.dumps({{"status": "wrong", "html": "<div class='lossbook-feedback'><pre>" +
        {text!r} + "</pre></div>", "text": "", "aspects": [], "line": None, "stdout": ""}})
"""
    url = site.put("/_static/diff/lossbook-0.1.0-py3-none-any.whl", wheel(source))
    tab.goto(site.put("/regression/diff.html", page(panel(EXERCISE), CONFIG | {"wheel": url})))
    press(tab, "Check")
    wait_for(tab, "Not yet")
    pre = body(tab).locator(".lossbook-feedback pre")
    assert pre.text_content() == text
    assert pre.locator("mark").all_text_contents() == marked


#: Stands in for Matplotlib, of which the npm package of Pyodide has no wheel: same calls, a real PNG.
PYPLOT = """
import base64
figures = []
def plot(*args): figures.append(args)
def get_fignums(): return list(range(1, len(figures) + 1))
def close(which): figures.clear()
class figure:
    def __init__(self, number): pass
    def savefig(self, file, format, dpi):
        file.write(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQAY3Y2wAAAAAElFTkSuQmCC"))
"""
DRAWING = {"matplotlib/__init__.py": "", "matplotlib/pyplot.py": PYPLOT}


def test_plots_are_shown(tab, site):
    data = package(
        "lossbook", {"autograde/__init__.py": "", "autograde/page.py": FAKE_PAGE} | DRAWING
    )
    url = site.put("/_static/plots/lossbook-0.1.0-py3-none-any.whl", data)
    tab.goto(site.put("/regression/plots.html", page(panel(EXERCISE), CONFIG | {"wheel": url})))
    write(tab, "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.plot([2])")
    press(tab, "Run")
    wait_for(tab, "Done. 2 plots.")
    pictures = body(tab).locator("img")
    expect(pictures).to_have_count(2)
    assert pictures.first.get_attribute("alt") == "Plot 1 of 2, drawn by your code"
    assert pictures.first.evaluate("img => img.decode().then(() => img.naturalWidth)") == 1
    write(tab, "import matplotlib.pyplot as plt\nprint('none')")
    press(tab, "Run")
    wait_for(tab, "Done.")
    expect(body(tab).locator("img")).to_have_count(0)


def test_missing_matplotlib_is_said_and_the_rest_runs(plain, site):
    write(plain, "try:\n    import matplotlib\nexcept ImportError:\n    print('no pictures')")
    press(plain, "Run")
    wait_for(plain, "Done.")
    expect(body(plain).get_by_label("Printed")).to_have_text("no pictures\n")
    said = body(plain).locator(".lx-missing").first
    expect(said).to_contain_text("Matplotlib could not be loaded, so nothing is drawn")
    expect(said).to_contain_text(f"{site.base}/pyodide/v0.29.5/")
    assert said.inner_text().count("Failed to fetch") == 1, "one reason, not one for each package"


def test_matplotlib_comes_from_the_folder_of_pyodide(tab, site):
    """As far as it can be tested here: a stand-in of that name, listed in a lock file, is not there
    at the first Run, is loaded by the second, and what it draws is shown. It draws one pixel."""
    home = "/drawing/v0.29.5/"
    site.folders[home] = WEB / "node_modules/pyodide"
    data = package("matplotlib", DRAWING)
    lock = json.loads((WEB / "node_modules/pyodide/pyodide-lock.json").read_text())
    name = "matplotlib-0.1-py3-none-any.whl"
    lock["packages"]["matplotlib"] |= {
        "file_name": name, "depends": [], "sha256": hashlib.sha256(data).hexdigest()
    }  # fmt: skip
    site.put(f"{home}pyodide-lock.json", json.dumps(lock).encode())
    config = PLAIN | {"pyodideURL": home}
    tab.goto(site.put("/regression/draw.html", page(panel(EXERCISE), config)))
    write(tab, "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.plot([2])")
    press(tab, "Run")
    wait_for(tab, "Stopped by an error on line 1.")
    expect(body(tab)).to_contain_text("Matplotlib could not be loaded")
    site.put(home + name, data)
    press(tab, "Run")
    wait_for(tab, "Done. 2 plots.")
    expect(body(tab)).not_to_contain_text("Matplotlib could not be loaded")
    expect(body(tab).locator("img")).to_have_count(2)


def test_feedback_markup_is_filtered(fake):
    write(fake, "def huber(e): return 1")
    press(fake, "Check")
    wait_for(fake, "Not yet")
    assert body(fake).locator("img").count() == 0
    links = body(fake).locator("a")
    assert links.nth(0).get_attribute("href") == "regression/huber#x"
    assert links.nth(1).get_attribute("href") is None
    assert links.nth(1).get_attribute("onclick") is None
    assert fake.evaluate("window.hacked") is None


# ---------------------------------------------------------------- keeping


def test_code_survives_a_reload_and_follows_another_tab(fake, context):
    write(fake, "x = 'déjà vu'")
    fake.reload()
    expect(fake.locator(f"{MAIN} .cm-content")).to_be_visible()
    assert shown(fake) == "x = 'déjà vu'"
    expect(fake.locator(f"{MAIN} .lx-foot .lx-badge")).to_have_text("started, 6 points")
    other = context.new_page()
    other.goto(fake.url)
    write(other, "from_the_other_tab = 1")
    expect(fake.locator(f"{MAIN} .cm-content")).to_have_text("from_the_other_tab = 1")


def test_reset_and_bring_back(fake):
    write(fake, "mine = 1")
    press(fake, "Reset")
    assert shown(fake) == STUB
    expect(told(fake)).to_contain_text("Your attempt is kept")
    fake.reload()
    expect(fake.locator(f"{MAIN} .cm-content")).to_be_visible()
    assert shown(fake) == STUB
    press(fake, "Bring back")
    assert shown(fake) == "mine = 1"
    press(fake, "Reset")
    fake.locator(f"{MAIN} .cm-content").click()
    fake.keyboard.press("Control+z")
    assert shown(fake) == "mine = 1"


def test_a_button_does_not_take_the_verdict_away(fake):
    write(fake, "def huber(e): return 1")
    press(fake, "Check")
    wait_for(fake, "Not yet: 2 of 6 points.")
    for name in ("Hint 1 of 3", "Download my notebook", "Earlier attempts (1)"):
        press(fake, name)
    expect(told(fake)).to_contain_text("Saved")
    expect(status(fake)).to_contain_text("Not yet: 2 of 6 points.")
    expect(fake.locator(f"{MAIN} .lx-hints")).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("way", ["Reset", "Use this one again"])
def test_other_code_takes_the_old_verdict_along(fake, way):
    """Else the verdict in red would stand below code that it was not about."""
    write(fake, "def huber(e): return 1")
    press(fake, "Check")
    wait_for(fake, "Not yet")
    write(fake, "1/0")
    press(fake, "Check")
    wait_for(fake, "Stopped by an error on line 1.")
    out = fake.locator(f"{MAIN} .lx-out")
    expect(out).to_have_attribute("data-state", "error")
    if way != "Reset":
        press(fake, "Earlier attempts (2)")
        fake.locator(f"{MAIN} .lx-attempts summary").last.click()
        fake.locator(f"{MAIN} .lx-attempts button").last.click()
    else:
        press(fake, way)
    expect(told(fake)).to_contain_text("attempt")
    expect(out).not_to_have_attribute("data-state", "error")
    assert out.inner_text().strip() == ""
    press(fake, "Check")
    wait_for(fake, "Not yet")
    expect(told(fake)).to_be_empty()


def test_hints_come_one_by_one_and_stay(fake):
    hints = fake.locator(f"{MAIN} .lx-hints li")
    for i in range(3):
        expect(hints).to_have_count(i)
        press(fake, f"Hint {i + 1} of 3")
    expect(hints).to_have_text(
        ["Two branches.", "Inside, 0.5 * e * e.", "Outside, mind the <b>offset</b>."]
    )
    expect(hints.nth(1).locator("code")).to_have_text("0.5 * e * e")
    expect(fake.locator(MAIN).get_by_role("button", name="No more hints")).to_be_visible()


@pytest.mark.parametrize("broken", ["full", "blocked"])
def test_refused_storage_is_said_and_work_goes_on(tab, site, broken):
    name = {"full": "QuotaExceededError", "blocked": "SecurityError"}[broken]
    tab.add_init_script(
        f"Storage.prototype.setItem = () => {{ throw new DOMException('no', '{name}'); }};"
    )
    tab.goto(site.base + "/regression/fake.html")
    write(tab, "print('kept in memory')")
    expect(tab.locator(f"{MAIN} [role=alert]")).to_contain_text(
        "your code will be gone when you leave"
    )
    expect(tab.locator(f"{MAIN} [role=alert]")).to_contain_text(
        "full" if broken == "full" else "private window"
    )
    press(tab, "Run")
    wait_for(tab, "Done.")
    expect(body(tab).locator("pre")).to_have_text("kept in memory\n")
    press(tab, "Reset")
    press(tab, "Bring back")
    assert shown(tab) == "print('kept in memory')"


def test_storage_that_cannot_even_be_read(tab, site):
    tab.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " {get() { throw new DOMException('denied', 'SecurityError'); }});"
    )
    tab.goto(site.base + "/regression/fake.html")
    expect(tab.locator(f"{MAIN} [role=alert]")).to_contain_text("does not let the page store")
    write(tab, "print(3)")
    press(tab, "Run")
    wait_for(tab, "Done.")


def test_download_is_the_release_notebook_with_only_the_code_replaced(fake, tmp_path):
    code = "def huber(e):\n    return 'ü' * 2"
    write(fake, code)
    with fake.expect_download() as download:
        press(fake, "Download my notebook")
    assert download.value.suggested_filename == "regression.ipynb"
    got = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    wanted = notebook()
    wanted["cells"][1]["source"] = code.splitlines(keepends=True)
    assert got == wanted  # the untouched exercise keeps its stub, nbgrader its checksums
    expect(told(fake)).to_contain_text("Saved regression.ipynb with your code in 1 exercise.")
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.from_dict(got))
    with fake.expect_download() as download:
        press(fake, "Download my notebook", "loss-progress")
    assert json.loads(Path(download.value.path()).read_text(encoding="utf-8")) == wanted


def test_progress_can_be_carried_to_another_browser(fake, browser, site, tmp_path):
    write(fake, "def huber(e): return 0.5")
    press(fake, "Check")
    wait_for(fake, "Right")
    with fake.expect_download() as download:
        press(fake, "Export progress", "loss-progress")
    path = tmp_path / "lossbook-progress.json"
    download.value.save_as(path)

    context = browser.new_context()
    other = context.new_page()
    other.goto(fake.url)
    write(other, "something = 'else'")
    press(other, "Hint 1 of 3")
    other.locator("loss-progress input[type=file]").set_input_files(path)
    expect(other.locator("loss-progress [role=status]")).to_contain_text("Read 1 exercise.")
    assert shown(other) == "def huber(e): return 0.5"
    assert stored(other)["kept"] == "something = 'else'"
    expect(other.locator("loss-progress .lx-summary")).to_contain_text("1 of 2 exercises right")
    path.write_text('{"format": "other"}')
    other.locator("loss-progress input[type=file]").set_input_files(path)
    expect(other.locator("loss-progress [role=status]")).to_contain_text("was not written by")
    context.close()


# ---------------------------------------------------------------- network


def test_nothing_but_small_files_before_run(tab, site):
    asked = []
    tab.on("request", lambda request: asked.append(request.url.removeprefix(site.base)))
    site.put("/regression/far.html", page('<div class="far"></div>' + panel(EXERCISE), CONFIG))
    tab.goto(site.base + "/regression/far.html", wait_until="networkidle")
    # The panel is far down: not even the editor.
    assert sorted(a.split("?")[0] for a in asked if "favicon" not in a) == [
        "/_static/lossbook/exercise.js",
        "/_static/lossbook/panel.css",
        "/regression/far.html",
    ]
    tab.locator(MAIN).scroll_into_view_if_needed()
    tab.locator(f"{MAIN} .cm-content").click()
    expect(tab.locator(f"{MAIN} .cm-focused")).to_be_visible()
    assert not [a for a in asked if "pyodide" in a or "worker.js" in a or a.endswith(".whl")]


def test_the_first_edit_starts_a_python_of_ones_own(tab, site):
    """Served by the book's own host: what was loaded while the reader typed is there at Run."""
    workers = []
    tab.on("worker", lambda worker: workers.append(worker.url))
    tab.goto(site.base + "/regression/fake.html")
    with tab.expect_worker(timeout=BOOT), tab.expect_response("**/pyodide.asm.wasm"):
        write(tab, "print('typed')")
    press(tab, "Run")
    wait_for(tab, "Done.")
    assert len(workers) == 1


def test_before_run_no_other_host_is_asked(tab, site, context):
    """Served by another host: the first edit fetches our own files ahead, Run the runtime."""
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    with serve({"/pyodide/v0.29.5/": WEB / "node_modules/pyodide"}) as other:
        config = CONFIG | {"pyodideURL": other.base + "/pyodide/v0.29.5/"}
        tab.goto(site.put("/regression/other.html", page(panel(EXERCISE), config)))
        with tab.expect_response("**/*.whl"), tab.expect_response("**/worker.js*"):
            write(tab, "print('typed')")
        tab.wait_for_timeout(500)
        assert not [url for url in asked if url.startswith(other.base)]
        # Run asks it, as the gate of this fixture finds: the reader is told that it was refused.
        press(tab, "Run")
        wait_for(tab, "Python could not be loaded.")
        assert [url for url in asked if url.startswith(other.base)]
    context.outside.clear()


def test_unreachable_runtime_is_named_and_can_be_retried(tab, site, context):
    config = CONFIG | {"pyodideURL": "/elsewhere/"}
    site.put("/regression/cut.html", page(panel(EXERCISE), config))
    tab.goto(site.base + "/regression/cut.html")
    write(tab, "print('patience')")
    press(tab, "Run")
    wait_for(tab, "Python could not be loaded.")
    expect(status(tab)).to_contain_text("Your code is kept")
    expect(body(tab)).to_contain_text(f"{site.base}/elsewhere/pyodide.mjs")
    assert shown(tab) == "print('patience')"
    site.folders["/elsewhere/"] = WEB / "node_modules/pyodide"
    try:
        press(tab, "Try again")
        wait_for(tab, "Done.")
    finally:
        del site.folders["/elsewhere/"]
    expect(body(tab).locator("pre")).to_have_text("patience\n")


def test_missing_wheel_is_named(tab, site):
    config = CONFIG | {"wheel": "../_static/gone/lossbook-0.1.0-py3-none-any.whl"}
    site.put("/regression/gone.html", page(panel(EXERCISE), config))
    tab.goto(site.base + "/regression/gone.html")
    write(tab, "print(1)")
    press(tab, "Run")
    wait_for(tab, "Python could not be loaded.")
    expect(body(tab)).to_contain_text(f"{site.base}/_static/gone/lossbook-0.1.0")
    expect(body(tab)).to_contain_text("404")


def test_editor_that_cannot_be_fetched_leaves_a_text_box(tab, site, context):
    context.route("**/editor.js*", lambda route: route.abort())
    tab.goto(site.base + "/regression/fake.html")
    area = tab.locator(f"{MAIN} textarea")
    area.fill("print('no editor')")
    area.press("Control+Enter")
    wait_for(tab, "Done.")
    expect(body(tab).locator("pre")).to_have_text("no editor\n")
    assert stored(tab)["code"] == "print('no editor')"


def test_second_visit_works_with_the_server_gone(browser, built):
    """sw.js at the root of the site, registered by the first Run, under a base path."""
    folders = {
        "/base/_static/lossbook/": built,
        "/base/runtime/v0.29.5/": WEB / "node_modules/pyodide",
    }
    context = browser.new_context()
    tab = context.new_page()
    with serve(folders) as site:
        site.put("/base/_static/w/lossbook-0.1.0-py3-none-any.whl", wheel(FAKE_PAGE))
        site.put("/base/sw.js", (built / "sw.js").read_bytes())
        config = {
            "pyodideURL": "../runtime/v0.29.5/",
            "wheel": "../_static/w/lossbook-0.1.0-py3-none-any.whl",
            "serviceWorker": "../sw.js",
        }
        address = site.put("/base/regression/page.html", page(panel(EXERCISE), config))
        tab.goto(address)
        registrations = "navigator.serviceWorker.getRegistrations().then(all => all.length)"
        assert tab.evaluate(registrations) == 0
        write(tab, "print('online')")
        press(tab, "Run")
        wait_for(tab, "Done.")
        assert tab.evaluate(registrations) == 1
        tab.wait_for_function(
            "async (url) => !!(await caches.match(url)) &&"
            " !!(await caches.match('/base/_static/lossbook/panel.css')) &&"
            " !!(await caches.match('/base/runtime/v0.29.5/pyodide.asm.wasm'))",
            arg=address,
        )
        tab.goto("about:blank")
    tab.goto(address)  # nobody listens at this address any more
    write(tab, "print('offline')")
    press(tab, "Check")
    wait_for(tab, "Not yet: 2 of 6 points.")
    context.close()


def test_a_new_release_is_never_hidden_by_a_copy(browser, built):
    """Online the new page comes with its new files; offline too, and the old ones are gone."""
    context = browser.new_context()
    tab = context.new_page()
    with serve({"/_static/lossbook/": built}) as site:
        site.put("/sw.js", (built / "sw.js").read_bytes())

        def release(number: int) -> None:
            version = f"{number}" * 10
            site.put("/a.css", f"h1 {{ order: {number} }}".encode())
            text = f'<link rel="stylesheet" href="a.css?v={version}"><h1>Release {number}</h1>'
            site.put("/page.html", f"<!doctype html><title>p</title>{text}".encode())

        kept = "async () => (await (await caches.open('lossbook-book:' + location.origin + '/')).keys()).map(r => r.url)"
        release(1)
        tab.goto(site.base + "/page.html")
        tab.evaluate(
            """async () => {
              const here = new Promise(done =>
                navigator.serviceWorker.addEventListener("controllerchange", done));
              await navigator.serviceWorker.register("/sw.js");
              await here;
            }"""
        )
        tab.reload()
        tab.wait_for_function(f"({kept})().then(all => all.some(u => u.includes('?v=1111')))")
        asked = []
        context.on("request", lambda r: asked.append(r.url) if r.service_worker else None)
        release(2)
        tab.reload()
        expect(tab.locator("h1")).to_have_text("Release 2")
        assert tab.evaluate("getComputedStyle(document.querySelector('h1')).order") == "2"
        tab.wait_for_function(f"({kept})().then(all => all.some(u => u.includes('?v=2222')))")
        tab.wait_for_function(f"({kept})().then(all => !all.some(u => u.includes('?v=1111')))")
        asked.clear()
        tab.reload()
        expect(tab.locator("h1")).to_have_text("Release 2")
        assert any(url.endswith("page.html") for url in asked)  # the page is asked for each time
        assert not any("a.css" in url for url in asked)  # a file with a digest never again
        address = site.base
        tab.goto("about:blank")
    tab.goto(address + "/page.html")
    expect(tab.locator("h1")).to_have_text("Release 2")
    assert tab.evaluate("getComputedStyle(document.querySelector('h1')).order") == "2"
    # A page that was never opened: the reader is told so, and which ones there are.
    answer = tab.goto(address + "/other.html")
    assert answer.status == 503
    expect(tab.locator("h1")).to_have_text("You are offline")
    tab.get_by_role("link", name="page.html").click()
    expect(tab.locator("h1")).to_have_text("Release 2")
    context.close()


# ---------------------------------------------------------------- hands, eyes, ears


def test_everything_by_keyboard(fake):
    fake.locator(f"{MAIN} .cm-content").focus()
    fake.keyboard.press("Control+End")
    fake.keyboard.press("Tab")
    assert shown(fake).endswith("\n    ")  # Tab indents
    fake.keyboard.insert_text("print('typed')")
    before = shown(fake)
    fake.keyboard.press("Control+Home")
    fake.keyboard.press("Control+Enter")
    wait_for(fake, "Done. Nothing was printed.")  # the line belongs to the function
    assert shown(fake) == before  # the shortcut inserted no line
    fake.keyboard.press("Control+Shift+Enter")
    wait_for(fake, "Not yet: 2 of 6 points.")
    names = []
    fake.keyboard.press("Escape")
    for _ in range(6):
        fake.keyboard.press("Tab")
        names.append(fake.evaluate("document.activeElement.textContent"))
    assert names == [
        "Check",
        "Run",
        "Hint 1 of 3",
        "Reset",
        "Earlier attempts (1)",
        "Download my notebook",
    ]
    assert shown(fake) == before
    # The way out was for once: back in the editor, Tab indents again.
    fake.locator(f"{MAIN} .cm-content").focus()
    fake.keyboard.press("Control+Home")
    fake.keyboard.press("Tab")
    assert shown(fake) == "    " + before


def axe(tab: Page, site) -> list[str]:
    tab.add_script_tag(url=site.base + "/axe/axe.min.js")
    found = tab.evaluate("axe.run().then(result => result.violations)")
    return [f"{v['id']}: {[n['html'][:150] for n in v['nodes']]}" for v in found]


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_axe_finds_nothing(browser, site, theme):
    """Untouched, then with hints, a wrong verdict, attempts and an error on show."""
    scheme = "light" if theme == "light" else "dark"
    context = browser.new_context(color_scheme=scheme)
    tab = context.new_page()
    body = PROGRESS + panel(EXERCISE) + panel(SECOND, heading=False)
    tab.goto(site.put(f"/regression/{theme}.html", page(body, CONFIG, theme=theme)))
    expect(tab.locator(f"{MAIN} .cm-content")).to_be_visible()
    if theme == "auto":
        tab.add_style_tag(content="body { background: #131416; color: #cfd0d0; }")
    assert axe(tab, site) == []
    press(tab, "Hint 1 of 3")
    press(tab, "Check")
    wait_for(tab, "Not yet")
    press(tab, "Earlier attempts (1)")
    tab.locator(f"{MAIN} .lx-attempts summary").click()
    second = "loss-exercise[data-slug=mae]"
    write(tab, "# note\ndef f(x: int):\n    return 'text', 3, 1/0", second)
    press(tab, "Check", second)
    wait_for(tab, "Stopped by an error on line 3", second)
    assert axe(tab, site) == []
    write(tab, "return 0.5", second)
    press(tab, "Check", second)
    wait_for(tab, "Right", second)
    assert axe(tab, site) == []
    context.close()


@pytest.mark.parametrize("touch", [True, False])
def test_phone_width(browser, site, touch):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=touch, is_mobile=touch
    )
    tab = context.new_page()
    tab.goto(site.base + "/regression/fake.html")
    expect(tab.locator(f"{MAIN} .cm-content")).to_be_visible()
    press(tab, "Hint 1 of 3")
    press(tab, "Check")
    wait_for(tab, "Not yet")
    press(tab, "Earlier attempts (1)")
    tab.locator(f"{MAIN} .lx-attempts summary").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    targets = tab.locator(
        "loss-exercise button:visible, loss-exercise summary:visible, loss-progress button:visible"
    )
    small = [
        (one.inner_text(), box)
        for one in targets.all()
        if (box := one.bounding_box())["height"] < 44 or box["width"] < 44
    ]
    assert targets.count() > 10
    assert small == []
    if touch:  # below 16 px a phone zooms in when the editor is touched
        size = tab.evaluate(
            f"getComputedStyle(document.querySelector('{MAIN} .cm-content')).fontSize"
        )
        assert size == "16px"
    context.close()


@pytest.mark.parametrize(
    ("width", "touch"),
    [
        (1200, False),
        (700, False),
        (390, False),
        (1200, True),
        (700, True),
        (390, True),
        (360, True),
    ],
)
def test_upgrade_moves_nothing(browser, site, width, touch):
    """The text below the panel stands where it stood before any script ran."""
    address = site.put("/regression/still.html", page(panel(EXERCISE), CONFIG))
    place = "document.getElementById('after').getBoundingClientRect().top"
    context = browser.new_context(
        viewport={"width": width, "height": 1000}, has_touch=touch, is_mobile=touch
    )
    tab = context.new_page()
    tab.route("**/exercise.js", lambda route: route.abort())
    tab.goto(address)
    before = tab.evaluate(place)
    tab.unroute("**/exercise.js")
    tab.goto(address)
    expect(tab.locator(f"{MAIN} .cm-content")).to_be_visible()
    assert tab.evaluate(place) == pytest.approx(before, abs=1)
    context.close()


def test_dark_theme_reaches_the_editor(browser, site):
    context = browser.new_context(color_scheme="light")
    tab = context.new_page()
    tab.goto(site.put("/regression/night.html", page(panel(EXERCISE), CONFIG, theme="dark")))
    expect(tab.locator(f"{MAIN} .lx-k").first).to_be_visible()
    keyword = f"getComputedStyle(document.querySelector('{MAIN} .lx-k')).color"
    dark = tab.evaluate(keyword)
    tab.evaluate("document.body.dataset.theme = 'light'")
    assert tab.evaluate(keyword) != dark
    context.close()


# ---------------------------------------------------------------- with NumPy


def numpy_wheel() -> str | None:
    folder = os.environ.get("LOSSBOOK_PYODIDE_WHEELS")
    names = sorted(p.name for p in Path(folder).glob("numpy-*.whl")) if folder else []
    return names[-1] if names else None


needs_numpy = pytest.mark.skipif(
    numpy_wheel() is None,
    reason="LOSSBOOK_PYODIDE_WHEELS names no folder with a numpy-*.whl for Pyodide",
)


@needs_numpy
def test_numpy_is_there_before_the_clock_starts(tab, site):
    source = """
import contextlib, io, json
import numpy as np

def run_source(slug, code):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {"__name__": "__main__", "np": np})
    return json.dumps({"stdout": out.getvalue(), "value": None, "error": None, "line": None})
"""
    site.put("/_static/np/lossbook-0.1.0-py3-none-any.whl", wheel(source))
    config = CONFIG | {
        "wheel": "../_static/np/lossbook-0.1.0-py3-none-any.whl",
        "numpyWheel": f"/wheels/{numpy_wheel()}",
        "timeLimit": 2,
    }
    tab.goto(site.put("/regression/numpy.html", page(panel(EXERCISE), config)))
    write(tab, "print(np.logaddexp([0.0, 1000.0], 1000.0).mean().round(6))")
    press(tab, "Run")
    wait_for(tab, "Done.")
    expect(body(tab).locator("pre")).to_have_text("1000.346574\n")
    expect(tab.locator(".lx-missing")).to_have_count(0)


@needs_numpy
def test_the_real_checker_judges_in_the_page(tab, site, tmp_path):
    """The wheel of the book: a stub, a right answer and a broken one get their verdicts."""
    from autograde import stubs
    from autograde.wheel import build_chapter, build_wheel

    url, chapter = (
        site.put(f"/_static/real/{path.name}", path.read_bytes())
        for path in (build_wheel(tmp_path), build_chapter(tmp_path, "regression"))
    )
    numpy = f"/wheels/{numpy_wheel()}"
    config = CONFIG | {"wheel": url, "exercises": [chapter], "numpyWheel": numpy}
    data = stubs.page_data("huber")
    tab.goto(site.put("/regression/real.html", page(panel(data), config)))
    expect(tab.locator(f"{MAIN} .cm-content")).to_be_visible()
    press(tab, "Check")
    wait_for(tab, "Not attempted: 0 of 6 points.")
    cells = stubs.chapter_notebook("regression").cells
    source = next(cell.source for cell in cells if stubs.grade_id(cell) == "huber")
    right = "\n".join(line for line in source.split("\n") if "SOLUTION" not in line)
    write(tab, right)
    press(tab, "Check")
    wait_for(tab, "Right: 6 of 6 points.")
    write(tab, right + "\n\ndef huber(y_true, y_pred, delta=1.0):\n    return 1 / 0\n")
    press(tab, "Check")
    wait_for(tab, "Not yet: 2 of 6 points.")
    expect(body(tab)).to_contain_text("ZeroDivisionError")
