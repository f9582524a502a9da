"""``python -m autograde doctor``: proof that the rooms agree.

It runs every stub, solution, variant and wrong answer through the judge, looks for
answers where learners can see, and for pages, exercises and losses without a
counterpart. Each finding is one line; any finding fails the run.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import subprocess
import sys
import types
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np

import lossref
from autograde.answers import CELL_MARK, ask_all
from autograde.exam import Exam, same
from autograde.exercise import Exercise
from autograde.exercises import all_exercises, get
from autograde.killtable import Kill, kill_table
from autograde.personal import drawn, public_key, said
from autograde.rewrite import with_constants
from autograde.rooms import ROOT, chapter_written, exercise_rooms, loss_rooms

#: Learners whose draws of constants are proved, beside the smallest and the largest values.
LEARNERS = ("ada", "bob")
SEEDS = (None, "doctor-1", "doctor-2", "doctor-3")


def main(root: Path = ROOT) -> int:
    """Print the findings and write the kill table for the book; 0 if there is nothing to find."""
    found = 0
    exercises = all_exercises()
    table: dict[str, list[dict[str, Any]]] = {}
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        proofs = pool.map(_proof, [exercise.slug for exercise in exercises])
        for exercise, (kills, lines) in zip(exercises, proofs, strict=True):
            table[exercise.slug] = kills
            found += _print(lines)
    found += _print(chain(_rooms(), _anchors(root), _leaks(root)))
    path = root / "_build" / "kill-table.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(table, indent=1), encoding="utf-8")
    rows = sum(map(len, table.values()))
    unwritten = [s.slug for s in lossref.specs() if not chapter_written(s.page)]
    if unwritten:
        print(
            f"doctor: {len(unwritten)} losses whose chapter is not written yet: "
            f"{', '.join(unwritten)}"
        )
    print(
        f"doctor: {len(exercises)} exercises, {rows} wrong answers, "
        f"{len(lossref.specs())} losses, {found} finding{'s' if found != 1 else ''}"
    )
    return 1 if found else 0


def _proof(slug: str) -> tuple[list[dict[str, Any]], list[str]]:
    """One exercise: its rows of the kill table, and everything that is wrong, as sentences."""
    exercise = get(slug)
    kills = kill_table(exercise)
    rows = [
        {
            "id": kill.misconception.id,
            "title": kill.misconception.title,
            "asked": kill.asked,
            "caught_by": list(kill.caught_by),
        }
        for kill in kills
    ]
    found = [
        *_answers(exercise),
        *_mistakes(exercise, kills),
        *_reach(exercise),
        *_constants(exercise),
    ]
    return rows, found


def _print(findings: Iterable[str]) -> int:
    """Print each at once; how many there were."""
    count = 0
    for finding in findings:
        print(f"doctor: {finding}", flush=True)
        count += 1
    return count


# -- stub, solution, variants ----------------------------------------------------


def _answers(exercise: Exercise) -> Iterator[str]:
    slug = exercise.slug
    cells = _solution_cells(exercise)
    for seed in SEEDS:
        exam = Exam(exercise, seed)
        for what, functions in cells.items():
            answers, _ = ask_all(functions, exam.calls)
            feedback = exam.feedback(answers)
            if what == "stub":
                if feedback.status != "not attempted" or feedback.earned:
                    yield f"{slug}: the stub gets '{feedback.status}', {feedback.earned:g} points"
            elif feedback.status != "right":
                detail = feedback.details[0].replace("\n", " | ") if feedback.details else ""
                yield f"{slug}: the {what} is judged '{feedback.status}' (seed {seed}): {detail}"


def _solution_cells(exercise: Exercise) -> dict[str, dict[str, Any]]:
    """Namespaces of the stub, the solution and each variant."""
    import jupytext

    from autograde.stubs import grade_id, page_data, source_path

    notebook = jupytext.read(source_path(exercise.chapter))
    source = next(cell.source for cell in notebook.cells if grade_id(cell) == exercise.slug)
    spaces = {
        "stub": run_cell(page_data(exercise.slug)["stub"], exercise.slug),
        "solution": run_cell(source, exercise.slug),
    }
    for name, functions in variants(exercise).items():
        spaces[f"variant {name}"] = functions
    return spaces


def run_cell(source: str, slug: str) -> dict[str, Any]:
    """The namespace after running one cell, with what the first cell gives."""
    namespace: dict[str, Any] = {"np": np, "__name__": "__main__"}
    exec(compile(source, f"{CELL_MARK}{slug}>", "exec"), namespace)
    return namespace


def variants(exercise: Exercise) -> dict[str, dict[str, Callable[..., Any]]]:
    """The accepted variants: by name, the functions of the exercise."""
    path = ROOT / "solutions" / "variants" / exercise.chapter / f"{exercise.slug}.py"
    if not path.is_file():
        return {}
    return variants_of(exercise, path.read_text(encoding="utf-8"), str(path))


def variants_of(
    exercise: Exercise, text: str, name: str = "<variants>"
) -> dict[str, dict[str, Callable[..., Any]]]:
    """The variants in the text of such a file."""
    module = types.ModuleType(f"variants_{exercise.slug}")
    exec(compile(text, name, "exec"), module.__dict__)
    found: dict[str, dict[str, Callable[..., Any]]] = {}
    for name, value in vars(module).items():
        function, mark, variant = name.partition("__")
        if mark and variant and function in exercise.functions:
            found.setdefault(variant, {})[function] = value
    return found


# -- wrong answers ----------------------------------------------------------------


def _mistakes(exercise: Exercise, kills: list[Kill]) -> Iterator[str]:
    slug = exercise.slug
    if len(exercise.misconceptions) < 4:
        yield f"{slug}: {len(exercise.misconceptions)} misconceptions; at least 4 are wanted"
    if (count := len(variants(exercise))) < 2:
        yield f"{slug}: {count} variants; at least 2 are wanted"
    if len({m.id for m in exercise.misconceptions}) < len(exercise.misconceptions):
        yield f"{slug}: two misconceptions share an id"
    for kill in kills:
        record = kill.misconception
        if not kill.caught_by:
            yield f"{record.id}: no visible probe catches it"
        elif kill.named != record.id:
            yield f"{record.id}: it is caught, but named {kill.named or 'nothing'}"
        if not all((record.message, record.title, record.because)):
            yield f"{record.id}: message, title and because must not be empty"
    exam = Exam(exercise)
    said = [(record, exam.wrong_answers(record)) for record in exercise.misconceptions]
    for (a, ours), (b, theirs) in combinations(said, 2):
        if a.function == b.function and all(
            same(q.probe, x, y) for q, x, y in zip(exam.questions, ours, theirs, strict=True)
        ):
            yield f"{a.id} and {b.id}: no probe tells them apart"


def _reach(exercise: Exercise) -> Iterator[str]:
    """Lines of the solution that no visible probe runs: a branch nobody asks about."""
    import jupytext

    from autograde.stubs import grade_id, source_path

    notebook = jupytext.read(source_path(exercise.chapter))
    source = next(cell.source for cell in notebook.cells if grade_id(cell) == exercise.slug)
    functions = run_cell(source, exercise.slug)
    name = f"{CELL_MARK}{exercise.slug}>"
    reached: set[int] = set()

    def trace(frame: types.FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != name:
            return None
        if event == "line":
            reached.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        ask_all(functions, Exam(exercise).calls)
    finally:
        sys.settrace(before)
    for function in exercise.functions:
        code = functions[function].__code__
        lines = {line for _, _, line in code.co_lines() if line and line > code.co_firstlineno}
        for line in sorted(lines - reached):
            yield (
                f"{exercise.slug}: no visible probe reaches this line of the solution: "
                f"{source.splitlines()[line - 1].strip()}"
            )


# -- constants of each learner ---------------------------------------------------------


def _constants(exercise: Exercise) -> Iterator[str]:
    """The same proofs for several learners with constants of their own."""
    if not exercise.constants:
        return
    import jupytext

    from autograde.stubs import grade_id, source_path

    notebook = jupytext.read(source_path(exercise.chapter))
    source = next(cell.source for cell in notebook.cells if grade_id(cell) == exercise.slug)
    path = ROOT / "solutions" / "variants" / exercise.chapter / f"{exercise.slug}.py"
    variants_text = path.read_text(encoding="utf-8") if path.is_file() else ""
    yield from constant_findings(exercise, source, variants_text)


def constant_findings(
    exercise: Exercise, source: str, variants_text: str = "", seed: str = "doctor"
) -> Iterator[str]:
    """What is wrong with the constants of an exercise, for draws from ``seed``.

    ``source`` is the cell with the solution, ``variants_text`` the file of the variants. For
    each draw the solution and the variants with these constants must be right, each wrong
    answer must fail under its own name, and an answer with other constants must fail and be
    told so. It runs the solution, so it must come from somebody who may run code here.
    """
    draws = _draws(exercise, seed)
    for at, values in enumerate(draws):
        who = f"{exercise.slug} with {said(values)}"
        own = exercise.of(values)
        try:
            exams = [Exam(own), Exam(own, f"{seed}-{at}")]
        except ValueError as error:
            yield f"{who}: {error}"
            continue
        for name, functions in _with(exercise, source, variants_text, values).items():
            for exam in exams:
                feedback = exam.feedback(ask_all(functions, exam.calls)[0])
                if feedback.status != "right":
                    detail = feedback.details[0] if feedback.details else feedback.headline
                    yield f"{who}: the {name} is judged '{feedback.status}': {detail}"
        for kill in kill_table(own):
            if not kill.caught_by:
                yield f"{kill.misconception.id} with {said(values)}: no visible probe catches it"
            elif kill.named != kill.misconception.id:
                yield (
                    f"{kill.misconception.id} with {said(values)}: it is caught, but named "
                    f"{kill.named or 'nothing'}"
                )
        default = {c.name: c.default for c in exercise.constants}
        for other in (default, draws[at - 1]):
            if other == values:
                continue
            exam = exams[0]
            feedback = exam.feedback(ask_all(dict(exercise.of(other).functions), exam.calls)[0])
            named = [m.id for m in feedback.misconceptions]
            if feedback.status != "wrong" or named != [f"{exercise.slug}/constants"]:
                yield f"{who}: an answer with {said(other)} is judged '{feedback.status}', {named}"


def _draws(exercise: Exercise, seed: str) -> list[dict[str, float]]:
    """The constants of some learners, all smallest values, all largest, and a mixture."""
    constants = exercise.constants
    key = public_key(seed, exercise.slug, constants)
    found = [drawn(constants, key, learner) for learner in LEARNERS]
    for pick in ((min, min), (max, max), (min, max)):
        found.append({c.name: pick[at % 2](c.values) for at, c in enumerate(constants)})
    return [v for at, v in enumerate(found) if v not in found[:at]]


def _with(
    exercise: Exercise, source: str, variants_text: str, values: dict[str, float]
) -> dict[str, dict[str, Any]]:
    """The namespaces of the solution and the variants, with other constants written in."""
    text = with_constants(source, exercise.constants, values)
    spaces = {"solution": run_cell(text, exercise.slug)}
    if variants_text:
        text = with_constants(variants_text, exercise.constants, values)
        for name, functions in variants_of(exercise, text).items():
            spaces[f"variant {name}"] = {**spaces["solution"], **functions}
    return spaces


# -- counterparts -----------------------------------------------------------------


def _rooms() -> Iterator[str]:
    for exercise in all_exercises():
        for room in exercise_rooms(exercise.chapter, exercise.slug, exercise.page):
            if not room.present:
                yield f"{exercise.slug}: {room.what} is missing: {room}"
    for spec in lossref.specs():
        for room in loss_rooms(spec):
            if not room.present:
                yield f"{spec.slug}: {room.what} is missing: {room}"


def _anchors(root: Path) -> Iterator[str]:
    """Every misconception links to a heading that exists."""
    for exercise in all_exercises():
        page = root / "book" / f"{exercise.page}.md"
        if not page.is_file():
            continue  # said by _rooms
        headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
        anchors = {re.sub(r"[^a-z0-9]+", "-", h.lower()).strip("-") for h in headings}
        for record in exercise.misconceptions:
            if record.anchor not in anchors:
                yield f"{record.id}: {exercise.page}.md has no heading '{record.anchor}'"


# -- leaks -------------------------------------------------------------------------


def _leaks(root: Path) -> Iterator[str]:
    """Solution lines in what learners get: site, release notebook, wheel, public files."""
    from autograde.stubs import release_notebook, solution_lines

    chapters = sorted({e.chapter for e in all_exercises()})
    secret = {chapter: sorted(solution_lines(chapter)) for chapter in chapters}
    for where, text in _public_texts(root):
        for chapter, lines in secret.items():
            for line in lines:
                if line in text:
                    yield f"leak: a solution line of {chapter} is in {where}: {line}"
    for chapter, lines in secret.items():
        cells = release_notebook(chapter).cells
        released = "\n".join(cell.source for cell in cells)
        for line in lines:
            if line in released:
                yield f"leak: a solution line of {chapter} is in the release notebook: {line}"
        if "HIDDEN TESTS" in released or "seed=" in released:
            yield f"leak: the release notebook of {chapter} holds hidden tests"


def _public_texts(root: Path) -> Iterator[tuple[str, str]]:
    site = root / "_build" / "html"
    for path in sorted(site.rglob("*")) if site.is_dir() else ():
        if path.suffix in {".html", ".js", ".json", ".ipynb", ".txt", ".md"}:
            if path.relative_to(site).parts[0] != "report":
                yield str(path.relative_to(root)), _unescaped(path.read_text(errors="replace"))
        elif path.suffix in {".whl", ".zip"}:
            with zipfile.ZipFile(path) as wheel:
                for name in wheel.namelist():
                    yield f"{path.name}:{name}", wheel.read(name).decode(errors="replace")
    for path in _tracked(root):
        if path.suffix in {".md", ".py", ".js", ".json"} and path.is_file():
            yield str(path.relative_to(root)), path.read_text(errors="replace")


def _tracked(root: Path) -> list[Path]:
    """Files that a reader of the public part gets: everything but solutions and tests."""
    run = subprocess.run(
        ["git", "-C", str(root), "ls-files", "book", "lossref", "autograde", "web", "README.md"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [root / name for name in run.stdout.splitlines()]


def _unescaped(text: str) -> str:
    """HTML as a reader sees it: highlighting spans gone, entities resolved."""
    import html

    if "<" not in text[:200]:
        return text
    return html.unescape(re.sub(r"</?span[^>]*>", "", text))
