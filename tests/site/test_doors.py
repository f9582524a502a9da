"""Ways out of a page, on a book built without and with a repository."""

from __future__ import annotations

import datetime
import html
import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import yaml
from lossbook import _assets, doors, headers, launch, lite, offline
from pybtex.database import parse_string
from sphinx.errors import ExtensionError
from test_build import FRONT, START, build

import lossref
from autograde.exercises import ORDER
from autograde.publish import answer_lines, leaks, public_files
from autograde.stubs import release_notebook

INDEX = FRONT + "# Regression\n\n```{progress} regression\n```\n"
PAGES = {
    "start": START.replace("deep/page", "regression/index"),
    "regression/index": INDEX,
    "regression/huber": FRONT + "# Huber & friends\n\n```{progress} regression\n```\n",
    "reference/regression": FRONT + "# All\n\n```{losses} regression\n```\n",
}
REPOSITORY = "https://github.com/somebody/their-book"
BASE = "https://example.org/book/"


def made(folder: Path, **settings: object) -> Path:
    # The panel's scripts are bundled elsewhere; a page of a chapter's progress wants them.
    assert (_assets.WEB / "exercise.js").is_file(), "bundle the panel: make web"
    done = build(folder, PAGES, **settings)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Path:
    return made(
        tmp_path_factory.mktemp("public"), lossbook_repository=REPOSITORY,
        html_baseurl=BASE, lossbook_offline_zip="true",
    )  # fmt: skip


def text(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def links(page: str) -> dict[str, str]:
    return {
        html.unescape(words): html.unescape(address)
        for address, words in re.findall(r'<a[^>]*href="([^"]*)"[^>]*>([^<]*)</a>', page)
    }


# -- the notebook of a chapter ---------------------------------------------------------------


def test_the_first_page_of_a_chapter_offers_its_notebook_and_what_it_imports(plain):
    found = links(text(plain, "regression/index.html"))
    notebook = plain / "regression" / found["Download the notebook"].split("?")[0]
    assert json.loads(notebook.read_text()) == json.loads(
        json.dumps(release_notebook("regression"))
    )
    assert (plain / "regression" / found["lossbook-0.1.0-py3-none-any.whl"]).is_file()
    assert 'class="doors"' not in text(plain, "regression/huber.html")


def judged_with(wheel: Path, chapter: str, folder: Path) -> str:
    """What a chapter's notebook prints up to its first check, with nothing but NumPy and a wheel."""
    cells = [c.source for c in release_notebook(chapter).cells if c.cell_type == "code"]
    check = next(i for i, source in enumerate(cells) if source.startswith("check("))
    script = folder / "notebook.py"
    script.write_text("\n\n".join(cells[: check + 1]) + "\nprint(check.__code__.co_filename)\n")
    paths = [str(wheel), str(Path(np.__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-S", "-c",
         f"import sys; sys.path[:0] = {paths!r}; exec(open({str(script)!r}).read())"],
        cwd=folder, env={}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(wheel) in done.stdout
    return done.stdout


def test_the_notebook_runs_with_the_wheel_alone(plain, tmp_path):
    """What a learner downloads: no checkout, nothing but NumPy beside it."""
    (wheel,) = (plain / "notebooks").glob("*.whl")
    assert "Mean squared error: not attempted" in judged_with(wheel, "regression", tmp_path)


def test_without_a_repository_no_page_names_anybody_outside(plain):
    for path in plain.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        for name in ("github.com/somebody", "colab", "mybinder", "/issues/", 'rel="edit"'):
            assert name not in page, path


def test_with_a_repository_colab_and_binder_open_the_branch(public):
    found = links(text(public, "regression/index.html"))
    assert found["Colab"] == (
        "https://colab.research.google.com/github/somebody/their-book/blob/notebooks/"
        "notebooks/regression.ipynb"
    )
    parts = urlsplit(found["Binder"])
    assert parts.path == "/v2/gh/somebody/their-book/notebooks"
    assert parse_qs(parts.query) == {"labpath": ["notebooks/regression.ipynb"]}
    assert "Download the notebook" in found


def test_the_branch_has_what_the_addresses_ask_for(tmp_path):
    written = launch.write_branch(tmp_path / "branch", REPOSITORY, "notebooks")
    inside = {str(path.relative_to(tmp_path / "branch")) for path in written}
    assert {f"notebooks/{chapter}.ipynb" for chapter in ORDER} < inside
    wheel = next(name for name in inside if name.endswith(".whl"))
    assert f"./{wheel}" in (tmp_path / "branch/requirements.txt").read_text().split()
    notebook = json.loads((tmp_path / "branch/notebooks/regression.ipynb").read_text())
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    address = f"https://raw.githubusercontent.com/somebody/their-book/notebooks/{wheel}"
    assert address in code[0]
    assert "from autograde import check" in code[1]
    assert code[1:] == [
        c.source for c in release_notebook("regression").cells if c.cell_type == "code"
    ]
    with pytest.raises(ValueError, match="not empty"):
        launch.write_branch(tmp_path / "branch", REPOSITORY, "notebooks")


@pytest.fixture(scope="module")
def branch(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("branch")
    launch.write_branch(folder, REPOSITORY, "notebooks")
    return folder


@pytest.mark.parametrize("chapter", ORDER)
def test_the_wheel_of_the_branch_checks_the_exercises_of_every_chapter(branch, chapter, tmp_path):
    (wheel,) = branch.glob("*.whl")
    assert "not attempted" in judged_with(wheel, chapter, tmp_path)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/a/b", "a/b"),
        ("https://github.com/a/b.git", "a/b"),
        ("https://github.com/a/b/", "a/b"),
        ("https://gitee.com/a/b", ""),
        ("https://github.com/a", ""),
        ("https://github.com.evil.org/a/b", ""),
        ("", ""),
    ],
)
def test_which_addresses_are_repositories_on_github(address, name):
    assert doors.github(address) == name


def test_colab_needs_a_repository_on_github(tmp_path):
    with pytest.raises(ValueError, match="gitee"):
        launch.write_branch(tmp_path, "https://gitee.com/a/b", "notebooks")


def test_an_address_that_is_none_stops_the_build(tmp_path):
    done = build(tmp_path, {"a": FRONT + "# A\n"}, lossbook_repository="owner/name")
    assert done.returncode != 0
    assert "whole address" in done.stdout + done.stderr


# -- cite, edit, report -----------------------------------------------------------------------


def test_a_page_cites_itself(public):
    page = text(public, "regression/huber.html")
    said, bibtex = (
        html.unescape(found) for found in re.findall(r'<pre tabindex="0" aria-label="The citation[^>]*>(.*?)</pre>', page, re.S)
    )  # fmt: skip
    day = doors.day_of_release()
    address = f"{BASE}regression/huber.html"
    version = lossref.__version__
    assert said == (
        f"The Lossbook authors ({day.year}). Huber & friends. In Lossbook, version {version} "
        f"of {day.day} {day:%B} {day.year}. {address}"
    )
    (entry,) = parse_string(bibtex, "bibtex").entries.values()
    assert entry.key == "lossbook-regression-huber"
    assert entry.fields["title"] == r"{Huber \& friends}"
    assert entry.fields["url"] == address
    assert entry.fields["note"] == f"Version {version} of {day.isoformat()}"
    assert [str(person) for person in entry.persons["author"]] == ["{The Lossbook authors}"]


def test_the_day_of_a_release_is_not_the_day_of_the_build(monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert doors.day_of_release() == datetime.date(1970, 1, 2)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert doors.day_of_release(tmp_path) == datetime.datetime.now(datetime.UTC).date()


def test_edit_leads_to_the_source_of_a_page_of_the_book_and_to_no_other():
    page = _assets.ROOT / "book" / "regression" / "huber.md"
    assert doors.edit_address("a/b", "main", page) == (
        "https://github.com/a/b/edit/main/book/regression/huber.md"
    )
    assert doors.edit_address("", "main", page) == ""
    assert doors.edit_address("a/b", "main", Path("/elsewhere/huber.md")) == ""


def test_the_report_is_a_form_that_works_without_a_script(public, plain):
    form = re.search(r"<form[^>]*data-page.*?</form>", text(public, "regression/huber.html"), re.S)[
        0
    ]
    assert f'action="{REPOSITORY}/issues/new" method="get"' in form
    assert re.search(r'name="title" value="regression/huber \([\d.]+\): a problem"', form)
    assert re.search(r'<textarea id="report-text" name="body"[^>]* required minlength="10">', form)
    form = re.search(r"<form[^>]*data-page.*?</form>", text(plain, "regression/huber.html"), re.S)[
        0
    ]
    assert "action=" not in form
    assert "page regression/huber, version" in form


# -- finding ----------------------------------------------------------------------------------


def test_a_page_says_where_it_is(plain):
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', text(plain, "regression/huber.html"), re.S)
    assert links(crumbs[0]) == {"Lossbook": "../start.html"}
    assert 'class="crumbs"' not in text(plain, "start.html")


def test_a_loss_has_a_short_address(plain, public):
    for site, base in ((plain, "../../"), (public, BASE)):
        page = text(site, "loss/huber/index.html")
        assert 'content="0; url=../../regression/huber.html"' in page
        assert f'<link rel="canonical" href="{base}regression/huber.html">' in page
        assert '<meta name="robots" content="noindex">' in page
    # A loss whose page is not in this book is found in the reference.
    assert "url=../../reference/regression.html#reference-tukey" in text(
        plain, "loss/tukey/index.html"
    )
    reference = text(plain, "reference/regression.html")
    assert 'id="reference-tukey"' in reference
    assert 'href="../loss/tukey/">loss/tukey/</a>' in reference
    assert not (plain / "loss/bce").exists()


def test_every_loss_of_the_book_has_a_short_address_that_leads_to_its_page():
    book = _assets.ROOT / "book"
    pages = {str(p.relative_to(book).with_suffix("")) for p in book.rglob("*.md")}
    found = doors.short_addresses(pages)
    assert set(found) == {spec.slug for spec in lossref.specs()}
    for target in found.values():
        assert (book / target.split("#")[0]).with_suffix(".md").is_file(), target


def test_what_is_not_there_leads_back(plain, public):
    assert '<base href="/">' in text(plain, "404.html")
    page = text(public, "404.html")
    assert '<base href="/book/">' in page
    for address in re.findall(r'<a href="([^"]*)"', page):
        assert (public / address).is_file(), address


def test_robots_are_let_in(plain, public):
    assert text(plain, "robots.txt") == "User-agent: *\nAllow: /\n"
    assert "Sitemap: https://example.org/book/sitemap.xml" in text(public, "robots.txt")


# -- the workflow -----------------------------------------------------------------------------


def test_the_workflow_runs_what_there_is_and_sets_what_the_book_reads():
    path = _assets.ROOT / ".github" / "workflows" / "pages.yml"
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    steps = jobs["build"]["steps"] + jobs["deploy"]["steps"]
    commands = "\n".join(step.get("run", "") for step in steps)
    names = {name for step in steps for name in step.get("env", {})}
    assert {n for n in names if n.startswith("LOSSBOOK_")} == set(doors.FROM_ENVIRONMENT)
    assert re.findall(r"make (\w+)", commands) == ["book"]
    (module,) = re.findall(r"python -m ([\w.]+)", commands)
    assert importlib.util.find_spec(module)
    assert 'push --quiet --force "$LOSSBOOK_REPOSITORY" notebooks' in commands
    assert jobs["build"]["permissions"]["contents"] == "write"
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    # What is public leaves with the tree that anybody may see.
    assert ".github/workflows/pages.yml" in public_files(_assets.ROOT)


# -- the offline copy -------------------------------------------------------------------------


def test_the_offline_copy_is_the_site_without_what_is_about_a_server(public, tmp_path):
    (public / "report").mkdir(exist_ok=True)
    (public / "report" / "index.html").write_text("marks of a class")
    paths = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for path in paths:
        offline.write_zip(public, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as archive:
        names = set(archive.namelist())
        readme = archive.read("lossbook/README.txt").decode()
        assert archive.read("lossbook/start.html") == (public / "start.html").read_bytes()
    assert readme.count("\n") == 2
    assert "python -m http.server" in readme
    assert {"lossbook/index.html", "lossbook/notebooks/regression.ipynb"} < names
    assert not [n for n in names if "report" in n or n.endswith(("_headers", "404.html"))]
    assert {n.rpartition("/")[2] for n in names if n.endswith(".zip")} == {
        f"exercises-{chapter}.zip"
        for chapter in ORDER  # what the panels load, and no copy of all
    }


def test_the_first_page_offers_the_offline_copy_if_there_is_one(public, plain):
    found = links(text(public, "start.html"))
    path = public / found["Download the whole book for use without a network"]
    assert zipfile.is_zipfile(path)
    assert "without a network" not in text(public, "regression/huber.html")
    assert "without a network" not in text(plain, "start.html")


def test_without_a_site_there_is_no_copy(tmp_path):
    with pytest.raises(FileNotFoundError, match="make book"):
        offline.write_zip(tmp_path, tmp_path / "a.zip")


# -- headers ----------------------------------------------------------------------------------


def test_the_policy_lists_the_scripts_that_stand_in_pages_and_nobody_else(plain):
    policy = headers.policy(plain)
    hashes = re.findall(r"'sha256-[^']*'", policy)
    assert set(hashes) == headers.inline_scripts(plain)
    assert 1 <= len(hashes) <= 3, "a script per page cannot be listed in a header"
    script = re.search(r"script-src ([^;]*)", policy)[1]
    assert "'unsafe-inline'" not in script
    assert "'unsafe-eval'" not in script
    assert re.findall(r"https://[^ ;]*", policy) == [
        headers.PYODIDE,
        headers.PYODIDE,
        "https://github.com",
    ]


def test_a_changed_script_changes_the_policy(tmp_path):
    for text, count in (("<script>a()</script>", 1), ("<script>b()</script>", 1), ("", 0),
                        ('<script src="a.js"></script>', 0),
                        ('<script type="application/json">{}</script>', 0)):  # fmt: skip
        (tmp_path / "index.html").write_text(text)
        assert len(headers.inline_scripts(tmp_path)) == count
    (tmp_path / "index.html").write_text("<script>a()</script>")
    first = headers.inline_scripts(tmp_path)
    (tmp_path / "index.html").write_text("<script>b()</script>")
    assert headers.inline_scripts(tmp_path) != first


def test_the_rules_for_hosts_and_for_nginx_say_the_same(plain):
    rules, nginx = text(plain, "_headers"), headers.for_nginx(plain)
    assert rules == headers.for_hosts(plain)
    for name, value in headers.always(plain).items():
        assert f"\n  {name}: {value}\n" in rules
        assert nginx.count(f'add_header {name} "{value}";') == 2
    assert "/_static/lossbook/*\n  Cache-Control: public, max-age=31536000, immutable" in rules


def test_what_is_kept_for_ever_is_asked_for_with_a_digest(plain):
    """Else a browser would show an old file with a new page."""
    for path in headers.pages(plain):
        for address in re.findall(
            r'(?:src|href)="([^"]*_static/lossbook/[^"]*)"', path.read_text()
        ):
            assert "?v=" in address or address.endswith("icon.svg"), address
    for path in (plain / "_images").glob("*"):
        assert re.search(r"[0-9a-f]{16}", path.name), path.name


def test_jupyterlite_gets_no_policy_and_everything_else_does(tmp_path):
    (tmp_path / "lite").mkdir()
    (tmp_path / "regression").mkdir()
    (tmp_path / "index.html").write_text("")
    rules = headers.for_hosts(tmp_path)
    places = re.findall(r"^(/.*)\n  Content-Security-Policy", rules, re.M)
    assert sorted(places) == ["/", "/index.html", "/regression/*"]


# -- Python from one's own server, JupyterLite -------------------------------------------------


NEEDS = {
    "numpy": [], "micropip": [], "jedi": ["parso"], "parso": [], "sqlite3": [], "scipy": ["numpy"],
    "ipython": ["prompt_toolkit"], "prompt-toolkit": ["wcwidth"], "wcwidth": [],
    "matplotlib": ["numpy", "cycler"], "cycler": [],
}  # fmt: skip


def distribution(folder: Path) -> Path:
    """A full distribution of Pyodide by its names: the lock file spells some in two ways too."""
    folder.mkdir()
    packages = {
        name: {"file_name": f"{name}-2.whl", "depends": needs} for name, needs in NEEDS.items()
    }
    lock = {"info": {"python": "3.13.2"}, "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    for name in (
        *_assets.PYODIDE[:3],
        "pyodide.js",
        "pyodide.asm.js",
        *(f"{n}-2.whl" for n in NEEDS),
    ):
        (folder / name).write_text(name)
    return folder


PLOTS = {"matplotlib-2.whl", "cycler-2.whl"}


@pytest.mark.parametrize("plots", [True, False])
@pytest.mark.parametrize("with_lite", [True, False])
def test_a_folder_with_pyodide_is_copied_as_far_as_it_is_needed(with_lite, plots, tmp_path):
    source, site = distribution(tmp_path / "full"), tmp_path / "site"
    if not plots:
        (source / "cycler-2.whl").unlink()
    address = _assets.host_pyodide(str(source), site, with_lite)
    assert re.fullmatch(r"pyodide/3\.13\.2-\w+/", address)
    wanted = {*_assets.PYODIDE, "pyodide.asm.js", "numpy-2.whl"}
    if plots:
        wanted |= PLOTS
    if with_lite:
        wanted |= {p.name for p in source.iterdir()} - PLOTS - {"scipy-2.whl"}
    copied = {path.name for path in (site / address).iterdir()}
    assert copied == wanted


@pytest.mark.parametrize(
    ("gone", "with_lite"), [("numpy-2.whl", False), ("wcwidth-2.whl", True), ("pyodide.js", True)]
)
def test_a_folder_without_what_is_needed_stops_the_build_and_says_what_is_missing(
    gone, with_lite, tmp_path
):
    source = distribution(tmp_path / "core")
    (source / gone).unlink()
    with pytest.raises(ExtensionError, match=rf"where {re.escape(gone)} is missing"):
        _assets.host_pyodide(str(source), tmp_path / "site", with_lite)


@pytest.mark.parametrize("setting", ["", "https://example.org/pyodide/v0.29.5/", "runtime/"])
def test_another_setting_is_an_address(setting, tmp_path):
    assert _assets.host_pyodide(setting, tmp_path) == setting


def test_jupyterlite_that_is_not_installed_stops_the_build_and_says_how_to_get_it(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(lite, "NEEDED", ("no_such_package",))
    with pytest.raises(ExtensionError, match="no_such_package is not installed"):
        lite.write_lite(tmp_path)


@pytest.mark.parametrize("version", ["0.6.1", "0.8.7", "0.70.0"])
def test_a_jupyterlite_with_another_python_stops_the_build_and_names_the_right_one(
    monkeypatch, tmp_path, version
):
    monkeypatch.setattr(lite, "NEEDED", ("numpy",))
    monkeypatch.setattr(lite, "distribution", lambda name: SimpleNamespace(version=version))
    with pytest.raises(ExtensionError, match=rf"numpy is {re.escape(version)}.*kernel==0\.7\.\*"):
        lite.write_lite(tmp_path)


@pytest.mark.parametrize(
    ("pyodide", "entry"),
    [
        ("pyodide/3.13.2-abc/", "./../pyodide/3.13.2-abc/pyodide.js"),
        ("runtime", "./../runtime/pyodide.js"),
        ("https://example.org/v0.29.5/full", "https://example.org/v0.29.5/full/pyodide.js"),
    ],
)
def test_jupyterlite_takes_its_python_from_where_the_pages_do(pyodide, entry):
    assert lite.settings(pyodide) == {"pyodideUrl": entry, "disablePyPIFallback": True}


def test_jupyterlite_keeps_its_own_address_without_the_setting():
    assert lite.settings("") == {}


def test_a_package_of_this_machine_is_put_together_as_a_wheel_again(tmp_path):
    (name,) = lite.EXTRA
    wheel = lite.wheel_of(name, tmp_path)
    folder = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import {name}; print({name}.__file__)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.stdout.startswith(str(folder)), done.stderr
    assert re.search(
        rf"^Name: {name}$", next(folder.glob("*.dist-info/METADATA")).read_text(), re.M
    )


@pytest.mark.slow
@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in lite.NEEDED),
    reason=f"{lite.INSTALL} to build JupyterLite",
)
def test_jupyterlite_is_built_with_every_notebook_and_the_wheel_in_a_folder_of_its_own(tmp_path):
    """By the two settings, with a folder that has the names of a distribution of Pyodide."""
    source = distribution(tmp_path / "full")
    site = made(tmp_path, lossbook_jupyterlite="true", lossbook_pyodide_url=str(source))
    out = site / "lite"
    door = links(text(site, "regression/index.html"))["JupyterLite"]
    assert door == "../lite/lab/index.html?path=regression.ipynb"
    assert not [p for p in headers.pages(site) if "lite/" in p.read_text().replace(door, "")]
    (pyodide,) = (site / "pyodide").iterdir()
    assert "ipython-2.whl" in {path.name for path in pyodide.iterdir()}
    listed = json.loads((out / "api/contents/all.json").read_text())["content"]
    assert {file["path"] for file in listed} == {f"{chapter}.ipynb" for chapter in ORDER}
    notebook = json.loads((out / "files/regression.ipynb").read_text())
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert "%pip install -q lossbook" in code[0]
    assert list(leaks(out / "files", answer_lines())) == []
    (wheel,) = out.rglob("lossbook-*.whl")
    assert "not attempted" in judged_with(wheel, "rl", tmp_path)
    config = json.loads((out / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = config["litePluginSettings"][lite.KERNEL]
    assert (out / kernel["pyodideUrl"]).resolve() == (pyodide / "pyodide.js").resolve()
    assert kernel["disablePyPIFallback"] is True
    # Everything that a cell may install, by name, is a file of the site.
    offered = {}
    for address in kernel["pipliteUrls"]:
        index = out / address.split("?")[0]
        for name, about in json.loads(index.read_text()).items():
            files = [file for release in about["releases"].values() for file in release]
            assert all((index.parent / file["url"]).is_file() for file in files)
            offered[name] = len(files)
    assert {"lossbook", "comm", "piplite", "pyodide-kernel", "ipykernel"} <= offered.keys()
