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
