"""Do the tests of lossref notice a change? A sample of all mutants, each against the tests.

    python bench/mutate.py [--percent 10] [--seed 0] [--only regression] [--write]

The mutants are those of cosmic-ray, at most one per place, without the records, which are
data, and annotations, which are never evaluated. A mutant of a family runs the contract for
its losses and the tests of the family; a mutant of what all share runs all tests of lossref.
Every mutant is a fork of one process that has loaded everything but lossref itself, on a copy
of the tree. `make mutation` writes bench/mutation.json, where every survivor is explained;
explanations are kept when it is written again.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import difflib
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

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "mutation.json"
CONTRACTS = ("contract", "function_contract", "batch_contract", "bad_input")
FAMILY_TESTS = {
    "box": ("boxes", "shapes"),
    "classification": ("softmax_cross_entropy", "scores_and_costs", "corners"),
    "cost": ("scores_and_costs",),
    "divergence": ("shapes",),
    "likelihood": ("scores_and_costs",),
    "mask": ("masks",),
    "metric": ("metric",),
    "multitask": ("multitask",),
    "penalty": ("penalty",),
    "ranking": ("ranking",),
    "regression": ("corners", "shapes"),
    "rl": ("rl",),
    "sequence": ("sequence",),
}
SECONDS = 150  # of processor time; a mutant that needs more loops forever


def data(tree: ast.Module) -> list[ast.AST]:
    """Annotations, records and lists of names."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        names = [t.id for t in getattr(node, "targets", ()) if isinstance(t, ast.Name)]
        if isinstance(node, ast.Assign) and {"SPEC", "SPECS", "__all__"} & set(names):
            found.append(node)
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                found.append(getattr(node, field))
    return found


def mutants(path: Path, rng: random.Random) -> list[tuple[str, int, int]]:
    """(operator, occurrence, line), one per place."""
    from cosmic_ray.commands.init import _all_work_items

    spans = [
        ((n.lineno, n.col_offset), (n.end_lineno, n.end_col_offset))
        for n in data(ast.parse(path.read_text()))
    ]
    places: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
    for item in _all_work_items([path], {}):
        m = item.mutations[0]
        if not any(low <= m.start_pos < high for low, high in spans):
            places.setdefault(m.start_pos, []).append(
                (m.operator_name, m.occurrence, m.start_pos[0])
            )
    return [rng.choice(found) for _, found in sorted(places.items())]


def selection(path: Path) -> list[str]:
    """The arguments of pytest for one file of lossref."""
    folder = ROOT / "tests" / "lossref"
    if path.parent.name == "lossref":
        return [str(folder.relative_to(ROOT))]
    family, tree = path.parent.name, ast.parse(path.read_text())
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name[0] != "_"]
    if path.stem.startswith("_"):
        names = [p.stem for p in path.parent.glob("[a-z]*.py")]
    stems = [f"test_{stem}" for stem in FAMILY_TESTS[family]]
    files = [f"tests/lossref/{s}.py" for s in (*(f"test_{c}" for c in CONTRACTS), *stems)]
    return [*files, "-k", " or ".join([*names, *stems])]


def survives(tree: Path, arguments: list[str]) -> bool:
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1] == 0
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.path.insert(0, str(tree))
        import pytest

        code = int(
            pytest.main([*arguments, "-x", "-q", "--assert=plain", "-p", "no:cacheprovider"])
        )
    finally:
        os._exit(code)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--percent", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()

    import hypothesis  # noqa: F401
    import mpmath  # noqa: F401
    import pytest  # noqa: F401
    import scipy.special  # noqa: F401
    import sklearn.metrics  # noqa: F401
    import torch
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    torch.set_num_threads(1)
    sys.dont_write_bytecode = True
    old = json.loads(RECORD.read_text()) if RECORD.exists() else {"survivors": [], "modules": {}}
    why = {(s["file"], *s["change"]): s["why"] for s in old["survivors"]}
    survivors = [s for s in old["survivors"] if given.only not in s["file"]]
    modules = {n: m for n, m in old["modules"].items() if given.only not in n}
    chosen = []
    for path in sorted((ROOT / "lossref").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if given.only in name and path.name != "__init__.py":
            rng = random.Random(f"{given.seed} {name}")  # one file's sample is its own
            places = mutants(path, rng)
            size = min(len(places), math.ceil(len(places) * given.percent / 100))
            chosen += [(path, name, *m) for m in sorted(rng.sample(places, size), key=str)]
            modules[name] = {"places": len(places), "killed": 0, "survived": 0}
    start, tested = time.time(), []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        shutil.copytree(ROOT / "lossref", tree / "lossref")
        shutil.copytree(ROOT / "tests" / "lossref", tree / "tests" / "lossref")
        shutil.copy(ROOT / "pyproject.toml", tree)
        compileall.compile_dir(tree / "lossref", quiet=1)
        for number, (path, name, operator, occurrence, line) in enumerate(chosen):
            arguments = selection(path)
            if arguments not in tested and not survives(tree, arguments):
                sys.exit(f"{name}: its tests fail without a mutant")
            tested.append(arguments)
            source, copy = path.read_text(), tree / name
            changed = mutate_code(source, get_operator(operator)(), occurrence)
            copy.write_text(changed)
            os.utime(copy, (number, number))  # or the compiled original would be taken for it
            alive = survives(tree, arguments)
            shutil.copy2(path, copy)
            modules[name]["survived" if alive else "killed"] += 1
            if alive:
                lines = difflib.ndiff(source.splitlines(), changed.splitlines())
                change = [x[0] + x[1:].strip() for x in lines if x[0] in "+-"]
                said = why.get((name, *change), "")
                survivors.append({"file": name, "line": line, "change": change, "why": said})
                print(f"{name}:{line}  {' | '.join(change)}  {said}", flush=True)
    killed, alive, places = (
        sum(m[key] for m in modules.values()) for key in ("killed", "survived", "places")
    )
    print(f"{killed} killed, {alive} survived, of {places} places; {time.time() - start:.0f} s")
    if given.write:
        record = {
            "note": old.get("note", []), "places": places, "seed": given.seed,
            "killed": killed, "survived": alive,
            "survivors": sorted(survivors, key=lambda s: (s["file"], s["line"])),
            "modules": dict(sorted(modules.items())),
        }  # fmt: skip
        RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
