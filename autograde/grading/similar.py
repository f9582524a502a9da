"""Whose answers are alike in what is rare. A reason to look, never a verdict.

Short exercises are solved alike by honest people: most of a class writes the same mean of the
same squares. So what many have in common does not count here, nor what the stub gave; only
fingerprints that few share do. Fingerprints are those of copydetect (winnowing: Schleimer,
Wilkerson and Aiken, 2003), of the structure of the code without its names.
"""

from __future__ import annotations

import ast
import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from copydetect import CodeFingerprint

#: Characters of a fingerprint, names counting as one each, and how far apart they are chosen.
LENGTH, WINDOW = 14, 4
#: What more than this share of a class has, at least MANY people, is how one writes it.
COMMON, MANY = 0.05, 3
#: Two answers to one exercise agree if they share so many rare fingerprints, and so large a
#: part of all the rare ones that either has.
FEW, SHARE = 4, 0.6
#: A pair is shown that agrees in half of its exercises, with so many in all: two people may
#: well meet in one formula, hardly in most of them.
ENOUGH = 16


@dataclass(frozen=True)
class Alike:
    """Two learners, the exercises in which they are alike, and how much.

    ``shared`` counts rare fingerprints that both have; ``share`` is that number relative to
    all rare ones that either has, in the exercises where they agree. ``letters`` says how much of the text itself, names and
    all, is the same in these exercises.
    """

    one: str
    other: str
    exercises: tuple[str, ...]
    shared: int
    share: float
    letters: float


Answers = Mapping[str, Mapping[str, str]]


def similar(answers: Answers, stubs: Mapping[str, str]) -> list[Alike]:
    """The pairs to look at, the most alike first.

    ``answers`` maps learners to their code by exercise; ``stubs`` is what was handed out.
    """
    prints = {
        (who, slug): _fingerprint(_own_lines(_plain(code), _plain(stubs.get(slug, ""))))
        for who, cells in answers.items()
        for slug, code in cells.items()
    }
    owners: dict[tuple[str, int], set[str]] = defaultdict(set)
    for (who, slug), found in prints.items():
        for mark in found:
            owners[slug, mark].add(who)
    most = max(MANY, COMMON * len(answers))
    rare: dict[tuple[str, str], set[int]] = defaultdict(set)
    shared: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (slug, mark), people in owners.items():
        if len(people) <= most:
            for who in people:
                rare[who, slug].add(mark)
            for pair in combinations(sorted(people), 2):
                shared[pair][slug] += 1
    found = []
    for (one, other), by_exercise in shared.items():
        union = {
            s: len(rare[one, s] | rare[other, s]) for s in answers[one].keys() | answers[other]
        }
        agree = [s for s, n in by_exercise.most_common() if n >= FEW and n >= SHARE * union[s]]
        total = sum(by_exercise[s] for s in agree)
        if total >= ENOUGH and 2 * len(agree) >= sum(n >= FEW for n in union.values()):
            letters = _letters([answers[one].get(s, "") for s in agree],
                               [answers[other].get(s, "") for s in agree])  # fmt: skip
            share = total / sum(union[s] for s in agree)
            found.append(Alike(one, other, tuple(agree), total, share, letters))
    return sorted(found, key=lambda a: (-a.shared, -a.share, a.one, a.other))


def _own_lines(code: str, stub: str) -> str:
    """``code`` without the lines that the stub had."""
    given = {line.strip() for line in stub.splitlines()}
    return "\n".join(line for line in code.splitlines() if line.strip() not in given)


def _plain(code: str) -> str:
    """``code`` in one layout, without comments and docstrings; as it is if it does not parse."""
    try:
        tree = ast.parse(code)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = body[1:] or [ast.Pass()]
        return ast.unparse(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code


def _fingerprint(code: str) -> set[int]:
    if len(code) < LENGTH:
        return set()
    return CodeFingerprint("answer.py", LENGTH, WINDOW, fp=io.StringIO(code)).hashes


def _letters(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of lines, spaces aside, that both texts have."""
    one, other = (
        Counter(line.strip() for text in texts for line in text.splitlines() if line.strip())
        for texts in (ours, theirs)
    )
    most = max(one.total(), other.total())
    return (one & other).total() / most if most else 0.0
