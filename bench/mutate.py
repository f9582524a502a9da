"""Do the tests of lossref notice a change? A sample of all mutants, each against the tests.

    python bench/mutate.py [--seed 0] [--least 12] [--percent 0] [--only regression] [--write]

The mutants are those of cosmic-ray, at most one per place, without the records, which are
data, and annotations, which are never evaluated. Of every module the sample has `least`
places, or `percent` of them if that is more; a larger sample holds the smaller one. A mutant
meets the tests that concern its module, the quick ones first, until one fails.

The tests are collected once. A mutant inside a function is then a fork in which the function
has other code; one that is not, and any of what is imported first, is a copy of the tree that
is imported anew. What was killed is kept in _build/mutation.jsonl and not tried again while its
module stays as it is, so a run can be stopped and repeated, and only survivors meet new tests.

`make mutation` writes bench/mutation.json, where every survivor is explained; explanations are
kept when it is written again.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import gc
import hashlib
import importlib
import itertools
import json
import math
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "mutation.json"
JOURNAL = ROOT / "_build" / "mutation.jsonl"
#: What is data: records, and top-level names that only records and their tests read.
RECORDS = {"LossSpec", "FunctionSpec"}
DATA = {"SPECS", "__all__", "REFUSED", "pairs_of_boxes", "pairs_of_masks"}
CONTRACTS = ("contract", "function_contract", "batch_contract", "bad_input", "docstrings")
#: Tests of one folder or one shared module, beside the contracts.
TESTS = {
    "box": ("boxes", "corners", "shapes"),
    "classification": ("softmax_cross_entropy", "scores_and_costs", "corners", "shapes"),
    "cost": ("scores_and_costs", "corners"),
    "divergence": ("corners", "shapes"),
    "likelihood": ("scores_and_costs", "corners"),
    "mask": ("masks", "corners"),
    "metric": ("metric", "corners"),
    "multitask": ("multitask", "corners"),
    "penalty": ("penalty", "corners"),
    "ranking": ("ranking", "corners"),
    "regression": ("corners", "shapes"),
    "rl": ("rl", "corners"),
    "sequence": ("sequence", "corners"),
    "__init__": ("package", "corners"),
    "_blocks": ("corners", "shapes"),
    "_check": ("corners", "masks", "softmax_cross_entropy", "sequence", "scores_and_costs"),
    "_plain": ("corners", "boxes", "penalty", "rl", "multitask", "scores_and_costs", "metric"),
    "_rows": ("corners", "shapes", "softmax_cross_entropy"),
    "_spec": ("corners", "package", "penalty", "boxes"),
    "_stable": ("corners", "shapes"),
    "reduce": ("corners", "shapes", "softmax_cross_entropy", "sequence", "scores_and_costs"),
    "stable": ("stable", "corners"),
}
#: Of what all losses share, the tests that take longer than this (seconds) add nothing.
QUICK = 0.03
#: Seconds of processor time beyond twice what the tests need; then it loops forever.
PATIENCE = 10


SHARED = {f"test_{s}" for s in CONTRACTS}


class Mutant(NamedTuple):
    path: Path
    operator: str
    occurrence: int
    line: int
    inside: bool  # a function

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def key(self) -> str:
        """The same as long as the module is."""
        text = hashlib.sha256(self.path.read_bytes()).hexdigest()[:12]
        return f"{self.name} {text} {self.operator} {self.occurrence}"

    def source(self) -> str:
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        return mutate_code(self.path.read_text(), get_operator(self.operator)(), self.occurrence)

    def change(self) -> list[str]:
        lines = difflib.ndiff(self.path.read_text().splitlines(), self.source().splitlines())
        return [x[0] + x[1:].strip() for x in lines if x[0] in "+-"]


# -- what is changed ------------------------------------------------------------


def span(node: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def data(tree: ast.Module) -> list[ast.AST]:
    """Annotations and what they need, records and lists of names."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
        names = {t.id for t in targets if isinstance(t, ast.Name)}
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        made = getattr(getattr(node, "value", None), "func", None)
        typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if typing or names & DATA or getattr(made, "id", "") in RECORDS:
            found.append(node)
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                found.append(getattr(node, field))
    return found


def mutants(path: Path, rng: random.Random) -> list[Mutant]:
    """One per place."""
    from cosmic_ray.commands.init import _all_work_items

    tree = ast.parse(path.read_text())
    left_out = [span(n) for n in data(tree)]
    functions = [span(n) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    places: dict[tuple[int, int], list[Mutant]] = {}
    for item in _all_work_items([path], {}):
        m = item.mutations[0]
        if not any(low <= m.start_pos < high for low, high in left_out):
            inside = path.name != "__init__.py" and any(
                low <= m.start_pos < high for low, high in functions
            )
            places.setdefault(m.start_pos, []).append(
                Mutant(path, m.operator_name, m.occurrence, m.start_pos[0], inside)
            )
    return [rng.choice(found) for _, found in sorted(places.items())]


# -- what is run ------------------------------------------------------------------


def selection(path: Path) -> tuple[set[str], list[str] | None]:
    """The files of tests, and what their tests have in their names (None for anything)."""
    if path.parent.name == "lossref":
        return {f"test_{s}" for s in (*CONTRACTS, *TESTS[path.stem])}, None
    shared = path.stem.startswith("_")
    concerned = path.parent.glob("[a-z]*.py") if shared else [path]
    nodes = [n for p in concerned for n in ast.parse(p.read_text()).body]
    names = [n.name for n in nodes if isinstance(n, ast.FunctionDef) and n.name[0] != "_"]
    stems = [f"test_{stem}" for stem in TESTS[path.parent.name]]
    return {*(f"test_{c}" for c in CONTRACTS), *stems}, [*names, *stems]


def chosen(items: list[Any], path: Path, seconds: dict[str, float]) -> list[Any]:
    """The tests for a module, quick ones first."""
    files, names = selection(path)
    found = [i for i in items if i.path.stem in files]
    if names is None:
        found = [i for i in found if seconds[i.nodeid] < QUICK or i.path.stem not in SHARED]
    else:
        found = [i for i in found if any(n in i.nodeid for n in names)]
    return sorted(found, key=lambda i: seconds[i.nodeid])


def swap(name: str, source: str) -> None:
    """Give every function of a loaded module the code that it has in ``source``."""
    module = importlib.import_module(name[:-3].replace("/", "."))
    scope = {"__name__": module.__name__, "__package__": module.__package__}
    exec(compile(source, module.__file__, "exec", dont_inherit=True), scope)
    pairs = [(vars(module)[n], new) for n, new in scope.items() if n in vars(module)]
    for old, new in pairs:
        if isinstance(old, type) and old.__module__ == module.__name__:
            pairs += [(x, vars(new)[n]) for n, x in vars(old).items() if n in vars(new)]
        old, new = (getattr(x, "fget", None) or getattr(x, "__func__", x) for x in (old, new))
        if isinstance(old, FunctionType) and old.__module__ == module.__name__:
            old.__code__, old.__defaults__ = new.__code__, new.__defaults__
            old.__kwdefaults__ = new.__kwdefaults__


def swap_all() -> None:
    """What must change nothing."""
    for path in (ROOT / "lossref").rglob("*.py"):
        if path.name != "__init__.py":
            swap(str(path.relative_to(ROOT)), path.read_text())


class Session:
    """A plugin of pytest that runs the collected tests on one mutant after the other."""

    def __init__(self, todo: list[Mutant]) -> None:
        self.todo = todo
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration

    def pytest_runtestloop(self, session: Any) -> bool:
        if not self.todo:
            return True
        if read().get("tree") != digest():
            print(f"{len(session.items)} tests, every function with its own code", flush=True)
            if not self._passes(session, session.items, swap_all, 3600, keep=True):
                sys.exit("the tests of lossref fail without a mutant")
            write("tree", digest())
        said = read()["seconds"]
        gc.collect()
        gc.freeze()  # a fork copies what the collector touches
        for number, mutant in enumerate(self.todo, 1):
            items = chosen(session.items, mutant.path, said)
            if not items:
                sys.exit(f"{mutant.name}: no tests")
            limit = PATIENCE + 2 * sum(said[i.nodeid] for i in items)
            source = mutant.source()
            alive = self._passes(session, items, lambda: swap(mutant.name, source), limit)  # noqa: B023
            write(mutant.key, "survived" if alive else "killed")
            print(f"{number}/{len(self.todo)} {mutant.name}:{mutant.line}", "survives" * alive)
            sys.stdout.flush()
        return True

    def _passes(
        self, session: Any, items: list[Any], before: Any, limit: float, keep: bool = False
    ) -> bool:
        pid = os.fork()
        if pid:
            return os.waitpid(pid, 0)[1] == 0
        code = 1
        try:
            quiet(limit)
            before()
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if session.testsfailed:
                    break
            else:
                code = 0
            if keep:
                write("seconds", self.seconds)
        finally:
            os._exit(code)


def quiet(limit: float) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def survives(mutant: Mutant, tree: Path, seconds: dict[str, float]) -> bool:
    """Whether all tests pass in ``tree``, a copy, imported anew."""
    copy = tree / mutant.name
    copy.write_text(mutant.source())
    pid = os.fork()
    if pid:
        alive = os.waitpid(pid, 0)[1] == 0
        shutil.copy2(mutant.path, copy)
        return alive
    code = 1
    try:
        quiet(PATIENCE + 2 * sum(seconds.values()))
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.path[:0] = [str(tree)]
        import pytest

        class Fewer:
            def pytest_collection_modifyitems(self, items: list[Any]) -> None:
                known = {i.nodeid: seconds.get(i.nodeid, 0.0) for i in items}
                items[:] = chosen(items, tree / mutant.name, known)

        files = [f"tests/lossref/{s}.py" for s in selection(mutant.path)[0]]
        here = [f for f in files if (tree / f).exists()]
        code = int(pytest.main([*here, *OPTIONS, "-x"], plugins=[Fewer()]))
    finally:
        os._exit(code)


OPTIONS = ("-q", "--assert=plain", "-p", "no:cacheprovider", "--color=no")


# -- what is kept -----------------------------------------------------------------


def write(key: str, result: Any) -> None:
    JOURNAL.parent.mkdir(exist_ok=True)
    with JOURNAL.open("a") as file:
        file.write(json.dumps([key, result]) + "\n")


def digest() -> str:
    """Another one as soon as any file of lossref or of its tests is another."""
    files = [*(ROOT / "lossref").rglob("*.py"), *(ROOT / "tests" / "lossref").glob("*.py")]
    return hashlib.sha256(b"".join(f.read_bytes() for f in sorted(files))).hexdigest()


def read() -> dict[str, Any]:
    lines = JOURNAL.read_text().splitlines() if JOURNAL.exists() else []
    return dict(json.loads(line) for line in lines)


def sample(given: Any) -> dict[str, tuple[list[Mutant], int]]:
    """The chosen mutants of every module, and how many places it has."""
    found = {}
    for path in sorted((ROOT / "lossref").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        rng = random.Random(f"{given.seed} {name}")  # one file's sample is its own
        places = mutants(path, rng)
        size = min(len(places), max(given.least, math.ceil(len(places) * given.percent / 100)))
        if places:
            found[name] = rng.sample(places, len(places))[:size], len(places)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--least", type=int, default=12)
    parser.add_argument("--percent", type=float, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()

    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.dont_write_bytecode = True
    import hypothesis  # noqa: F401
    import mpmath  # noqa: F401
    import pytest
    import scipy.special  # noqa: F401
    import sklearn.metrics  # noqa: F401
    import torch

    torch.set_num_threads(1)
    start = time.time()
    picked = sample(given)
    told = read()
    todo = [  # the first of every module, then the second, so that a stopped run has of all
        m
        for several in itertools.zip_longest(*(found for found, _ in picked.values()))
        for m in several
        if m and given.only in m.name and told.get(m.key) != "killed"
    ]
    pid = os.fork()  # so that this process has loaded everything but lossref
    if not pid:
        sys.path[:0] = [str(ROOT)]
        tests = ["tests/lossref", "--ignore=tests/lossref/test_wheel.py"]
        tests += ["--ignore=tests/lossref/test_memory.py"]
        os.chdir(ROOT)
        os._exit(
            int(
                pytest.main(
                    [*tests, *OPTIONS, "-s"], plugins=[Session([m for m in todo if m.inside])]
                )
            )
        )
    if os.waitpid(pid, 0)[1]:
        sys.exit("stopped")
    seconds = read()["seconds"]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "lossref", tree / "lossref", ignore=ignore)
        shutil.copytree(ROOT / "tests" / "lossref", tree / "tests" / "lossref", ignore=ignore)
        shutil.copy(ROOT / "pyproject.toml", tree)
        whole = [m for m in todo if not m.inside]
        for number, mutant in enumerate(whole, 1):
            alive = survives(mutant, tree, seconds)
            write(mutant.key, "survived" if alive else "killed")
            print(f"{number}/{len(whole)} {mutant.name}:{mutant.line}", "survives" * alive)
            sys.stdout.flush()
    told = read()
    old = json.loads(RECORD.read_text()) if RECORD.exists() else {"survivors": []}
    why = {(s["file"], *s["change"]): s["why"] for s in old["survivors"]}
    survivors, modules = [], {}
    for name, (found, places) in picked.items():
        results = [told.get(m.key) for m in found]
        counts = {r: results.count(r) for r in ("killed", "survived")}
        modules[name] = {"places": places, "sampled": len(found), **counts}
        for m in found:
            if told.get(m.key) == "survived":
                change = m.change()
                said = why.get((name, *change), "")
                survivors.append({"file": name, "line": m.line, "change": change, "why": said})
                print(f"{name}:{m.line}  {' | '.join(change)}  {said}", flush=True)
    totals = {
        key: sum(m[key] for m in modules.values())
        for key in ("places", "sampled", "killed", "survived")
    }
    complete = totals["killed"] + totals["survived"] == totals["sampled"]
    print(totals, "complete" if complete else "not complete", f"{time.time() - start:.0f} s")
    if given.write:
        sampled = {"seed": given.seed, "least": given.least, "percent": given.percent}
        record = {
            "note": old.get("note", []), **sampled, "complete": complete, **totals,
            "survivors": sorted(survivors, key=lambda s: (s["file"], s["line"])),
            "modules": modules,
        }  # fmt: skip
        RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
