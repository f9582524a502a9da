"""``python -m autograde COMMAND``. Heavy parts are imported by the command that needs them."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import json
import sys
import zipfile
from pathlib import Path

OK, WRONG, TROUBLE = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 (something is wrong) or 2 (it could not run)."""
    options = command_line().parse_args(argv)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("\nStopped. What was done stays; run the command again to go on.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return OK
    except Exception as error:
        said = _said(error)
        if said is None:
            raise
        own = said.startswith((f"{options.command}:", f"{options.command} "))
        print(
            f"autograde {said}" if own else f"autograde {options.command}: {said}", file=sys.stderr
        )
    return TROUBLE


#: What to do about an error of the system, by its number.
_NEXT = {
    errno.ENOENT: "Check the path.",
    errno.EACCES: "Get the right to write there, or copy the course where you may.",
    errno.EROFS: "Copy the course where you may write.",
    errno.ENOSPC: "Make room; what is there is whole, and the command can be run again.",
}


def _said(error: Exception) -> str | None:
    """What to tell people of ``error``; None for one that is a mistake of this program."""
    if isinstance(error, ImportError):
        return (
            f"needs a package that is not installed ({error}). "
            "Install the requirements of the course: pip install -r requirements.txt"
        )
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}. {_NEXT.get(error.errno or 0, '')}".rstrip()
    if isinstance(error, ValueError | RuntimeError | OSError):
        return str(error)
    if type(error).__module__.partition(".")[0] in ("sqlite3", "sqlalchemy"):
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return (
            f"the gradebook must be there to read and to write; got: {why}. Nothing half is in it. "
            "Look for a full or read-only disk, another program at work, or a wrong address in "
            "nbgrader_config.py. Copies of a gradebook.db are in backups/."
        )
    if isinstance(error, zipfile.BadZipFile):
        return f"a file is not what its name says: {error}. Export it again."
    return None


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograde", description="Exercises on losses.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    _learner_commands(command)
    _course_commands(command)
    _author_commands(command)
    return parser


def _learner_commands(command) -> None:
    sub = command("validate", _validate, "Check a notebook before handing it in.")
    sub.add_argument("notebook", type=Path, help="an .ipynb file")


def _course_commands(command) -> None:
    sub = command("course", _course, "Make a course folder.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("assignments", nargs="*", metavar="CHAPTER", help="default: all")
    sub.add_argument("--assignments", dest="listed", metavar="CHAPTER,...", help="the same")
    sub.add_argument(
        "--points", help='of questions, "huber=8,mse=4", or of each assignment in all, "100"'
    )
    sub.add_argument(
        "--update",
        action="store_true",
        help="bring the course up to date with its course.toml and this release of the book",
    )
    sub.add_argument("--due", help='when it is due, for example "2026-03-06 22:00 UTC"')
    sub.add_argument("--name", default="lossbook", help="the name of the course")
    sub.add_argument("--db", metavar="URL", help="the gradebook; default: gradebook.db in DIR")

    sub = command("roster", _roster, "Take in a class list, so that learners are recognised.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("file", type=Path, help="CSV: of Canvas, of Moodle, or your own")
    sub.add_argument("--dry-run", action="store_true", help="say what would be done")

    sub = command("collect", _collect, "Take in what an LMS exported, or a folder.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("assignment", help="its name in course.toml")
    sub.add_argument("source", type=Path, nargs="+", help="a zip file or a folder")
    sub.add_argument("--create", action="store_true", help="add learners that are not known")
    sub.add_argument(
        "--times", metavar="ZONE", help="the times in the export count, for example Europe/Dublin"
    )
    sub.add_argument("--dry-run", action="store_true", help="say what would be done")

    sub = command("grade", _grade, "Grade what is new or changed.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("--assignment", help="only this one; default: all")
    sub.add_argument("--jobs", type=int, help="worker processes; default one per processor")
    sub.add_argument("--force", action="store_true", help="grade everything again")
    sub.add_argument("--student", action="append", dest="only", metavar="ID", help="only this one")
    sub.add_argument(
        "--regrade",
        action="append",
        default=[],
        metavar="SLUG",
        help="judge only this exercise again; all other scores stay",
    )
    sub.add_argument("--why", default="", help="the reason, for the audit trail")
    sub.add_argument("--unsafe", action="store_true", help="without the sandbox")
    sub.add_argument("--strict", action="store_true", help="status 1 if a row was flagged")
    sub.add_argument("--json", type=Path, metavar="FILE", help="the summary for machines")
    sub.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help='send the work to the Dask workers there, for example "tcp://10.0.0.5:8786"',
    )

    sub = command("feedback", _feedback, "Write a page for each learner.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("--assignment", help="only this one; default: all")
    sub.add_argument("--book", metavar="URL", help="address of the book, for links")
    sub.add_argument("--zip", type=Path, metavar="FILE", help="for upload, with --for")
    sub.add_argument("--for", dest="shape", choices=["canvas", "moodle"], help="where it goes")

    sub = command("report", _report, "Write a page for the instructor.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("--assignment", help="only this one; default: all")
    sub.add_argument(
        "--out",
        type=Path,
        default=Path("_build/html/report"),
        help="a folder; default: %(default)s",
    )
    sub.add_argument("--book", metavar="URL", help="address of the book, for links")
    sub.add_argument(
        "--similar", action="store_true", help="also whose answers are alike in what is rare"
    )

    sub = command("export", _export, "Print the grades as CSV, for a platform or a mail merge.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("--assignment", help="only this one; default: all")
    sub.add_argument(
        "--format",
        choices=["csv", "canvas", "moodle", "mail"],
        default="csv",
        help="csv: a line per cell; mail: a line per letter; default: csv",
    )
    sub.add_argument(
        "--template", type=Path, metavar="FILE", help="what the platform exported, to be filled in"
    )
    sub.add_argument("--column", help="its column for the grades; default: found by its name")
    sub.add_argument("--out", type=Path, help="write to this file instead")

    sub = command("rescore", _rescore, "Give the points of one cell by hand, with a reason.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("assignment", help="its name in course.toml")
    sub.add_argument("student", help="the id of the learner")
    sub.add_argument("cell", help='the grade cell, such as "huber-gradient" or "derivation"')
    sub.add_argument("points", type=float, help="what the cell gets, from 0 to what it is worth")
    sub.add_argument("--why", required=True, help="the reason")

    sub = command("audit", _audit, "Print every change of a score: who, when, old, new, why.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("--assignment", help="only this one; default: all")
    sub.add_argument("--student", help="only the changes of this one")

    sub = command("forget", _forget, "Delete everything that the course keeps of one learner.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("student", help="the id of the learner")

    sub = command("handout", _handout, "Pack an assignment for learners without nbgrader.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("assignment", help="its name in course.toml")
    sub.add_argument("--out", type=Path, required=True, metavar="FILE", help="a zip file")

    sub = command("rehearse", _rehearse, "Write an export of Canvas with a simulated class.")
    sub.add_argument("dir", type=Path, help="the folder of the course")
    sub.add_argument("assignment", help="its name in course.toml")
    sub.add_argument("out", type=Path, metavar="FILE", help="a zip file")

    sub = command("demo", _demo, "Make a course with a simulated class of 24.")
    sub.add_argument("dir", type=Path, help="the folder of the course")


def _author_commands(command) -> None:
    command("doctor", _doctor, "Prove that the parts of the book agree.")
    sub = command("where", _where, "Show where a loss lives, part by part.")
    sub.add_argument("slug", help="its name, such as huber")
    sub = command("publish", _publish, "Write the tree that anybody may see: no answers, no tests.")
    sub.add_argument("dir", type=Path, help="a folder for the tree")
    sub = command("new", _new, "Write the skeletons of a new loss and exercise.")
    sub.add_argument("name", metavar="CHAPTER/SLUG", help="such as regression/my_loss")


# -- commands ------------------------------------------------------------------------


def _validate(options: argparse.Namespace) -> int:
    from autograde.grading.validate import validate

    return validate(options.notebook)


def _course(options: argparse.Namespace) -> int:
    from autograde.exercises import ORDER
    from autograde.grading.course import create_course, update_course

    listed = [name.strip() for name in (options.listed or "").split(",") if name.strip()]
    chapters = [*options.assignments, *listed]
    if not options.update:
        root = create_course(
            options.dir,
            chapters or list(ORDER),
            options.due,
            options.name,
            options.db,
            _points(options.points),
        )
        print(f"Made a course in {root}. What comes next is in {root / 'README.md'}")
        return OK
    if chapters or options.due or options.points or options.db:
        raise ValueError(
            "--update reads course.toml; write assignments, dates and points there "
            "(and the gradebook in nbgrader_config.py)."
        )
    rows = update_course(options.dir)
    for row in rows:
        print(f"{row.state:10s} {row.assignment}")
        for note in row.notes:
            print(f"           {note}")
    return WRONG if any(row.state == "kept" for row in rows) else OK


def _points(text: str | None) -> dict[str, float] | float | None:
    """What --points says; ValueError for what it cannot be."""
    if text is None:
        return None
    try:
        if "=" not in text:
            return float(text)
        pairs = (item.partition("=") for item in text.split(","))
        return {name.strip(): float(worth) for name, _, worth in pairs}
    except ValueError:
        raise ValueError(
            f'--points wants "huber=8,mse=4", or one number for each assignment; got {text!r}.'
        ) from None


def _roster(options: argparse.Namespace) -> int:
    from autograde.grading.roster import take_roster

    done = take_roster(options.dir, options.file, options.dry_run)
    told = ", ".join(f"{len(ids)} {state}" for state, ids in done.items())
    print(f"{options.file}: {told}." + (" Nothing was written." if options.dry_run else ""))
    return OK


def _collect(options: argparse.Namespace) -> int:
    from autograde.grading.collect import collect

    trouble = 0
    for source in options.source:
        report = collect(
            options.dir,
            options.assignment,
            source,
            create=options.create,
            zone=options.times,
            dry_run=options.dry_run,
        )
        for line in report.lines:
            if line.about or line.state not in ("new", "unchanged"):
                print(f"{line.state:10s} {line.who}{': ' if line.about else ''}{line.about}")
        counts = ("new", "replaced", "unchanged", "unknown", "unused")
        told = ", ".join(f"{report.count(state)} {state}" for state in counts)
        print(f"{source}: {told}." + (" Nothing was written." if options.dry_run else ""))
        trouble += len(report.to_look_at)
    return WRONG if trouble else OK


def _grade(options: argparse.Namespace) -> int:
    from autograde.grading.console import Console
    from autograde.grading.grade import grade

    console = Console(sys.stdout, sys.stderr)
    if options.unsafe:
        console.unsafe()
    with _executor(options) as executor:
        summary = grade(
            options.dir,
            options.assignment,
            jobs=options.jobs,
            force=options.force,
            unsafe=options.unsafe,
            only=options.only,
            progress=console.progress,
            executor=executor,
            regrade=options.regrade,
            why=options.why,
        )
    console.summary(summary)
    if options.json:
        options.json.write_text(json.dumps(summary.data(), indent=1) + "\n", encoding="utf-8")
    strict = options.strict and summary.flagged
    return WRONG if summary.count("failed") or strict else OK


def _executor(options: argparse.Namespace):
    """The cluster's, if one is named; else None: a pool of this machine's processes."""
    if not options.scheduler:
        return contextlib.nullcontext()
    from autograde.grading.cluster import scheduler

    return scheduler(options.scheduler, options.unsafe)


def _feedback(options: argparse.Namespace) -> int:
    from autograde.grading.feedback_pages import write_feedback

    if bool(options.zip) != bool(options.shape) or (options.zip and not options.assignment):
        raise ValueError("--zip FILE needs --for canvas or moodle, and --assignment.")
    if options.zip:
        from autograde.grading.lms import feedback_zip

        count, left = feedback_zip(
            options.dir, options.zip, options.assignment, options.shape, options.book
        )
        print(f"Wrote {count} pages into {options.zip}")
        return _left(left, f"were not collected from an export of {options.shape.capitalize()}")
    written = write_feedback(options.dir, options.assignment, options.book)
    print(f"Wrote {len(written)} pages into {options.dir / 'feedback'}")
    return OK


def _left(students: list[str], why: str) -> int:
    if not students:
        return OK
    shown = ", ".join(students[:20]) + (" and more" if len(students) > 20 else "")
    print(f"{len(students)} {why}: {shown}", file=sys.stderr)
    return WRONG


def _report(options: argparse.Namespace) -> int:
    from autograde.grading.report import write_report

    written = write_report(
        options.dir, options.out, options.assignment, options.book, options.similar
    )
    print(f"Wrote {written}")
    return OK


def _export(options: argparse.Namespace) -> int:
    text = io.StringIO(newline="")  # nothing is written when something does not fit
    if options.format == "csv":
        from autograde.grading.export import export_csv

        if options.template or options.column:
            raise ValueError("--template and --column are for --format canvas and moodle.")
        count, left = export_csv(options.dir, text, options.assignment), []
    else:
        from autograde.grading.lms import export_grades

        if not options.assignment:
            raise ValueError(f"--format {options.format} needs --assignment.")
        if options.template and options.format == "mail":
            raise ValueError("--template is for --format canvas and moodle.")
        count, left = export_grades(
            options.dir, text, options.assignment, options.format, options.template, options.column
        )
    with _opened(options.out) as file:
        file.write(text.getvalue())
    if options.out is not None:
        print(f"Wrote {count} submissions to {options.out}")
    return _left(left, "have no row in the template")


def _opened(path: Path | None):
    if path is None:
        return contextlib.nullcontext(sys.stdout)
    return path.open("w", encoding="utf-8-sig", newline="")


def _rescore(options: argparse.Namespace) -> int:
    from autograde.grading.upkeep import set_score

    change = set_score(
        options.dir, options.assignment, options.student, options.cell, options.points, options.why
    )
    print(f"{change.student}, {change.cell}: {change.old:g} became {change.new:g} points.")
    return OK


def _audit(options: argparse.Namespace) -> int:
    import csv
    from dataclasses import astuple, fields

    from autograde.grading.audit import Change, Trail
    from autograde.grading.classroom import open_course
    from autograde.grading.export import defused

    classroom = open_course(options.dir)
    trail = Trail(classroom.root)
    with classroom.gradebook() as book:
        trail.catch_up(book, classroom.chosen(options.assignment))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(field.name for field in fields(Change))
    for change in trail:
        if options.student in (None, change.student) and options.assignment in (
            None,
            change.assignment,
        ):
            cells = ("" if value is None else defused(str(value)) for value in astuple(change))
            writer.writerow(cells)
    return OK


def _forget(options: argparse.Namespace) -> int:
    from autograde.grading.upkeep import forget

    for what in forget(options.dir, options.student):
        print(f"deleted from {what}")
    return OK


def _handout(options: argparse.Namespace) -> int:
    from autograde.grading.handout import handout

    names = handout(options.dir, options.assignment, options.out)
    print(f"Wrote {options.out}: {', '.join(names)}")
    return OK


def _rehearse(options: argparse.Namespace) -> int:
    from autograde.grading.demo import rehearse

    count = rehearse(options.dir, options.assignment, options.out)
    print(f"Wrote {count} submissions into {options.out}, as Canvas would.")
    return OK


def _demo(options: argparse.Namespace) -> int:
    from autograde.grading.demo import NAMES, make_demo

    make_demo(options.dir)
    print(f"Made a course with {len(NAMES)} submissions in {options.dir}.")
    print(f"Next: python -m autograde grade {options.dir}")
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from autograde.doctor import main as doctor

    return doctor()


def _publish(options: argparse.Namespace) -> int:
    from autograde.publish import publish

    print(f"Wrote {len(publish(options.dir))} files into {options.dir}; no answer is in them.")
    return OK


def _where(options: argparse.Namespace) -> int:
    from autograde.where import main as where

    return where(options.slug)


def _new(options: argparse.Namespace) -> int:
    from autograde.new import main as new

    return new(options.name)


if __name__ == "__main__":
    sys.exit(main())
