"""Tables made from the records of lossref, so that no fact is typed twice."""

from __future__ import annotations

from html import escape

import lossref


class Table:
    """A table in a box that scrolls on narrow screens, reachable by keyboard."""

    def __init__(self, caption: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        self.caption, self.head, self.rows = caption, head, rows

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.head)
        rows = "".join(
            "<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in self.rows
        )
        return (
            f'<div class="table-box" tabindex="0" role="region" aria-label="{escape(self.caption)}">'
            f"<table><caption>{escape(self.caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )


def elsewhere(*slugs: str) -> Table:
    """What other libraries call these losses, and by how much they differ."""
    rows = []
    for slug in slugs:
        for name in lossref.spec(slug).names_elsewhere:
            factor = "same" if name.factor == 1 else f"{name.factor:g} times ours"
            rows.append((f"`{slug}`", name.library, f"`{name.call}`", factor, name.note))
    if not rows:
        raise ValueError(f"tables: no library in the records of {', '.join(slugs)}")
    head = ("Ours", "Library", "Theirs", "Value", "Note")
    return Table("The same losses in other libraries", head, rows)


def card(slug: str) -> Table:
    """The facts of one loss: formula, domain, parameters, kinks, convexity, sources."""
    record = lossref.spec(slug)
    params = [
        f"`{p.name}` in {p.interval}, {p.default:g} if not given" for p in record.params
    ] or ["none"]
    kinks = record.kinks(**record.defaults)
    convex = record.convex(**record.defaults) if callable(record.convex) else record.convex
    rows = [
        ("Per-sample value", f"`{record.formula}` with e = y_pred - y_true"),
        ("Parameters", "; ".join(params)),
        ("Truth, prediction", f"{record.y_true_domain}, {record.y_pred_domain}"),
        ("No derivative at", ", ".join(f"e = {k:g}" for k in kinks) or "nowhere"),
        ("Convex in the prediction", "yes" if convex else "no"),
    ]
    return Table(f"{record.title} at a glance", ("", ""), rows)


def _cell(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))
