"""How long a class takes: our grader against nbgrader's own, on the same submissions.

    python bench/bench_grading.py [--submissions 24] [--jobs N] [--only-ours]

Both start from the same course folder with the same files and write the same gradebook.
Times are wall times of the whole run, with the start of the program and of the workers.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
ASSIGNMENT = "regression"


def make_class(root: Path, submissions: int) -> None:
    """A course with honest submissions: right answers and known mistakes in turn."""
    from autograde.grading.course import create_course
    from autograde.grading.demo import _Homework

    create_course(root)
    released = json.loads((root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())
    work = _Homework(ASSIGNMENT, released)
    for number in range(submissions):
        mistake = work.mistakes[number % len(work.mistakes)]
        data = work.with_mistakes([mistake] if number % 2 else [], len(work.exercises))
        folder = root / "submitted" / f"student{number:05d}" / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)


def timed(command: list[str], root: Path) -> float:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
    }
    started = time.perf_counter()
    run = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if run.returncode:
        raise SystemExit(
            f"{' '.join(command)} ended with status {run.returncode}:\n{run.stderr[-2000:]}"
        )
    return seconds


def stock_config(root: Path) -> None:
    """Let nbgrader run the test cells itself, in a kernel."""
    config = root / "nbgrader_config.py"
    text = config.read_text()
    start = text.index("c.Autograde.autograde_preprocessors")
    config.write_text(text[:start] + text[text.index("]\n", start) + 2 :])


def scores(root: Path) -> dict[tuple[str, str], float | None]:
    from autograde.grading.classroom import open_course

    with open_course(root).gradebook() as book:
        return {
            (s.student.id, g.name): g.auto_score
            for s in book.assignment_submissions(ASSIGNMENT)
            for n in s.notebooks
            for g in n.grades
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only-ours", action="store_true")
    options = parser.parse_args()
    count = options.submissions
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = Path(folder, "ours"), Path(folder, "stock")
        make_class(ours, count)
        shutil.copytree(ours, stock)
        jobs = ["--jobs", str(options.jobs)]
        mine = timed([sys.executable, "-m", "autograde", "grade", str(ours), *jobs], ours)
        print(
            f"ours, {options.jobs} workers   {mine:7.1f} s  {1000 * mine / count:7.1f} ms per submission"
        )
        seconds = sorted(
            json.loads(p.read_text())["seconds"] for p in ours.glob("autograded/*/*/lossbook.json")
        )
        print(f"  in a worker, median    {1000 * seconds[count // 2]:7.1f} ms per submission")
        if options.only_ours:
            return
        stock_config(stock)
        theirs = timed([sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT], stock)
        print(
            f"nbgrader autograde       {theirs:7.1f} s  {1000 * theirs / count:7.1f} ms per submission"
        )
        print(f"ratio                    {theirs / mine:7.1f}")
        same = scores(ours) == scores(stock)
        print(f"the same score in every cell: {'yes' if same else 'NO'}")
        if not same:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
