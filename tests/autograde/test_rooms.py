"""Stubs, skeletons, the wheel and the one direction of the imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograde import doctor, new, where
from autograde.exercises import ORDER, all_exercises
from autograde.rooms import ROOT
from autograde.stubs import (
    chapter_notebook,
    grade_id,
    page_data,
    release_notebook,
    solution_lines,
    without_solution,
)
from autograde.wheel import (
    build_chapter,
    build_wheel,
    chapter_members,
    members,
    without_docstrings,
)


def test_the_notebook_is_valid_and_the_same_twice():
    first, second = chapter_notebook("regression"), chapter_notebook("regression")
    nbformat.validate(first)
    assert nbformat.writes(first) == nbformat.writes(second)
    ids = [grade_id(cell) for cell in first.cells if grade_id(cell)]
    assert len(ids) == len(set(ids))


def test_points_in_the_notebook_are_those_of_the_records():
    for exercise in all_exercises():
        cells = {grade_id(c): c for c in chapter_notebook(exercise.chapter).cells}
        for aspect, points in exercise.points.items():
            cell = cells[f"{exercise.slug}-{aspect}"]
            assert cell.metadata["nbgrader"]["points"] == points
            assert cell.metadata["nbgrader"]["grade"]


def test_the_secret_is_in_the_hidden_region_only():
    for cell in chapter_notebook("regression", "s3cret").cells:
        if "s3cret" in cell.source:
            before = cell.source.split("### BEGIN HIDDEN TESTS")[0]
            assert "s3cret" not in before
    assert not any("s3cret" in c.source for c in chapter_notebook("regression").cells)


def test_the_release_has_stubs_and_no_answers():
    text = "\n".join(cell.source for cell in release_notebook("regression").cells)
    assert "raise NotImplementedError()" in text
    assert "YOUR ANSWER HERE" in text
    lines = solution_lines("regression")
    assert len(lines) > 20
    assert not [line for line in lines if line in text]


def test_an_unclosed_region_is_an_error():
    with pytest.raises(ValueError, match="unclosed"):
        without_solution("def f():\n    ### BEGIN SOLUTION\n    return 1\n")


def test_page_data_has_what_the_panel_needs():
    for exercise in all_exercises():
        data = page_data(exercise.slug)
        assert set(data["functions"]) == set(exercise.functions)
        assert len(data["hints"]) == 3
        assert all(len(hint) > 20 for hint in data["hints"])
        assert "BEGIN SOLUTION" not in data["stub"]
        compile(data["stub"], "stub", "exec")


#: Bytes that a page may load of us: what every page loads, and one chapter on top of it.
WHEEL, CHAPTER = 250_000, 60_000

ALONE = """
import sys
wheel, archive, chapter, slug = sys.argv[1:]
sys.meta_path[:] = [finder for finder in sys.meta_path if "ditable" not in repr(finder)]
sys.path[:0] = [wheel, archive]
import autograde
autograde.__path__.append(archive + "/autograde")
from autograde import exercises
exercises.__path__.append(archive + "/autograde/exercises")
import json
from autograde.page import check_source
exercise = exercises.get(slug)
stub = "\\n".join(f"def {f}(*a, **k): raise NotImplementedError" for f in exercise.functions)
said = json.loads(check_source(slug, stub))
assert said["status"] == "not attempted", said
import lossref
assert wheel in lossref.__file__
heavy = {"nbgrader", "jupytext", "nbformat", "scipy", "matplotlib", "IPython"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
for name in ("no_such_function", "mse" if chapter != "regression" else "iou"):
    try:
        exercises.by_function(name)
    except ValueError as error:
        assert name in str(error)
    else:
        raise AssertionError(name)
"""


@pytest.mark.parametrize("chapter", ORDER)
def test_what_a_page_loads_is_light_reproducible_and_works_alone(tmp_path, chapter):
    """The wheel and one chapter judge that chapter with nothing else of ours there."""
    wheel, archive = build_wheel(tmp_path / "a"), build_chapter(tmp_path / "a", chapter)
    assert wheel.read_bytes() == build_wheel(tmp_path / "b").read_bytes()
    assert archive.read_bytes() == build_chapter(tmp_path / "b", chapter).read_bytes()
    names = zipfile.ZipFile(wheel).namelist()
    assert not [n for n in names if "grading" in n or "solutions" in n or "stubs" in n]
    assert [n for n in names if "exercises/" in n] == ["autograde/exercises/__init__.py"]
    inside = zipfile.ZipFile(archive).namelist()
    assert all(name.startswith(f"autograde/exercises/{chapter}/") for name in inside)
    assert wheel.stat().st_size < WHEEL
    assert archive.stat().st_size < CHAPTER
    run = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(wheel), str(archive), chapter, ORDER[chapter][0]],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def test_a_chapter_without_exercises_has_no_archive(tmp_path):
    with pytest.raises(ValueError, match="no exercises of a chapter 'cooking'"):
        build_chapter(tmp_path, "cooking")
    assert list(tmp_path.iterdir()) == []


def test_the_code_without_docstrings_is_the_same_code():
    """Every file of the wheel: the same tree but for the docstrings, every line at its number."""

    class Bare(ast.NodeTransformer):
        def visit(self, node):
            self.generic_visit(node)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                if ast.get_docstring(node, clean=False) is not None:
                    del node.body[0]
            return node

    def shape(source: str) -> str:
        tree = ast.dump(Bare().visit(ast.parse(source)), include_attributes=True)
        return re.sub(r", (end_lineno|(end_)?col_offset)=\d+", "", tree)

    paths = [*members(), *(p for c in ORDER for p in chapter_members(c))]
    for path in paths:
        source = path.read_text(encoding="utf-8")
        assert shape(without_docstrings(source)) == shape(source), path
        for node in ast.walk(ast.parse(without_docstrings(source))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                assert not ast.get_docstring(node), path
    tricky = 'def f():\n    "é"\n\n\ndef g():\n    """a\n    b"""; return 1\n'
    assert without_docstrings(tricky) == 'def f():\n    ""\n\n\ndef g():\n\n    ""; return 1\n'


def test_new_writes_skeletons_and_overwrites_nothing(tmp_path, capsys):
    assert new.main("regression/demo_loss", tmp_path) == 0
    written = (tmp_path / "autograde/exercises/regression/demo_loss.py").read_text()
    compile(written, "demo_loss", "exec")
    assert "grade_id: demo_loss" in (tmp_path / "solutions/regression.md").read_text()
    with pytest.raises(ValueError, match="nothing was written"):
        new.main("regression/demo_loss", tmp_path)
    with pytest.raises(ValueError, match="chapter/slug"):
        new.main("Regression/Demo", tmp_path)


def test_where_finds_every_room_of_huber(capsys):
    assert where.main("huber") == 0
    out = capsys.readouterr().out
    for what in ("reference", "page", "exercise", "solution", "variants"):
        assert what in out
    with pytest.raises(ValueError, match="nothing is called 'hubert'"):
        where.rooms_of("hubert")


def test_the_doctor_sees_a_planted_leak(tmp_path):
    line = sorted(solution_lines("regression"))[0]
    site = tmp_path / "_build" / "html"
    site.mkdir(parents=True)
    (site / "page.html").write_text(f"<html><pre>{line}</pre></html>")
    assert any("page.html" in finding for finding in doctor._leaks(tmp_path))


#: What each package may import of ours and of others. The light part stays light.
ALLOWED = {
    "lossref": {"numpy", "lossref"},
    "autograde": {"numpy", "lossref", "autograde"},
}
TOOLS = {"stubs.py", "assemble.py", "publish.py", "doctor.py", "__main__.py", "wheel.py"}


@pytest.mark.parametrize("package", ALLOWED)
def test_dependencies_point_one_way(package):
    for path in (ROOT / package).rglob("*.py"):
        light = "grading" not in path.parts and path.name not in TOOLS
        if not light or path.name == "accuracy.py":
            continue
        for name in _imports(path):
            known = name in sys.stdlib_module_names or name in ALLOWED[package]
            assert known, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("folder", ["lossref", "autograde", "book"])
def test_nobody_imports_solutions_or_tests(folder):
    for path in (ROOT / folder).rglob("*.py"):
        assert not {"solutions", "tests"} & set(_imports(path)), path


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append((node.module or "").split(".")[0])
    return names


def test_what_the_page_loads_is_complete():
    """Every module of ours that is imported by a file of the wheel or of a chapter is there."""
    inside = {*members(), *(path for chapter in ORDER for path in chapter_members(chapter))}
    for path in inside:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            if node.module.split(".")[0] not in ("autograde", "lossref"):
                continue
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            files = [ROOT / (name.replace(".", "/") + ".py") for name in names]
            missing = [f for f in files if f.is_file() and f not in inside]
            assert not missing, f"{path.relative_to(ROOT)} needs {missing}"
