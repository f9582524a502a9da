"""Every name of a loss and of a word, and the page that it leads to: what the search asks first.

Sphinx's index knows the words that stand on pages. A learner asks for "log loss", "L2 loss"
or 交叉熵, so the search page carries the names of the glossary and of lossref's records too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any

import lossref
from lossbook import glossary


def index(pages: Container[str], titles: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per word and per loss: its title ``t``, names ``n``, address ``u``, page title ``p``.

    The address is the page that teaches it, or its entry where no page does yet; ``g`` is the
    entry in the glossary.
    """
    rows = []
    for term in glossary.terms():
        entry = f"glossary.html#{term.anchor}"
        known = term.page in pages
        row = {
            "t": term.english,
            "n": [term.english, *term.chinese, *term.also, term.reading],
            "u": f"{term.page}.html" if known else entry,
            "g": entry,
        }
        if known:
            row["p"] = titles[term.page].astext()
        rows.append(row)
    for spec in lossref.specs():
        entry = f"reference/{spec.family}.html#reference-{spec.slug}"
        known = spec.page in pages
        row = {
            "t": spec.title,
            "n": [spec.slug, spec.title, *called(spec)],
            "u": f"{spec.page}.html" if known else entry,
        }
        if known:
            row["p"] = titles[spec.page].astext()
        rows.append(row)
    return rows


def called(spec: Any) -> list[str]:
    """What other libraries call a loss: the last name of each call, ``log_loss``."""
    found = []
    for name in spec.names_elsewhere:
        dotted = re.match(r"[\w.]+", name.call)
        if dotted:
            found.append(dotted[0].rpartition(".")[2])
    return list(dict.fromkeys(found))


def script(pages: Container[str], titles: Mapping[str, Any]) -> str:
    """The index as JSON that may stand in a script element."""
    text = json.dumps(index(pages, titles), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
