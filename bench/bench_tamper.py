"""What dishonest notebooks earn: nbgrader as it comes, and this grader.

    python bench/bench_tamper.py [--write] [--only NAME]

Each attack of tests/grading/attacks.py is handed in to a course of its own and graded by
stock ``nbgrader autograde``, in a namespace without network and without this machine's files.
Attacks that need limits which nbgrader does not set are not tried there. ``--write`` keeps
the result in bench/tamper.json, from which the book makes its table. Takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPO), str(REPO / "tests" / "grading"), str(REPO / "bench")]

import bench_grading  # noqa: E402
from attacks import ATTACKS, VICTIM, hostile  # noqa: E402

ASSIGNMENT = "regression"
RECORD = Path(__file__).with_name("tamper.json")


def inside(root: Path) -> list[str]:
    """A namespace with this Python, these packages and one course."""
    home = tempfile.mkdtemp(dir=root.parent)
    command = ["bwrap", "--die-with-parent", "--unshare-net", "--unshare-pid", "--unshare-ipc"]
    for place in ("/usr", "/lib", "/lib64", "/bin", "/etc", sys.prefix, sys.base_prefix, str(REPO)):
        if Path(place).exists():
            command += ["--ro-bind", place, place]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", home, "/home"]
    command += ["--bind", str(root), "/tmp/course", "--chdir", "/tmp/course"]
    variables = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": "/home",
        "PYTHONPATH": str(REPO),
        "LC_ALL": "C.UTF-8",
    }
    command += ["--clearenv"]
    for name, value in variables.items():
        command += ["--setenv", name, value]
    return command


def points(root: Path, student: str) -> tuple[float, float] | None:
    """What the victim's cells earned and could earn; None if they are not in the book."""
    from autograde.grading.classroom import open_course

    with open_course(root).gradebook() as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            if submission.student.id == student:
                grades = [
                    g
                    for n in submission.notebooks
                    for g in n.grades
                    if g.name.startswith(f"{VICTIM}-")
                ]
                return sum(g.score or 0.0 for g in grades), sum(g.max_score for g in grades)
    return None


def stock(template: Path, attack, right: dict) -> str:
    """What nbgrader gives, in words: "5 of 5", or what became of the run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "c")
        shutil.copytree(template, root)
        for name, data in (("mallory", hostile(attack, right)), ("zoe", json.dumps(right))):
            target = root / "submitted" / name / ASSIGNMENT
            target.mkdir(parents=True)
            text = data if isinstance(data, bytes) else data.encode()
            (target / f"{ASSIGNMENT}.ipynb").write_bytes(text)
            for path, content in attack.files if name == "mallory" else ():
                (target / path).write_text(content)
        command = [*inside(root), sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
        try:
            subprocess.run(command, capture_output=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return "the run does not end"
        other = points(root, "zoe")
        if other is None:
            return "the run stops before the next learner"
        mine = points(root, "mallory")
        if mine is None:
            return "not graded"
        said = f"{mine[0]:g} of {mine[1]:g}"
        return said if other[0] == other[1] else f"{said}; the next learner gets {other[0]:g}"


def ours(template: Path, right: dict) -> dict[str, str]:
    from autograde.grading.grade import grade

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "c")
        shutil.copytree(template, root)
        config = root / "nbgrader_config.py"
        config.write_text(bench_grading_config(config))
        for number, attack in enumerate(ATTACKS):
            target = root / "submitted" / f"m{number:03d}" / ASSIGNMENT
            target.mkdir(parents=True)
            (target / f"{ASSIGNMENT}.ipynb").write_bytes(hostile(attack, right))
            for path, content in attack.files:
                (target / path).write_text(content)
        grade(root)
        found = [points(root, f"m{number:03d}") for number in range(len(ATTACKS))]
        return {
            attack.name: f"{mine[0]:g} of {mine[1]:g}" if mine else "not graded"
            for attack, mine in zip(ATTACKS, found, strict=True)
        }


def bench_grading_config(config: Path) -> str:
    """Our judge again, in the copy of a course that was made stock."""
    return config.with_suffix(".ours").read_text()


def _all_of_it(said: str) -> bool:
    got, _, rest = said.partition(" of ")
    return bool(rest) and got == rest.partition(";")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", metavar="NAME", help="one attack, on nbgrader only")
    options = parser.parse_args()
    if shutil.which("bwrap") is None:
        raise SystemExit("bench_tamper: needs bubblewrap: apt install bubblewrap")
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    from autograde.grading.course import create_course
    from autograde.grading.demo import _Homework

    with tempfile.TemporaryDirectory() as folder:
        template = create_course(Path(folder, "c"))
        config = template / "nbgrader_config.py"
        shutil.copy(config, config.with_suffix(".ours"))
        bench_grading.stock_config(template)
        released = template / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        work = _Homework(ASSIGNMENT, json.loads(released.read_text()))
        right = json.loads(work.with_mistakes([], len(work.exercises)))
        if options.only:
            attack = next(a for a in ATTACKS if a.name == options.only)
            print(f"{attack.name}: {stock(template, attack, right)}")
            return
        mine = ours(template, right)
        rows = []
        for attack in ATTACKS:
            theirs = stock(template, attack, right) if attack.stock else "not tried"
            rows.append([attack.name, attack.about, theirs, mine[attack.name]])
            print(f"{attack.name:24s} nbgrader: {theirs:40s} here: {mine[attack.name]}", flush=True)
    tried = [row for row in rows if row[2] != "not tried"]
    full = sum(_all_of_it(row[2]) for row in tried)
    print(f"nbgrader: all points for {full} of {len(tried)}; here: for none of {len(rows)}")
    if any(not row[3].startswith("0 of") for row in rows):
        raise SystemExit("bench_tamper: an attack earned points here")
    if options.write:
        RECORD.write_text(json.dumps(rows, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
