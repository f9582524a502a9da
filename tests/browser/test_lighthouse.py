"""Lighthouse, mobile with its default throttling, on the heaviest page and the first.

With ``LOSSBOOK_FULL=1`` on the heaviest of each chapter; ``make lighthouse`` asks it of every
page and keeps the record.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import bench_lighthouse as lighthouse  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVERY = lighthouse.heaviest() if (lighthouse.SITE / "intro.html").is_file() else ["intro.html"]
HEAVIEST = sorted(set(EVERY) - {"intro.html"}, key=lambda p: -(lighthouse.SITE / p).stat().st_size)
PAGES = EVERY if os.environ.get("LOSSBOOK_FULL") else ["intro.html", *HEAVIEST[:1]]


@pytest.mark.parametrize("path", PAGES)
def test_lighthouse_finds_the_page_faultless(site, path):
    """All but the speed, which ``make lighthouse`` measures where nothing else runs."""
    found = lighthouse.audit(f"{site}/{path}")
    assert lighthouse.short(found, speed=False) == [], found["faults"]
    assert found["shift"] < 0.1


def test_every_chapter_is_asked():
    from autograde.exercises import ORDER

    assert {path.split("/")[0] for path in EVERY} >= {"intro.html", *ORDER}


def test_what_falls_short_is_said():
    good = {"scores": dict.fromkeys(lighthouse.WANTED, 100), "bytes": 1, "machine": 1500}
    assert lighthouse.short(good) == []
    slow = good | {"scores": good["scores"] | {"performance": 94}}
    assert lighthouse.short(slow) == ["performance: 94 of 95"]
    assert lighthouse.short(slow, speed=False) == []
    heavy = good | {"scores": good["scores"] | {"seo": 99}, "bytes": 500_001, "machine": 300}
    assert lighthouse.short(heavy, speed=False) == ["seo: 99 of 100", "500001 bytes of 500000"]


def test_a_page_that_falls_short_is_seen(tmp_path):
    """No description, no language, a picture that is not there and has no text."""
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>x</title><meta name=viewport content=width=device-width>"
        "<img src=a.png width=10 height=10><p>text</p>"
    )
    with lighthouse.served(tmp_path) as home:
        lacks = lighthouse.short(lighthouse.audit(f"{home}/index.html"))
    assert {lack.split(":")[0] for lack in lacks} >= {"accessibility", "best-practices", "seo"}
