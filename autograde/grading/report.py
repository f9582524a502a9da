"""The instructor's page: who has what, which exercise is hard, which mistake is common."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from autograde.feedback import Feedback, from_dict, number
from autograde.grading.classroom import open_course
from autograde.grading.feedback_pages import feedback_page
from autograde.grading.pages import esc, page
from autograde.grading.standing import Standing, standings

#: Sorting by a click on a heading, and filtering. The page is whole without it.
_SCRIPT = """
document.querySelectorAll("table[data-sort]").forEach(table => {
  const box = document.createElement("input");
  box.type = "search"; box.placeholder = "Filter"; box.setAttribute("aria-label", "Filter the table");
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
) -> Path:
    """Write ``out/index.html`` about the assignments of ``course_dir``; the path of it.

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
    for name in classroom.chosen(assignment):
        class_ = standings(classroom, name)
        parts.append(_assignment(name, class_))
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


def _assignment(name: str, class_: list[Standing]) -> str:
    graded = [s for s in class_ if s.record is not None]
    parts = [f"<h2>{esc(name.capitalize())}</h2>"]
    if not graded:
        return parts[0] + "<p>Nothing graded yet.</p>"
    parts += [
        _overview(graded),
        _distribution(graded),
        "<h2>Exercises</h2>" + _exercises(graded),
        "<h2>Mistakes by name</h2>" + _mistakes(graded),
        "<h2>Look at these</h2>" + _flagged(graded),
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
        f"at most {seconds[-1]:.1f} s.</p>"
    )


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
        '<div class="wide"><table><thead><tr><th>Exercise</th><th>All right</th>'
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


def _flagged(graded: list[Standing]) -> str:
    rows = "".join(
        f"<tr><td>{esc(s.name)}</td><td>{'<br>'.join(esc(f) for f in s.record['flags'])}</td></tr>"
        for s in graded
        if s.record["flags"]
    )
    if not rows:
        return "<p>No file needed mending.</p>"
    return (
        '<div class="wide"><table><thead><tr><th>Student</th><th>What was odd</th></tr></thead>'
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
        '<div class="wide"><table data-sort><thead><tr><th>Name</th><th>Id</th><th class="n">Points</th>'
        '<th class="n">Exercises right</th><th>Notes</th><th class="n">ms</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
