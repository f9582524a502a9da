"""The public tree: no answer is in it, nor in anything made of it, and it builds the same book."""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograde import publish
from autograde.exercises import ORDER
from autograde.rooms import ROOT
from autograde.stubs import release_notebook, solution_lines


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("public") / "tree"
    publish.publish(folder)
    return folder


def files(tree: Path) -> set[str]:
    return {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}


def test_nothing_of_the_solutions_and_the_tests_is_in_it(tree):
    names = files(tree)
    assert not [n for n in names if n.startswith(("solutions", "tests", "_build", "_course"))]
    assert not [n for n in names if "variant" in n or "wrong_on" in n or ".git/" in n]
    # By content too: whatever a private file is called, it is not there under another name.
    private = {
        path.read_bytes()
        for folder in ("solutions", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".md", ".py"} and path.stat().st_size > 100
    }
    assert len(private) > 50
    assert not [n for n in names if (tree / n).read_bytes() in private]


def test_no_line_of_an_answer_is_in_it(tree):
    lines = {line for chapter in ORDER for line in solution_lines(chapter)}
    assert len(lines) > 300
    for name in files(tree):
        text = (tree / name).read_text(encoding="utf-8", errors="replace")
        assert not [line for line in lines if line in text], name


def in_tree(tree: Path, *command: str) -> subprocess.CompletedProcess:
    paths = os.pathsep.join([str(tree), str(tree / "book")])
    return subprocess.run(
        [sys.executable, *command], cwd=tree, env={**os.environ, "PYTHONPATH": paths},
        capture_output=True, text=True, timeout=1800,
    )  # fmt: skip


def test_learners_get_the_same_notebooks_from_it(tree):
    done = in_tree(
        tree, "-c",
        "import json; from autograde.exercises import ORDER; from autograde import stubs;"
        "print(json.dumps([stubs.SOLUTIONS.is_dir(), stubs.__file__,"
        " {c: stubs.release_notebook(c) for c in ORDER}]))",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    has_solutions, where, notebooks = json.loads(done.stdout)
    assert not has_solutions
    assert Path(where).is_relative_to(tree)
    assert notebooks == {
        chapter: json.loads(json.dumps(release_notebook(chapter))) for chapter in ORDER
    }


def build(tree: Path, toc: str, *options: str) -> Path:
    (tree / "_build").mkdir(exist_ok=True)
    assert (ROOT / "_build/web/exercise.js").is_file(), "bundle the panel: make web"
    shutil.copytree(ROOT / "_build" / "web", tree / "_build" / "web", dirs_exist_ok=True)
    if not (tree / "web" / "node_modules").exists():
        (tree / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    (tree / "_toc_here.yml").write_text(toc)
    done = in_tree(
        tree, "-m", "lossbook.build", "book", "--config", "_config.yml",
        "--toc", str(tree / "_toc_here.yml"), "--path-output", ".", *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return tree / "_build" / "html"


@pytest.mark.slow
def test_it_builds_a_page_with_an_exercise_and_no_answer(tree):
    # Links to the other pages of the book lead nowhere in a book of one page: no -W.
    site = build(tree, "format: jb-book\nroot: regression/huber\n")
    page = (site / "regression/huber.html").read_text(encoding="utf-8")
    assert '<loss-exercise data-slug="huber"' in page
    assert "YOUR CODE HERE" in page
    made = {path.suffix for path in site.rglob("*")}
    assert {".html", ".ipynb", ".whl", ".js"} <= made
    assert list(publish.leaks(site, publish.answer_lines())) == []


@pytest.mark.slow
@pytest.mark.skipif(
    "LOSSBOOK_FULL" not in os.environ, reason="set LOSSBOOK_FULL=1 to build the whole public book"
)
def test_it_builds_the_whole_book(tree):
    site = build(tree, (tree / "_toc.yml").read_text(), "-W", "-n", "--keep-going")
    assert list(publish.leaks(site, publish.answer_lines())) == []


# -- what it refuses --------------------------------------------------------------------------


LINE = '    return np.where(a < "b", e * e & 1, 0)'.strip()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", f"def f():\n    {LINE}\n"),
        ("a.ipynb", json.dumps({"source": f"x\n    {LINE}\n"})),
        ("a.html", f"<pre>{html.escape(LINE)}</pre>"),
        ("deep/er/b.html", f"<pre><span>{html.escape(LINE).replace(' ', '</span> <span>')}</span></pre>"),
        ("a.unknown", LINE),
    ],
)  # fmt: skip
def test_a_leak_is_found_whatever_file_it_is_in(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert list(publish.leaks(tmp_path, {LINE, "a line that is nowhere, at all"})) == [(name, LINE)]
    path.write_text("nothing of the kind")
    assert list(publish.leaks(tmp_path, {LINE})) == []


def test_archives_are_opened(tmp_path):
    with zipfile.ZipFile(tmp_path / "inner.whl", "w") as archive:
        archive.writestr("autograde/a.py", LINE)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.whl", "b/inner.whl")
    assert [where for where, _ in publish.leaks(tmp_path, {LINE})] == [
        "inner.whl:autograde/a.py",
        "outer.zip:b/inner.whl:autograde/a.py",
    ]


def small_tree(folder: Path, **contents: str) -> Path:
    for name, text in contents.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    return folder


def test_a_leak_in_a_public_file_stops_it_and_leaves_nothing(tmp_path):
    line = min(publish.answer_lines())
    root = small_tree(tmp_path / "tree", **{"book__a.md": f"text\n{line}\n", "book__b.md": "b"})
    with pytest.raises(ValueError, match="would be public") as refused:
        publish.publish(tmp_path / "out", root)
    assert f"book/a.md: {line}" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_secret_in_a_public_folder_stops_it(tmp_path):
    for name in ("book__secret.json", "autograde__gradebook.db", "web__.env"):
        root = small_tree(tmp_path / name, **{name: "x", "book__a.md": "a"})
        with pytest.raises(ValueError, match="secret of a course"):
            publish.publish(tmp_path / "out", root)
        assert not (tmp_path / "out").exists()


def test_only_what_is_named_is_public(tmp_path):
    root = small_tree(
        tmp_path / "tree",
        **{"book__a.md": "a", "my-course__secret.json": "x", "solutions__a.md": "x",
           "bench__b.json": "{}", "bench__b.py": "x", "notes.txt": "x"},
    )  # fmt: skip
    (root / "book" / "untracked.md").write_text("x")
    assert publish.public_files(root) == ["bench/b.json", "book/a.md"]


def test_it_never_writes_over_anything(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ValueError, match="not empty"):
        publish.publish(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(ValueError, match="no git tree"):
        publish.publish(tmp_path / "out", tmp_path / "no-tree")
    with pytest.raises(ValueError, match="inside the tree"):
        publish.publish(ROOT / "book" / "public")
