"""The reference of lossref, made of its records and docstrings when the page is built."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import numpy as np
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import lossref
from lossbook import tables
from lossref._spec import LossSpec

logger = logging.getLogger(__name__)

#: The families with their titles, in the order of the reference.
FAMILIES = {
    "regression": "Regression",
    "classification": "Classification",
    "likelihood": "Likelihoods and scores",
    "divergence": "Divergences",
    "metric": "Metric learning",
    "box": "Boxes",
    "mask": "Masks",
    "rl": "Reinforcement learning and preferences",
    "penalty": "Penalties and proximal operators",
    "multitask": "Several tasks",
    "ranking": "Ranking",
    "sequence": "Sequences",
    "cost": "Prices of mistakes",
    "stable": "Stable building blocks",
}
#: A line of a docstring that opens a part.
PART = re.compile(r"^([A-Z][a-z]+(?: [a-z]+)*):$")
#: What a plot of an elementwise loss covers.
ERRORS = np.linspace(-4.0, 4.0, 161)


def functions(family: str) -> tuple[list[Any], list[Callable[..., Any]]]:
    """The records of a family, and its public functions that no record is about."""
    records = [spec for spec in lossref.specs() if spec.family == family]
    about = {f for s in records for f in (s.loss, s.grad, s.value_and_grad)}
    public = lossref._family(family)
    others = [
        value
        for _, value in sorted(public.items())
        if inspect.isfunction(value)
        and value.__module__.startswith("lossref.")
        and value not in about
    ]
    return records, others


def parts(text: str) -> Iterator[tuple[str, str]]:
    """``(name, body)`` of a docstring: "" is what stands before the first part."""
    name, lines = "", []
    for line in inspect.cleandoc(text).split("\n"):
        if match := PART.match(line):
            yield name, _body(lines)
            name, lines = match[1], []
        else:
            lines.append(line)
    yield name, _body(lines)


def _body(lines: list[str]) -> str:
    return inspect.cleandoc("\n".join(["", *lines])).strip()


def use_and_not(text: str) -> tuple[str, str]:
    """When to use it and when not, from the second paragraph of a docstring."""
    paragraphs = dict(parts(text))[""].split("\n\n")
    advice = " ".join(paragraphs[1].split()) if len(paragraphs) > 1 else ""
    use, _, rest = advice.partition(" Not ")
    return use.removeprefix("Use it ").rstrip("."), rest.rstrip(".")


# -- nodes ----------------------------------------------------------------------------


def text_nodes(text: str) -> list[nodes.Node]:
    """A paragraph's text with `names` as code."""
    found: list[nodes.Node] = []
    for index, piece in enumerate(" ".join(text.split()).split("`")):
        if piece:
            found.append(nodes.literal("", piece) if index % 2 else nodes.Text(piece))
    return found


def paragraph(text: str) -> nodes.paragraph:
    return nodes.paragraph("", "", *text_nodes(text))


def code(text: str, language: str = "none") -> nodes.literal_block:
    block = nodes.literal_block(text, text)
    block["language"] = language
    return block


def definitions(body: str) -> nodes.definition_list:
    """``name: text`` with continuation lines, as a list."""
    items: list[list[str]] = []
    for line in body.split("\n"):
        if re.match(r"^[\w, ()]+: ", line):
            items.append(list(line.split(": ", 1)))
        elif items:
            items[-1][1] += " " + line.strip()
        else:
            items.append(["", line])
    listed = nodes.definition_list()
    for name, text in items:
        item = nodes.definition_list_item()
        item += nodes.term("", "", nodes.literal("", name) if name else nodes.Text(""))
        item += nodes.definition("", paragraph(text))
        listed += item
    return listed


def entry(function: Callable[..., Any], brief: bool = False) -> list[nodes.Node]:
    """One function: signature, what it is for, and the parts of its docstring."""
    found: list[nodes.Node] = [code(f"lossref.{function.__name__}{_signature(function)}", "python")]
    for name, body in parts(function.__doc__ or ""):
        if not name:
            found += [paragraph(text) for text in body.split("\n\n") if text]
        elif brief and name not in ("Formula", "Examples"):
            continue
        elif name == "Formula":
            found.append(code(body))
        elif name == "Examples":
            found.append(code(body, "pycon"))
        elif name in ("Parameters", "Raises") and ": " in body:
            found += [_label(name), definitions(body)]
        else:
            found += [_label(name), paragraph(body)]
    return found


def _signature(function: Callable[..., Any]) -> str:
    """Names and defaults; what may be given stands in the docstring, with its valid range."""
    given = inspect.signature(function)
    bare = [p.replace(annotation=p.empty) for p in given.parameters.values()]
    return str(given.replace(parameters=bare, return_annotation=given.empty))


def _label(name: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.strong("", name))


def section(title: str, name: str) -> nodes.section:
    found = nodes.section(ids=[f"reference-{name}"], names=[f"reference-{name}"])
    found += nodes.title("", title)
    return found


def curve(spec: LossSpec) -> str:
    """The loss and its slope over the error, as a small picture."""
    truth = 0.0 if 0.0 in spec.y_true_domain else 1.5
    low = spec.y_pred_domain.lo
    errors = ERRORS[ERRORS + truth > low] if np.isfinite(low) else ERRORS
    y = np.full(errors.shape, truth)
    value = spec.loss(y, y + errors, reduction="none")
    slope = spec.grad(y, y + errors, reduction="none")
    high = float(np.nanmax(value[np.isfinite(value)]))
    top, bottom = min(high, 6.0), min(0.0, max(-3.0, float(np.nanmin(slope))))

    def line(numbers: np.ndarray) -> str:
        x = 10 + (errors + 4) * 30
        at = 130 - (np.clip(numbers, bottom, top) - bottom) / (top - bottom) * 120
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, at, strict=True))

    zero = 130 + bottom / (top - bottom) * 120
    return (
        f'<svg class="lossbook-curve" viewBox="0 0 300 140" role="img" width="300" height="140">'
        f"<title>{escape(spec.title)} (solid) and its slope (dashed) for errors from "
        f"{errors[0]:.0f} to {errors[-1]:.0f}</title>"
        f'<line x1="10" x2="250" y1="{zero:.1f}" y2="{zero:.1f}" stroke="currentColor" '
        'stroke-width="0.5"/>'
        f'<polyline points="{line(slope)}" fill="none" stroke="#D55E00" stroke-width="2" '
        'stroke-dasharray="5 4"/>'
        f'<polyline points="{line(value)}" fill="none" stroke="#0072B2" stroke-width="2"/></svg>'
    )


class Losses(SphinxDirective):
    """``{losses} regression``: an entry for every function of a family."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        family = self.arguments[0]
        if family not in FAMILIES:
            known = ", ".join(FAMILIES)
            logger.warning("losses: no family %r; there are %s", family, known)
            return []
        records, others = functions(family)
        found = [self._record(spec) for spec in records]
        for function in others:
            part = section(function.__name__, function.__name__)
            part += entry(function)
            found.append(part)
        return found

    def _record(self, spec: Any) -> nodes.section:
        part = section(spec.title, spec.slug)
        up = "../" * self.env.docname.count("/")
        short = f"loss/{spec.slug}/"
        where = nodes.paragraph("", "")
        if spec.page in self.env.found_docs:
            where += [nodes.Text("Taught in "), self._link(spec.page), nodes.Text("; ")]
        where += [nodes.Text("address: "), nodes.reference("", short, refuri=up + short)]
        part += where
        if isinstance(spec, LossSpec) and spec.kind == "elementwise":
            part += nodes.raw("", curve(spec), format="html")
        part += entry(spec.loss)
        if spec.names_elsewhere:
            part += nodes.raw("", tables.elsewhere(spec.slug)._repr_html_(), format="html")
        part += entry(spec.grad, brief=True)
        return part

    def _link(self, page: str) -> nodes.Node:
        target = pending_xref(
            "", refdomain="std", reftype="doc", reftarget=f"/{page}", refexplicit=False,
            refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        target += nodes.inline("", page)
        return target


class Compared(SphinxDirective):
    """``{compared}``: every loss in a row, with what it is for and what it is not for."""

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for family, title in FAMILIES.items():
            records, _ = functions(family)
            if records:
                part = section(title, f"compared-{family}")
                part += nodes.raw("", compared(family, records)._repr_html_(), format="html")
                found.append(part)
        return found


def compared(family: str, records: list[Any]) -> tables.Table:
    """The comparison of one family: formula, slope, what it takes, what it is for and not for."""
    rows = []
    for spec in records:
        use, avoid = use_and_not(spec.loss.__doc__)
        name = f'<a href="{family}.html#reference-{spec.slug}"><code>{spec.slug}</code></a>'
        lines = [name, f"<code>{tables._breakable(spec.formula)}</code>", slope(spec), takes(spec)]
        rows.append(["<br>".join(lines), _inline(use), _inline(avoid)])
    caption = f"{FAMILIES[family]}: formula, slope and predictions; what for; what not for"
    return tables.Table(caption, ["Loss", "Use it", "Not"], rows)


def slope(spec: Any) -> str:
    """The derivative of one sample's loss, from the docstring of the gradient."""
    text = dict(parts(spec.grad.__doc__)).get("Formula", "")
    text = re.sub(r"\s+times w.*", "", " ".join(text.split()), flags=re.S)
    return f"<code>{tables._breakable(text)}</code>"


#: What a network ends with to make a number of a set.
ENDS = {
    "[0, 1]": "sigmoid",
    "(0, inf)": "softplus or exp",
    "[0, inf)": "softplus or ReLU",
    "[-inf, 0]": "log-softmax",
    "[-1, 1]": "normalised rows",
}
#: What is given by name, whatever its set of numbers.
GIVEN = {
    "log_probs": "log-softmax",
    "chosen": "sums of log-softmax",
    "rejected": "sums of log-softmax",
    "w": "coefficients",
    "losses": "losses of the tasks",
    "boxes_pred": "corners, with x1 below x2",
}


def takes(spec: Any) -> str:
    """What the predictions must be, so what a network must end with."""
    if isinstance(spec, LossSpec):
        arguments = [("y_pred", str(spec.y_pred_domain), False)]
    else:
        arguments = [(a.name, str(a.domain), a.simplex) for a in spec.arguments if a.wrt]
    said = []
    for name, domain, simplex in arguments:
        end = "softmax" if simplex else GIVEN.get(name) or ENDS.get(domain, "no activation")
        said.append(f"`{name}`: {end}")
    return _inline("; ".join(said))


def _inline(text: str) -> str:
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))


def setup(app: Sphinx) -> None:
    app.add_directive("losses", Losses)
    app.add_directive("compared", Compared)
