"""Tables made from the records of lossref: what a loss is, and what others call it."""

from __future__ import annotations

from html import escape
from typing import Any

import lossref
from lossref._spec import Argument, FunctionSpec, Option

LIBRARIES = {
    "torch": "PyTorch",
    "keras": "Keras",
    "sklearn": "scikit-learn",
    "optax": "Optax",
    "scipy": "SciPy",
}


class Table:
    """A table that a notebook and a page can show. ``caption`` names it for screen readers."""

    def __init__(self, caption: str, head: list[str], rows: list[list[str]]) -> None:
        self.caption, self.head, self.rows = caption, head, rows

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{cell}</th>' for cell in self.head)
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>'
            + "".join(f"<td>{cell}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return (
            f'<table class="lossbook-table"><caption>{escape(self.caption)}</caption>'
            + (f"<thead><tr>{head}</tr></thead>" if head else "")
            + f"<tbody>{body}</tbody></table>"
        )

    def __repr__(self) -> str:
        return f"{self.caption} ({len(self.rows)} rows)"


def elsewhere(*slugs: str) -> Table:
    """What other libraries call these losses: call, argument order, defaults, factor.

    One row per name in the records' ``names_elsewhere``. ValueError for an unknown slug
    or if no library has any of them.
    """
    rows = []
    for slug in slugs:
        for name in lossref.spec(slug).names_elsewhere:
            notes = [escape(name.note)] if name.note else []
            if name.factor != 1.0 and "ours" not in name.note:
                notes.insert(0, f"{_number(name.factor)} times ours")
            rows.append(
                [
                    escape(LIBRARIES.get(name.library, name.library)),
                    f"<code>{slug}</code>",
                    f"<code>{_breakable(name.call)}</code>",
                    "; ".join(notes) or "the same",
                ]
            )
    if not rows:
        raise ValueError(f"elsewhere: no record has names for {', '.join(slugs) or 'nothing'}")
    caption = "The same loss in other libraries"
    if len(slugs) == 1:
        caption = f"{lossref.spec(slugs[0]).title} in other libraries"
        rows = [[row[0], *row[2:]] for row in rows]
        return Table(caption, ["Library", "Call", "Compared with ours"], rows)
    return Table(caption, ["Library", "Ours", "Call", "Compared with ours"], rows)


def card(slug: str) -> Table:
    """The record of one loss as a small table: formula, parameters, domain, kinks, convexity."""
    spec = lossref.spec(slug)
    if isinstance(spec, FunctionSpec):
        return _function_card(spec)
    kinks = spec.kinks(**spec.defaults)
    at = ", ".join(f"e = {_number(k)}" for k in kinks)
    if kinks and spec.defaults:
        at += f" (with {', '.join(f'{k} = {_number(v)}' for k, v in spec.defaults.items())})"
    convex = spec.convex(**spec.defaults) if callable(spec.convex) else spec.convex
    rows = [
        ["Loss per sample", f"<code>{_breakable(spec.formula)}</code>"],
        *(
            [f"<code>{p.name}</code>", f"default {_number(p.default)}, in {_interval(p.interval)}"]
            for p in spec.params
        ),
        ["Truth", f"in {_interval(spec.y_true_domain)}"],
        ["Prediction", f"in {_interval(spec.y_pred_domain)}"],
        ["Not differentiable at", at or "nowhere"],
        ["Convex in the prediction", _convexity(spec, convex)],
        ["In code", f"<code>lossref.{slug}</code>, <code>lossref.{slug}_grad</code>"],
    ]
    return Table(f"{spec.title} in short", [], rows)


def _function_card(spec: FunctionSpec) -> Table:
    """The card of a loss whose arguments are not only y_true and y_pred."""
    rows = [
        [_per(spec), f"<code>{_breakable(spec.formula)}</code>"],
        *(
            [f"<code>{p.name}</code>", f"default {_number(p.default)}, in {_interval(p.interval)}"]
            for p in spec.params
        ),
        *([f"<code>{o.name}</code>", _choices(o)] for o in spec.options),
        *([f"<code>{a.name}</code>", _domain(a)] for a in spec.arguments),
        ["Not differentiable at", _corner(spec)],
        [f"Convex in <code>{', '.join(spec.wrt)}</code>", "yes" if spec.convex else "no"],
        ["In code", f"<code>lossref.{spec.slug}</code>, <code>lossref.{spec.slug}_grad</code>"],
    ]
    return Table(f"{spec.title} in short", [], rows)


def _per(spec: FunctionSpec) -> str:
    return "Loss of row <code>i</code>" if spec.kind == "batch" else "Loss per sample"


def _choices(option: Option) -> str:
    others = ", ".join(str(v) for v in option.values if v != option.default)
    return f"default {escape(str(option.default))}; or {escape(others)}"


def _domain(argument: Argument) -> str:
    rows = "rows of numbers " if argument.core else ""
    return "class labels" if argument.domain is None else f"{rows}in {_interval(argument.domain)}"


def _corner(spec: FunctionSpec) -> str:
    if spec.corners:
        return escape(spec.corners)
    return "nowhere" if spec.kinks == "()" else f"<code>0 in {_breakable(spec.kinks)}</code>"


def comparison(*slugs: str) -> Table:
    """One row per loss: formula, default parameters, convexity, kinks. All losses if none named."""
    rows = []
    for spec in [lossref.spec(slug) for slug in slugs] or lossref.specs():
        convex = spec.convex(**spec.defaults) if callable(spec.convex) else spec.convex
        if isinstance(spec, FunctionSpec):
            kinks = _corner(spec).replace("nowhere", "")
        else:
            kinks = ", ".join(_number(k) for k in spec.kinks(**spec.defaults))
        defaults = ", ".join(f"{k} = {_number(v)}" for k, v in spec.defaults.items())
        rows.append(
            [
                f"<code>{spec.slug}</code>",
                f"<code>{_breakable(spec.formula)}</code>",
                defaults or "none",
                _convexity(spec, convex),
                kinks or "none",
            ]
        )
    return Table(
        "Losses side by side", ["Loss", "Per sample", "Defaults", "Convex", "Kinks at e ="], rows
    )


def _convexity(spec: Any, at_default: bool) -> str:
    word = "yes" if at_default else "no"
    return f"{word} with the defaults; it depends on them" if callable(spec.convex) else word


def _number(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}").replace("inf", "\N{INFINITY}")


def _interval(interval: Any) -> str:
    text = str(interval).replace("-", "\N{MINUS SIGN}").replace("inf", "\N{INFINITY}")
    return escape(text)


def _breakable(code: str) -> str:
    """Escaped code that may break after a dot, an underscore, a comma or a bracket."""
    text = escape(code)
    for mark in (".", "_", "("):
        text = text.replace(mark, f"{mark}<wbr>")
    return text
