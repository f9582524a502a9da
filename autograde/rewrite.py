"""Answers with other constants: what a learner with these constants would have written.

For proofs and for simulated classes. An answer has a constant as the default of a parameter of
that name, or as an assignment to a name of its own, ``early = 1.0`` or ``EARLY = 1.0``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograde.personal import Constant

_NUMBER = r"[-+]?\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?"


def with_constants(source: str, constants: Sequence[Constant], values: Mapping[str, float]) -> str:
    """``source`` with ``values`` wherever it gives a constant its default.

    Text, not syntax, so that a cell that does not run is rewritten as well.
    """
    for constant in constants:
        names = "|".join(dict.fromkeys((constant.name, constant.name.upper())))
        given = re.compile(rf"(?<![\w.])((?:{names})\s*(?::\s*\w+\s*)?=\s*)({_NUMBER})(?![\w.])")

        def put(match: re.Match[str], constant: Constant = constant) -> str:
            same = float(match[2]) == constant.default
            return f"{match[1]}{values[constant.name]!r}" if same else match[0]

        source = given.sub(put, source)
    return source
