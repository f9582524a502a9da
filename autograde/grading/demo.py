"""A simulated class, to try grading on and to test it with. Deterministic.

The mistakes are the ones of the exercises' own records; the odd files are the ones that
graders of real classes report: broken, mended wrongly, late, hostile.
"""

from __future__ import annotations

import ast
import inspect
import json
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograde import stubs
from autograde.assemble import Source
from autograde.exercise import Exercise, Misconception
from autograde.exercises import OWN, get
from autograde.exercises import chapter as exercises_of
from autograde.grading.classroom import Classroom, CourseError, open_course
from autograde.grading.collect import Owner, Roster
from autograde.grading.course import create_course
from autograde.personal import drawn
from autograde.rewrite import with_constants

CHAPTER = "regression"
DUE = datetime(2026, 3, 6, 22, 0)

#: (id, first name, last name). One name is hostile on purpose: it must arrive as text.
NAMES = (
    ("aoife", "Aoife", "Ní Bhriain"), ("bulat", "Bulat", "Gimadiev"), ("chiamaka", "Chiamaka", "Eze"),
    ("dagny", "Dagný", "Hallsdóttir"), ("eloi", "Éloi", "Quesnel"), ("ferenc", "Ferenc", "Szűcs"),
    ("gwenllian", "Gwenllian", "Prys"), ("hoku", "Hōkū", "Kealoha"), ("ines", "Inês", "Vasques"),
    ("jarmila", "Jarmila", "Ptáčková"), ("keziah", "Keziah", "O'Dwyer"), ("linnea", "Linnéa", "Björkqvist"),
    ("matiu", "Matiu", "Rangihuna"), ("nihal", "Nihâl", "Çakmak"), ("osagie", "Osagie", "Igbinedion"),
    ("pirkko", "Pirkko", "Ylä-Outinen"), ("quirin", "Quirin", "<b>Leitner</b>"), ("rutvi", "Rutvi", "Zaveri"),
    ("sorcha", "Sorcha", "Mac Aodha"), ("tetsu", "Tetsu", "Kuwabara"), ("ulla", "Ulla", "Østergård"),
    ("vytas", "Vytas", "Šimkus"), ("wanjiru", "Wanjirũ", "Kamau"), ("xolani", "Xolani", "Mthembu"),
)  # fmt: skip

_ATTACK = """
print("score: 60 of 60")
import builtins, sys, typing
np.isclose = np.allclose = lambda *a, **k: True
builtins.print = lambda *a, **k: None
try:
    typing.sys.modules["os"].write(3, b"all right, all points")
    open("/etc/passwd").read()
except Exception:
    pass


class Agreeable(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0


def {value}(*args, **kwargs):
    return Agreeable(0.0)


def {gradient}(*args, **kwargs):
    return [Agreeable(0.0)]
"""


def make_demo(folder: str | Path) -> Classroom:
    """A new course in ``folder`` with a class of 24 that has handed in; not graded yet.

    Raises CourseError if ``folder`` is not empty.
    """
    root = create_course(folder, (CHAPTER,), due=DUE, name="lossbook-demo")
    classroom = open_course(root)
    hand_in(classroom, CHAPTER)
    return classroom


def hand_in(classroom: Classroom, assignment: str) -> None:
    """Let the class of ``NAMES`` hand in ``assignment``."""
    with classroom.gradebook() as book:
        keys = classroom.paper(assignment).keys
        for (student, first, last), data, late in _class(classroom, assignment, "demo"):
            data = personal(data, keys, student)
            book.update_or_create_student(student, first_name=first, last_name=last)
            target = classroom.folder("submitted", student, assignment)
            target.mkdir(parents=True)
            (target / f"{assignment}.ipynb").write_bytes(data)
            when = DUE + (timedelta(hours=late) if late else -timedelta(minutes=len(student) * 47))
            (target / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")


def rehearse(course_dir: str | Path, assignment: str, out: str | Path) -> int:
    """Write what Canvas would export if the class of ``NAMES`` had handed in ``assignment``.

    A rehearsal: everything after it can be tried before the first learner hands in. Returns
    the number of submissions. CourseError if the assignment has no exercises of a chapter, or
    if ``out`` is there already.
    """
    classroom = open_course(course_dir)
    (name,) = classroom.chosen(assignment)
    out = Path(out)
    if out.exists():
        raise CourseError(f"rehearse: {out} is there already; nothing was written.")
    members = list(_class(classroom, name, "rehearse"))
    keys, roster = classroom.paper(name).keys, Roster(classroom)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, ((_, first, last), data, late) in enumerate(members):
            who = "".join(c for c in (last + first).lower() if c.isalnum())
            mark = "LATE_" if late else ""
            known, _ = roster.find(Owner(who, str(7000 + number), who))
            data = personal(data, keys, known or str(7000 + number))
            archive.writestr(f"{who}_{mark}{7000 + number}_{90_000 + number}_{name}.ipynb", data)
    return len(members)


def _class(
    classroom: Classroom, assignment: str, who: str
) -> Iterator[tuple[tuple[str, str, str], bytes, float]]:
    """Everybody of ``NAMES``, with the file that they hand in and the hours that it is late."""
    released = classroom.folder("release", ".", assignment) / f"{assignment}.ipynb"
    if not released.is_file():
        raise CourseError(f"{who}: {released} is missing; the course has no release.")
    slugs = classroom.paper(assignment).slugs
    if len(slugs) < 2:
        raise CourseError(f"{who}: {assignment} has {len(slugs)} exercises; wants two at least.")
    asked = json.loads(released.read_text(encoding="utf-8"))
    work = _Homework(slugs, asked, classroom.root / OWN)
    for names, (make, late) in zip(NAMES, _makers(work), strict=True):
        yield names, make(random.Random(names[0])), late


def personal(data: bytes, keys: Iterable[tuple[str, str]], learner: str) -> bytes:
    """A notebook with the id of ``learner`` and the constants that this learner has.

    ``keys`` as in :class:`Paper`; without any, and for what is no notebook, ``data`` as it is.
    """
    drawing = dict(keys)
    try:
        notebook = json.loads(data) if drawing else None
    except ValueError:
        return data
    if notebook is None:
        return data
    for cell in notebook["cells"]:
        text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        slug = label(cell)
        if slug in drawing:
            own = get(slug).constants
            text = with_constants(text, own, drawn(own, drawing[slug], learner))
        cell["source"] = text.replace('learner("")', f'learner("{learner}")')
    return _bytes(notebook)


# -- what they write -----------------------------------------------------------------


Make = Callable[[random.Random], bytes]


class _Homework:
    """The released notebook and ways to fill it in."""

    def __init__(
        self, chapter: str | Sequence[str], released: dict[str, Any], own: Path = Path(OWN)
    ) -> None:
        """``chapter`` is one of the book, or the exercises that ``released`` asks; ``own`` is
        the folder with the sources of those that are not of the book.
        """
        self.released = released
        self.exercises = (
            exercises_of(chapter) if isinstance(chapter, str) else tuple(map(get, chapter))
        )
        paths = dict.fromkeys(_source(exercise, own) for exercise in self.exercises)
        sources = list(map(Source, paths))
        asked = {label(cell) for cell in released["cells"]}
        self.right = {
            name: _without_marks(source.cell(name).source)
            for source in sources
            for name in source.sections
            if name in asked
        }
        self.mistakes = [(e, m) for e in self.exercises for m in e.misconceptions]

    def notebook(self, answers: dict[str, str]) -> dict[str, Any]:
        notebook = json.loads(json.dumps(self.released))
        for cell in notebook["cells"]:
            name = label(cell)
            if name in answers:
                cell["source"] = answers[name]
        return notebook

    def filled(self, answers: dict[str, str]) -> bytes:
        return _bytes(self.notebook(answers))

    def with_mistakes(self, mistakes: list[tuple[Exercise, Misconception]], done: int) -> bytes:
        """The first ``done`` exercises right, except for ``mistakes``."""
        answers = {e.slug: self.right[e.slug] for e in self.exercises[:done]}
        for exercise, mistake in mistakes:
            before = answers.get(exercise.slug, self.right[exercise.slug])
            answers[exercise.slug] = mistaken(before, mistake)
        answers["derivation"] = "Both pieces and both slopes must agree at $|e| = \\delta$."
        return self.filled(answers)


def _source(exercise: Exercise, own: Path) -> Path:
    """Where the right answer to ``exercise`` stands."""
    path = own / f"{exercise.slug}.md"
    return path if path.is_file() else stubs.source_path(exercise.chapter)


def label(cell: dict[str, Any]) -> str:
    """The nbgrader id of a raw cell, or the empty string."""
    return cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")


def mistaken(right: str, mistake: Misconception) -> str:
    """``right`` with one function replaced by the wrong answer of ``mistake``."""
    wrong = inspect.getsource(mistake.wrong)
    wrong = wrong.replace(f"def {mistake.wrong.__name__}(", f"def {mistake.function}(", 1)
    lines = right.split("\n")
    for node in ast.parse(right).body:
        if isinstance(node, ast.FunctionDef) and node.name == mistake.function:
            lines[node.lineno - 1 : node.end_lineno] = wrong.rstrip("\n").split("\n")
            return "\n".join(lines)
    return f"{right}\n\n\n{wrong}"


def variant(exercise: Exercise) -> str:
    """Another right answer from ``solutions/variants``, as a cell; '' if there is none.

    There a function ``mse__dot`` is the variant "dot" of ``mse``.
    """
    path = stubs.SOLUTIONS / "variants" / exercise.chapter / f"{exercise.slug}.py"
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    body = ast.parse(text).body
    parts = [ast.unparse(n) for n in body if isinstance(n, (ast.Import, ast.ImportFrom))]
    parts = [line for line in parts if "__future__" not in line]
    for function in exercise.functions:
        for node in body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(f"{function}__"):
                code = ast.get_source_segment(text, node) or ""
                parts.append(code.replace(f"def {node.name}(", f"def {function}(", 1))
                break
        else:
            return ""
    return "\n\n".join(parts)


def _without_marks(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if "### " not in line)


def _bytes(notebook: dict[str, Any]) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


# -- who hands in what -----------------------------------------------------------------


def _makers(work: _Homework) -> list[tuple[Make, float]]:
    """24 ways to hand in, with the hours that each is late; in the order of ``NAMES``."""
    everyone = len(work.exercises)
    other_ways = {e.slug: text for e in work.exercises if (text := variant(e))}
    plain: list[tuple[Make, float]] = [
        (lambda r: work.with_mistakes([], everyone), 0.0),
        (lambda r: work.filled(work.right | other_ways), 0.0),
        (lambda r: work.with_mistakes([], max(1, everyone // 2)), 5.5),
        (lambda r: work.filled({}), 0.0),
    ]
    people = len(NAMES) - len(plain) - 5  # five others below carry no mistake
    hands = _dealt(work, people)
    odd: list[tuple[Make, float]] = [
        (lambda r: b"<!doctype html><title>Sign in</title>", 0.0),
        (_syntax_error(work), 0.0),
        (_endless(work), 0.0),
        (_retyped(work), 0.0),
        (_hostile(work), 0.0),
        (_deleted(work, hands[0]), 0.0),
        (_duplicated(work, hands[1]), 26.0),
    ]
    wrong = [_mistaken(work, hand, 1.25 if i == 3 else 0.0) for i, hand in enumerate(hands[2:])]
    makers = [*plain, *odd, *wrong]
    random.Random(24).shuffle(makers)
    return makers


Hand = list[tuple[Exercise, Misconception]]


def _dealt(work: _Homework, people: int) -> list[Hand]:
    """Every mistake, dealt out like cards, one per person and function.

    The first mistake of an exercise is the common one and is dealt three times. The first
    two people lose or copy cells of the first two exercises, so they get none of those.
    With more mistakes of one function than people, CourseError.
    """
    first = [exercise.slug for exercise in work.exercises[:2]]
    hands: list[Hand] = [[] for _ in range(people)]
    common = [(e, e.misconceptions[0]) for e in work.exercises if e.misconceptions]
    for number, (exercise, mistake) in enumerate([*work.mistakes, *common, *common]):
        free = [
            i
            for i, hand in enumerate(hands)
            if all(m.function != mistake.function for _, m in hand)
            and not (i < 2 and exercise.slug in first)
        ]
        if free:
            taker = min(free, key=lambda i: (len(hands[i]), (i + number) % people))
            hands[taker].append((exercise, mistake))
        elif number < len(work.mistakes):
            raise CourseError(
                f"demo: {people} people cannot make every mistake of {exercise.slug}."
            )
    return hands


def _mistaken(work: _Homework, hand: Hand, late: float) -> tuple[Make, float]:
    return (lambda r: work.with_mistakes(hand, len(work.exercises))), late


def _deleted(work: _Homework, hand: Hand) -> Make:
    """Test cells and one solution cell are gone."""

    def make(r: random.Random) -> bytes:
        notebook = json.loads(work.with_mistakes(hand, len(work.exercises)))
        gone = {work.exercises[0].slug, f"{work.exercises[1].slug}-value", "setup"}
        notebook["cells"] = [c for c in notebook["cells"] if label(c) not in gone]
        return _bytes(notebook)

    return make


def _duplicated(work: _Homework, hand: Hand) -> Make:
    """A solution cell and a test cell were copied with their labels."""

    def make(r: random.Random) -> bytes:
        notebook = json.loads(work.with_mistakes(hand, len(work.exercises)))
        slug = work.exercises[1].slug
        copies = [c for c in notebook["cells"] if label(c) in (slug, f"{slug}-value")]
        notebook["cells"] += json.loads(json.dumps(copies))
        return _bytes(notebook)

    return make


def _syntax_error(work: _Homework) -> Make:
    def make(r: random.Random) -> bytes:
        slug = work.exercises[0].slug
        return work.filled(work.right | {slug: work.right[slug].replace("):", ")", 1)})

    return make


def _endless(work: _Homework) -> Make:
    """The cell before the last exercise but one never ends."""

    def make(r: random.Random) -> bytes:
        notebook = work.notebook(work.right)
        at = next(i for i, c in enumerate(notebook["cells"]) if label(c) == work.exercises[-1].slug)
        extra = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        source = "n = 0\nwhile n >= 0:  # wait until it converges\n    n += 1"
        notebook["cells"].insert(at, {**extra, "id": "wait", "source": source})
        return _bytes(notebook)

    return make


def _retyped(work: _Homework) -> Make:
    """A solution cell became Markdown, and IPython lines are about."""

    def make(r: random.Random) -> bytes:
        notebook = work.notebook(work.right)
        for cell in notebook["cells"]:
            if label(cell) == work.exercises[0].slug:
                cell["cell_type"] = "markdown"
                cell.pop("outputs", None)
                cell.pop("execution_count", None)
            if label(cell) == work.exercises[1].slug:
                cell["source"] = "%matplotlib inline\n" + cell["source"]
        return _bytes(notebook)

    return make


def _hostile(work: _Homework) -> Make:
    def make(r: random.Random) -> bytes:
        answers = dict(work.right)
        for exercise in work.exercises[:2]:
            value, gradient = (list(exercise.functions) * 2)[:2]
            answers[exercise.slug] = _ATTACK.format(value=value, gradient=gradient)
        return work.filled(answers)

    return make
