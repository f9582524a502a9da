"""The verdict on one exercise as a record, and its renderings.

The terminal, the notebook, the page and the returned feedback all show this one
record, so they can never disagree.
"""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class AspectResult:
    """One aspect: what it is worth, what was earned, and where it failed first."""

    name: str
    points: float
    earned: float
    passed: bool
    failing_regime: str = ""


@dataclass(frozen=True)
class Named:
    """A misconception that explains every answer of one function."""

    id: str
    title: str
    message: str
    page: str


@dataclass(frozen=True)
class Feedback:
    """What one exercise earned and why. Texts are plain; ``details`` are paragraphs."""

    slug: str
    title: str
    page: str
    status: str
    aspects: tuple[AspectResult, ...]
    headline: str = ""
    misconceptions: tuple[Named, ...] = ()
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    printed: str = ""
    line: int | None = None

    @property
    def points(self) -> float:
        return float(sum(a.points for a in self.aspects))

    @property
    def earned(self) -> float:
        return float(sum(a.earned for a in self.aspects))


def number(value: float) -> str:
    """Points as people write them: 2, not 2.0; 0.5 stays."""
    return f"{value:g}"


def to_dict(feedback: Feedback) -> dict[str, Any]:
    """The record as JSON-ready data, totals included."""
    return {**asdict(feedback), "points": feedback.points, "earned": feedback.earned}


def from_dict(data: dict[str, Any]) -> Feedback:
    """The inverse of :func:`to_dict`."""
    fields = {k: v for k, v in data.items() if k not in ("points", "earned")}
    return Feedback(
        **{
            **fields,
            "aspects": tuple(AspectResult(**a) for a in data["aspects"]),
            "misconceptions": tuple(Named(**m) for m in data["misconceptions"]),
            "details": tuple(data["details"]),
            "notes": tuple(data["notes"]),
        }
    )


def render_text(feedback: Feedback) -> str:
    """For the terminal and the notebook."""
    score = f"{number(feedback.earned)} of {number(feedback.points)} points"
    lines = [f"{feedback.title}: {feedback.status}, {score}"]
    if feedback.headline:
        lines.append(feedback.headline)
    if feedback.status == "wrong":
        width = max(len(a.name) for a in feedback.aspects)
        for aspect in feedback.aspects:
            mark = "passed" if aspect.passed else f"fails: {aspect.failing_regime}"
            earned = f"{number(aspect.earned)}/{number(aspect.points)}"
            lines.append(f"  {aspect.name:<{width}}  {earned:>5}  {mark}")
    for named in feedback.misconceptions:
        lines += ["", f"{named.title} [{named.id}]", named.message, f"Read: {named.page}"]
    for detail in feedback.details:
        lines += ["", detail]
    if feedback.notes:
        lines += ["", *feedback.notes]
    return "\n".join(lines)


def render_html(feedback: Feedback, base: str = "") -> str:
    """For the page and the returned feedback. Every text is escaped here.

    ``base`` is put before the links into the book; None leaves the links out.
    """
    esc = html.escape
    parts = [
        f'<div class="lossbook-feedback" data-status="{esc(feedback.status)}">',
        f'<p class="fb-verdict"><strong>{esc(feedback.title)}: {esc(feedback.status)}</strong>'
        f" <span>{number(feedback.earned)} of {number(feedback.points)} points</span></p>",
    ]
    if feedback.headline:
        parts.append(f"<p>{esc(feedback.headline)}</p>")
    if feedback.status == "wrong":
        parts.append('<ul class="fb-aspects">')
        for a in feedback.aspects:
            state = "passed" if a.passed else f"fails: {a.failing_regime}"
            parts.append(
                f'<li data-passed="{str(a.passed).lower()}"><span>{esc(a.name)}</span> '
                f"<span>{number(a.earned)}/{number(a.points)}</span> <span>{esc(state)}</span></li>"
            )
        parts.append("</ul>")
    for m in feedback.misconceptions:
        link = f' <a href="{esc(base + m.page)}">Read about it</a>' if base is not None else ""
        parts.append(
            f'<div class="fb-named"><p><strong>{esc(m.title)}</strong> <code>{esc(m.id)}</code></p>'
            f"<p>{esc(m.message)}{link}</p></div>"
        )
    for detail in feedback.details:
        head, _, rest = detail.partition("\n")
        parts.append(f"<p>{esc(head)}</p>")
        if rest:
            parts.append(f"<pre>{esc(rest)}</pre>")
    parts += [f'<p class="fb-note">{esc(note)}</p>' for note in feedback.notes]
    parts.append("</div>")
    return "".join(parts)
