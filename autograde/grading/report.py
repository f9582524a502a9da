"""The instructor's page: who has what, which exercise is hard, which mistake is common."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Student

from autograde.feedback import Feedback, from_dict, number
from autograde.grading.audit import Change, Trail
from autograde.grading.classroom import Classroom, open_course
from autograde.grading.feedback_pages import feedback_page
from autograde.grading.pages import esc, page
from autograde.grading.standing import Standing, standings

#: Sorting by a click on a heading, and filtering. The page is whole without it.
_SCRIPT = """
document.querySelectorAll("table[data-sort]").forEach(table => {
  const box = document.createElement("input");
  box.type = "search"; box.placeholder = "Filter";
  box.setAttribute("aria-label", "Filter the table " + table.dataset.sort);
  table.parentNode.insertBefore(box, table);
  const rows = () => [...table.tBodies[0].rows];
  box.addEventListener("input", () => rows().forEach(row => {
    row.hidden = !row.textContent.toLowerCase().includes(box.value.toLowerCase()); }));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.textContent = head.textContent; head.textContent = ""; head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      [...head.parentNode.cells].forEach(cell => cell.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const value = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = (a, b) => isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
      table.tBodies[0].append(...rows().sort((a, b) => (up ? 1 : -1) * compare(value(a), value(b))));
    });
  });
});
"""


#: As many mistakes are shown at once; the rest waits behind a click.
COMMONEST = 10


def write_report(
    course_dir: str | Path,
    out: str | Path = "_build/html/report",
    assignment: str | None = None,
    base: str | None = None,
    similar: bool = False,
) -> Path:
    """Write ``out/index.html`` about the assignments of ``course_dir``; the path of it.

    With ``similar``, also whose answers are alike in what is rare.

    Beside it, in ``students/<student>/``, is the page that each learner gets. ``base`` is the
    address of the book, for links; a report inside a built book finds the book by itself.
    """
    classroom = open_course(course_dir)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    if base is None and (folder.parent / "objects.inv").is_file():
        base = "../../../"  # from report/students/<student>/
    parts = [
        "<h1>Report</h1>",
        f'<p class="dim">{esc(classroom.root.name)}. For the instructor.</p>',
    ]
    names = classroom.chosen(assignment)
    trail = Trail(classroom.root)
    with classroom.gradebook() as book:
        trail.catch_up(book, names)
        everyone = {student.id: _full_name(student) for student in book.students}
    changes = list(trail)
    for name in names:
        class_ = standings(classroom, name)
        parts.append(_assignment(name, class_, everyone, changes))
        if similar and any(s.record for s in class_):
            parts.append("<h2>Similar answers</h2>" + _similar(classroom, name, class_))
        for standing in class_:
            if standing.record is not None:
                own = folder / _own_page(standing)
                own.parent.mkdir(parents=True, exist_ok=True)
                own.write_text(feedback_page(standing, base), encoding="utf-8")
    path = folder / "index.html"
    path.write_text(page("Report", "\n".join(parts), _SCRIPT), encoding="utf-8")
    return path


def _own_page(standing: Standing) -> str:
    return f"students/{standing.student}/{standing.assignment}.html"


def _full_name(student: Student) -> str:
    return " ".join(filter(None, (student.first_name, student.last_name))) or student.id


def _assignment(
    name: str, class_: list[Standing], everyone: dict[str, str], changes: list[Change]
) -> str:
    graded = [s for s in class_ if s.record is not None]
    parts = [f"<h2>{esc(name.capitalize())}</h2>"]
    if not graded:
        return parts[0] + "<p>Nothing graded yet.</p>"
    parts += [
        _overview(graded),
        _distribution(graded),
        "<h2>Exercises</h2>" + _exercises(graded),
        "<h2>Mistakes by name</h2>" + _mistakes(graded),
        "<h2>Who may need help</h2>" + _at_risk(graded, everyone),
        "<h2>Look at these</h2>" + _flagged(graded),
        "<h2>Changed scores</h2>" + _changes(name, changes, everyone),
        "<h2>Students</h2>" + _students(graded),
    ]
    return "\n".join(parts)


def _overview(graded: list[Standing]) -> str:
    scores = sorted(s.score for s in graded)
    middle = (
        scores[len(scores) // 2] if len(scores) % 2 else sum(scores[len(scores) // 2 - 1 :][:2]) / 2
    )
    seconds = sorted(s.record["seconds"] for s in graded)
    waiting = sum(s.waiting for s in graded)
    late = sum(s.seconds_late > 0 for s in graded)
    return (
        f"<p>{len(graded)} submissions, median {number(middle)} of "
        f"{number(max(s.max_score for s in graded))} points; {late} late, {waiting} wait for a person. "
        f"Grading took {seconds[len(seconds) // 2] * 1000:.0f} ms per submission (median), "
        f"at most {seconds[-1]:.1f} s{_steps(graded)}.</p>"
    )


def _steps(graded: list[Standing]) -> str:
    """Where the time went, on average."""
    totals: dict[str, float] = defaultdict(float)
    for standing in graded:
        for step, spent in standing.record.get("steps", {}).items():
            totals[step] += spent
    told = ", ".join(f"{s} {1000 * spent / len(graded):.0f} ms" for s, spent in totals.items())
    return f" ({told})" if told else ""


def _distribution(graded: list[Standing], bins: int = 10) -> str:
    """A histogram of shares of the points, as one SVG with its numbers in words."""
    counts = [0] * bins
    for standing in graded:
        share = standing.score / standing.max_score if standing.max_score else 0.0
        counts[min(bins - 1, int(share * bins))] += 1
    most, width, height = max(counts), 52, 110
    bars = []
    for i, count in enumerate(counts):
        tall = round(height * count / most)
        x, y = 10 + i * width, 20 + height - tall
        bars.append(f'<rect class="bar" x="{x}" y="{y}" width="{width - 6}" height="{tall}"/>')
        if count:
            bars.append(
                f'<text x="{x + (width - 6) / 2}" y="{y - 4}" text-anchor="middle">{count}</text>'
            )
        label = f"{i * 100 // bins}"
        bars.append(f'<text x="{x}" y="{height + 36}">{label} %</text>')
    said = ", ".join(f"{c} from {i * 10} %" for i, c in enumerate(counts) if c)
    return (
        f'<svg viewBox="0 0 540 {height + 44}" role="img" aria-label="Share of the points: {said}" '
        f'style="max-width: 34rem; width: 100%">{"".join(bars)}</svg>'
        '<p class="dim">Share of all points, and how many submissions have it.</p>'
    )


@dataclass
class _Tally:
    title: str
    right: int = 0
    tried: int = 0
    seconds: float = 0.0
    passed: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def _exercises(graded: list[Standing]) -> str:
    tallies: dict[str, _Tally] = {}
    aspects: dict[str, None] = {}
    for standing in graded:
        for slug, data in standing.record["exercises"].items():
            feedback = from_dict(data)
            tally = tallies.setdefault(slug, _Tally(feedback.title))
            tally.right += feedback.status == "right"
            tally.tried += feedback.status != "not attempted"
            tally.seconds += standing.record["runs"][slug]["seconds"]
            for a in feedback.aspects:
                aspects[a.name] = None
                tally.passed[a.name] += a.passed
    n = len(graded)
    head = "".join(f'<th class="n">{esc(a)}</th>' for a in aspects)
    rows = []
    for t in tallies.values():
        shares = "".join(
            f'<td class="n">{round(100 * t.passed[a] / n)} %</td>'
            if a in t.passed
            else '<td class="n"></td>'
            for a in aspects
        )
        share = round(100 * t.right / n)
        meter = f'<span class="meter"><span style="width:{share}%"></span></span>'
        rows.append(
            f'<tr><td>{esc(t.title)}</td><td data-value="{share}">{meter} {share} %</td>'
            f'<td class="n">{round(100 * t.tried / n)} %</td>{shares}'
            f'<td class="n">{1000 * t.seconds / n:.0f}</td></tr>'
        )
    return (
        '<div class="wide"><table data-sort="of exercises"><thead><tr><th>Exercise</th><th>All right</th>'
        f'<th class="n">Tried</th>{head}<th class="n">ms</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _mistakes(graded: list[Standing]) -> str:
    found: dict[tuple[str, str], list[tuple[Standing, Feedback]]] = defaultdict(list)
    for standing in graded:
        for slug, data in standing.record["exercises"].items():
            feedback = from_dict(data)
            for named in feedback.misconceptions:
                found[(slug, named.id)].append((standing, feedback))
    if not found:
        return "<p>None that has a name.</p>"
    parts = []
    for (slug, mistake), cases in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        standing, feedback = cases[0]
        named = next(m for m in feedback.misconceptions if m.id == mistake)
        code = standing.record["code"].get(slug, "")
        parts.append(
            f'<section class="card"><p><strong>{len(cases)} × {esc(named.title)}</strong> '
            f'<span class="dim">{esc(feedback.title)}, <code>{esc(mistake)}</code></span></p>'
            f"<p>{esc(named.message)}</p><details><summary>One of them</summary>"
            f"<pre>{esc(code)}</pre></details></section>"
        )
    shown, rest = parts[:COMMONEST], parts[COMMONEST:]
    if rest:
        shown.append(f"<details><summary>{len(rest)} more</summary>{''.join(rest)}</details>")
    return "".join(shown)


#: Below this share of the points, or of the exercises tried, somebody may need help.
LITTLE = 0.4
#: As many changes are shown; the rest is in the audit trail.
LATEST = 50


def _at_risk(graded: list[Standing], everyone: dict[str, str]) -> str:
    """Those of whom there is nothing, little, or little tried: the earlier, the better."""
    rows = []
    seen = {s.student for s in graded}
    for student, name in everyone.items():
        if student not in seen:
            rows.append((name, student, 0.0, "handed in nothing"))
    for s in graded:
        exercises = s.record["exercises"].values()
        tried = sum(d["status"] != "not attempted" for d in exercises) / max(1, len(exercises))
        share = s.score / s.max_score if s.max_score else 0.0
        why = []
        if not s.record.get("readable", True):
            why.append("the file cannot be read")
        elif tried < LITTLE:
            why.append(f"tried {round(100 * tried)} % of the exercises")
        elif share < LITTLE:
            why.append("tried, and little of it is right")
        if why:
            rows.append((s.name, s.student, share, ", ".join(why)))
    if not rows:
        return "<p>Nobody stands out.</p>"
    body = "".join(
        f"<tr><td>{esc(name)}</td><td>{esc(student)}</td>"
        f'<td class="n" data-value="{share}">{round(100 * share)} %</td><td>{esc(why)}</td></tr>'
        for name, student, share, why in sorted(rows, key=lambda row: (row[2], row[0]))
    )
    return (
        '<div class="wide"><table data-sort="of those who may need help"><thead><tr><th>Name</th>'
        '<th>Id</th><th class="n">Points</th><th>Why</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _changes(name: str, changes: list[Change], everyone: dict[str, str]) -> str:
    """The latest changes of scores, the newest first."""
    mine = [c for c in changes if c.assignment == name]
    if not mine:
        return "<p>No score has changed since it was given.</p>"

    def score(value: float | None) -> str:
        return "none" if value is None else number(value)

    body = "".join(
        f"<tr><td>{esc(c.when)}</td><td>{esc(everyone.get(c.student, c.student))}</td>"
        f'<td><code>{esc(c.cell)}</code></td><td class="n">{score(c.old)}</td>'
        f'<td class="n">{score(c.new)}</td><td>{esc(c.who)}</td><td>{esc(c.why)}</td></tr>'
        for c in reversed(mine[-LATEST:])
    )
    more = (
        f'<p class="dim">The last {LATEST} of {len(mine)}; all of them: '
        "<code>python -m autograde audit</code>.</p>"
        if len(mine) > LATEST
        else ""
    )
    return (
        '<div class="wide"><table data-sort="of changed scores"><thead><tr><th>When</th>'
        '<th>Student</th><th>Cell</th><th class="n">Old</th><th class="n">New</th><th>Who</th>'
        f"<th>Why</th></tr></thead><tbody>{body}</tbody></table></div>{more}"
    )


def _similar(classroom: Classroom, name: str, class_: list[Standing]) -> str:
    from autograde.grading.similar import similar  # needs copydetect, which is slow to import

    by_id = {s.student: s for s in class_ if s.record is not None}
    paper = classroom.paper(name)
    released = dict(classroom.handed_out(name))
    answers = {
        student: {slug: s.record["code"].get(slug, "") for slug in paper.slugs}
        for student, s in by_id.items()
    }
    pairs = similar(answers, released)
    note = (
        '<p class="dim">Alike in what few others wrote. What a stub gives, and what many write the '
        "same way, does not count. Two people can still have learned from the same page, or have "
        "worked together as they may. Read both before you say anything to anybody.</p>"
    )
    if not pairs:
        return "<p>No two answers are alike in what is rare.</p>"
    cards = []
    for pair in pairs[:LATEST]:
        slug = pair.exercises[0]
        texts = "".join(
            f"<div><p>{esc(by_id[who].name)}</p><pre>{esc(answers[who][slug])}</pre></div>"
            for who in (pair.one, pair.other)
        )
        cards.append(
            f'<section class="card"><p><strong>{esc(by_id[pair.one].name)}</strong> and '
            f"<strong>{esc(by_id[pair.other].name)}</strong>: {round(100 * pair.share)} % of what is "
            f"rare in the answers of one is in those of the other ({pair.shared} places), "
            f"{round(100 * pair.letters)} % of the lines are the same letter by letter, in "
            f"{esc(', '.join(pair.exercises))}.</p><details><summary>Both answers to {esc(slug)}"
            f'</summary><div class="pair">{texts}</div></details></section>'
        )
    return note + "".join(cards)


def _flagged(graded: list[Standing]) -> str:
    rows = "".join(
        f"<tr><td>{esc(s.name)}</td><td>{'<br>'.join(esc(f) for f in s.record['flags'])}</td></tr>"
        for s in graded
        if s.record["flags"]
    )
    if not rows:
        return "<p>No file needed mending.</p>"
    return (
        '<div class="wide"><table data-sort="of odd files"><thead><tr><th>Student</th><th>What was odd</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _students(graded: list[Standing]) -> str:
    rows = []
    for s in graded:
        name = f'<a href="{esc(quote(_own_page(s)))}">{esc(s.name)}</a>'
        notes = [
            text for text, there in (("late", s.seconds_late > 0), ("waits", s.waiting)) if there
        ]
        notes += ["flagged"] if s.record["flags"] else []
        right = sum(d["status"] == "right" for d in s.record["exercises"].values())
        rows.append(
            f"<tr><td>{name}</td><td>{esc(s.student)}</td>"
            f'<td class="n" data-value="{s.score}">{number(s.score)}/{number(s.max_score)}</td>'
            f'<td class="n">{right}</td><td>{", ".join(notes)}</td>'
            f'<td class="n">{1000 * s.record["seconds"]:.0f}</td></tr>'
        )
    return (
        '<div class="wide"><table data-sort="of students"><thead><tr><th>Name</th><th>Id</th><th class="n">Points</th>'
        '<th class="n">Exercises right</th><th>Notes</th><th class="n">ms</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
