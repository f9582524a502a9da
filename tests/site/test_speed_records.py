"""What the records of the benches must show before a release quotes them."""

from __future__ import annotations

import json
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"


def test_the_first_verdict_costs_little_more_than_python_itself():
    """Within 1.3 times the bare start of Pyodide with NumPy; later verdicts within 300 ms."""
    record = json.loads((BENCH / "panel.json").read_text(encoding="utf-8"))
    rows = record["exercises"].values()
    assert len(rows) >= 2
    for row in rows:
        assert row["first_ms"] <= 1.3 * row["bare_ms"]
        assert row["ratio"] == round(row["first_ms"] / row["bare_ms"], 2)
        assert row["later_ms"] <= row["later_worst_ms"] <= 300
    assert record["worst_ratio"] == max(row["ratio"] for row in rows)
    assert record["worst_later_ms"] == max(row["later_worst_ms"] for row in rows)


def test_every_kind_of_explorer_answers_within_a_frame():
    """19 inputs in 20 of the explorer with the most data, as it is; slowed down it is told only."""
    record = json.loads((BENCH / "explorers.json").read_text(encoding="utf-8"))
    budget = json.loads((BENCH / "explorer_budget.json").read_text(encoding="utf-8"))
    assert set(record["kinds"]) == {*budget["mutations"], "tree"}
    for row in record["kinds"].values():
        for speed in (row["slower_1"], row["slower_4"]):
            assert speed["inputs"] >= 20
            assert 0 < speed["median_ms"] <= speed["p95_ms"] <= speed["worst_ms"] * 1.05
        assert row["slower_1"]["p95_ms"] <= record["frame_ms"]
