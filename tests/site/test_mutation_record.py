"""What the page on testing says of the mutants must be what their record holds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_module_was_asked_and_every_survivor_is_explained():
    record = json.loads((ROOT / "bench" / "mutation.json").read_text(encoding="utf-8"))
    assert record["complete"]
    modules = record["modules"]
    assert all((ROOT / name).exists() for name in modules)
    for name, module in modules.items():
        assert module["sampled"] >= min(module["places"], record["least"]), name
        assert module["killed"] + module["survived"] == module["sampled"], name
    for key in ("places", "sampled", "killed", "survived"):
        assert record[key] == sum(module[key] for module in modules.values()), key
    assert record["sampled"] >= 500
    survivors = Counter(s["file"] for s in record["survivors"])
    assert survivors == Counter({n: m["survived"] for n, m in modules.items() if m["survived"]})
    for survivor in record["survivors"]:
        assert len(survivor["why"]) > 20, survivor
