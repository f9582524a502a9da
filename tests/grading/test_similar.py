"""Whose answers are alike: a copy is found under other names, honest classes are left alone."""

from __future__ import annotations

import ast
import random

import pytest

from autograde.exercises import chapter
from autograde.grading.demo import _Homework, mistaken, variant
from autograde.grading.similar import ENOUGH, MANY, similar
from autograde.stubs import page_data, release_notebook

SLUGS = [exercise.slug for exercise in chapter("regression")]
STUBS = {slug: page_data(slug)["stub"] for slug in SLUGS}


@pytest.fixture(scope="module")
def ways():
    """For each exercise, every text that we have: right in several ways, wrong in many."""
    work = _Homework("regression", release_notebook("regression"))
    texts = {}
    for exercise in chapter("regression"):
        right = work.right[exercise.slug]
        wrong = [mistaken(right, m) for m in exercise.misconceptions]
        texts[exercise.slug] = [right, right, right, variant(exercise) or right, *wrong]
    return texts


class _OwnHand(ast.NodeTransformer):
    """The same thought in another hand: sides swapped, a step named, a sign turned."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.names = chance, iter(f"step{i}" for i in range(1000))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        dice = self.chance.random()
        if isinstance(node.op, ast.Add | ast.Mult) and dice < 0.5:
            node.left, node.right = node.right, node.left
        elif isinstance(node.op, ast.Sub) and dice < 0.4:
            turned = ast.BinOp(node.right, ast.Sub(), node.left)
            return ast.UnaryOp(ast.USub(), turned)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        body = []
        for line in node.body:
            if isinstance(line, ast.Return) and line.value and self.chance.random() < 0.6:
                name = next(self.names)
                body.append(ast.Assign([ast.Name(name, ast.Store())], line.value))
                line = ast.Return(ast.Name(name, ast.Load()))
            elif self.chance.random() < 0.3:
                asked = ast.parse(f"assert {self.chance.choice(['len', 'np.size', 'np.ndim'])}"
                                  f"({node.args.args[0].arg}) >= 0").body  # fmt: skip
                body += asked
            body.append(line)
        node.body = body
        return node


def in_own_hand(code: str, chance: random.Random) -> str:
    tree = _OwnHand(chance).visit(ast.parse(code))
    return ast.unparse(ast.fix_missing_locations(tree))


def class_of(ways, people: int, seed: int) -> dict[str, dict[str, str]]:
    """Everybody takes one of the known ways to each exercise and writes it in their own hand."""
    chance = random.Random(seed)
    return {
        f"s{i:03d}": {slug: in_own_hand(chance.choice(ways[slug]), chance) for slug in SLUGS}
        for i in range(people)
    }


class _Renamed(ast.NodeTransformer):
    """Other names for everything that is not a parameter or a function."""

    def __init__(self, tree: ast.AST) -> None:
        self.names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)
                      and isinstance(n.ctx, ast.Store)}  # fmt: skip

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = f"my_{node.id}_2" if node.id in self.names else node.id
        return node


def disguised(code: str) -> str:
    tree = ast.parse(code)
    return "# all my own work\n" + ast.unparse(_Renamed(tree).visit(tree))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("people", [12, 60])
def test_an_honest_class_has_no_pairs(ways, people, seed):
    assert similar(class_of(ways, people, seed), STUBS) == [], f"seed {seed}"


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_is_found_under_other_names(ways, seed):
    answers = class_of(ways, 40, seed)
    answers["copy"] = {slug: disguised(code) for slug, code in answers["s007"].items()}
    (pair,) = similar(answers, STUBS)
    assert {pair.one, pair.other} == {"copy", "s007"}, f"seed {seed}"
    assert pair.shared >= ENOUGH
    assert pair.letters < 0.9


def test_what_all_write_and_what_the_stub_gave_does_not_count(ways):
    same = {slug: texts[0] for slug, texts in ways.items()}
    assert similar({f"s{i}": same for i in range(MANY + 1)}, STUBS) == []
    assert similar({"a": STUBS, "b": STUBS}, STUBS) == []
    assert similar({}, {}) == []
    assert similar({"a": {"mse": ""}, "b": {"mse": "x"}}, {}) == []


def test_code_that_cannot_be_parsed_is_compared_all_the_same(ways):
    broken = {slug: texts[0].replace("):", ") :: ((") for slug, texts in ways.items()}
    answers = class_of(ways, 20, 3) | {"x": broken, "y": dict(broken)}
    assert {(p.one, p.other) for p in similar(answers, STUBS)} == {("x", "y")}
