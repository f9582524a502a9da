"""How long a class takes: our grader against nbgrader's own, on the same submissions.

    python bench/bench_grading.py [--submissions 24] [--jobs N] [--only-ours]
    python bench/bench_grading.py --scale 20,200,2000

Both start from the same course folder with the same files and write the same gradebook.
Times are wall times of the whole run, with the start of the program and of the workers.
``--scale`` grades classes of several sizes with ours alone, and says how the time of one
submission, the memory of the writing process, and the pages for feedback and report grow.
``--write`` keeps what was measured in bench/grading.json, from which the book quotes.
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
from typing import Any

REPO = Path(__file__).resolve().parents[1]
ASSIGNMENT = "regression"
RECORD = Path(__file__).with_name("grading.json")


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
    return measured(command, root)[0]


def measured(command: list[str], root: Path) -> tuple[float, float]:
    """Seconds of a command, and the most memory that its own process held, in MB."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")]),
    }
    started, most = time.perf_counter(), 0.0
    with tempfile.TemporaryFile() as said:
        run = subprocess.Popen(command, cwd=root, env=environment, stdout=said, stderr=said)
        while run.poll() is None:
            most = max(most, resident(run.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - started
        if run.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"{' '.join(command)} ended with status {run.returncode}:\n{text}")
    return seconds, most


def resident(pid: int) -> float:
    """MB that a process has held at most so far; 0 where that cannot be known."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1024 for x in lines if x.startswith("VmHWM")), 0.0)


def keep(name: str, measured: Any) -> None:
    """Write one entry of the record."""
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    RECORD.write_text(json.dumps({**record, name: measured}, indent=1) + "\n")


def scale(sizes: list[int], jobs: int) -> list[dict[str, float]]:
    rows = []
    print("submissions   grade, s   ms each   driver, MB   feedback, s   report, s   again, s")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "c")
            make_class(root, size)
            run = [sys.executable, "-m", "autograde"]
            grade, memory = measured([*run, "grade", str(root), "--jobs", str(jobs)], root)
            feedback = timed([*run, "feedback", str(root)], root)
            report = timed([*run, "report", str(root), "--out", str(Path(folder, "r"))], root)
            again = timed([*run, "grade", str(root), "--jobs", str(jobs)], root)
            print(
                f"{size:11d} {grade:10.1f} {1000 * grade / size:9.1f} {memory:12.0f} "
                f"{feedback:13.1f} {report:11.1f} {again:10.1f}",
                flush=True,
            )
            rows.append(
                {
                    "submissions": size,
                    "jobs": jobs,
                    "grade": round(grade, 2),
                    "driver_mb": round(memory),
                    "feedback": round(feedback, 2),
                    "report": round(report, 2),
                    "again": round(again, 2),
                }
            )
    return rows


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
    parser.add_argument("--scale", metavar="SIZES", help="for example 20,200,2000")
    parser.add_argument("--write", action="store_true", help="keep it in bench/grading.json")
    options = parser.parse_args()
    if options.scale:
        rows = scale([int(size) for size in options.scale.split(",")], options.jobs)
        if options.write:
            keep("scale", rows)
        return
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
        if options.write:
            kept = {"submissions": count, "jobs": options.jobs}
            keep("against", {**kept, "ours": round(mine, 2), "nbgrader": round(theirs, 2)})


if __name__ == "__main__":
    main()
