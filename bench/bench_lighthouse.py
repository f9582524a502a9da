"""What Lighthouse says of the pages of the book: mobile, its default throttling.

    python bench/bench_lighthouse.py [--all] [--write]

Needs the built site, Chromium and web/node_modules. Without ``--all`` the heaviest page of each
chapter and the start. Two pages are asked at once; who falls short is asked again alone, up to
twice, because a busy machine can only make a run worse. A page's weight is what a browser
received, compressed. ``--write`` keeps what was measured in bench/lighthouse.json.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lossbook.katex import node
from lossbook.serve import server

REPO = Path(__file__).resolve().parents[1]
SITE = REPO / "_build" / "html"
RECORD = Path(__file__).with_name("lighthouse.json")
#: At least this, and at most so many bytes before Run.
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
WEIGHT = 500_000
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def pages(site: Path = SITE) -> list[str]:
    """Every page of the table of contents, with its ending."""
    named = re.findall(r"(?:root|file): (\S+)", (REPO / "_toc.yml").read_text(encoding="utf-8"))
    return [f"{name}.html" for name in named]


def heaviest(site: Path = SITE) -> list[str]:
    """The start and the page of each chapter that has most to lay out."""
    chapters: dict[str, str] = {}
    for page in pages(site):
        chapter = page.split("/")[0]
        if chapter not in chapters or _size(site / page) > _size(site / chapters[chapter]):
            chapters[chapter] = page
    return [page for chapter, page in chapters.items() if "/" in page or chapter == "intro.html"]


def _size(path: Path) -> int:
    return path.stat().st_size


@contextmanager
def served(site: Path = SITE):
    running = server(str(site), 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


def audit(address: str) -> dict[str, Any]:
    """Scores of one page in per cent, its weight in bytes, and what was not perfect."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "report.json")
        run = subprocess.run(
            [node(), REPO / "web/node_modules/lighthouse/cli/index.js", address, "--quiet",
             "--output=json", f"--output-path={out}", f"--chrome-flags={FLAGS}"],
            env={**os.environ, "CHROME_PATH": str(chromium)},
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        if not out.is_file():
            raise RuntimeError(f"Lighthouse did not finish on {address}: {run.stderr[-1500:]}")
        report = json.loads(out.read_text(encoding="utf-8"))
    if error := report.get("runtimeError"):
        raise RuntimeError(f"Lighthouse on {address}: {error['message']}")
    audits = report["audits"]
    parts = report["categories"]
    return {
        "scores": {name: round(100 * parts[name]["score"]) for name in WANTED},
        "bytes": sum(
            item.get("transferSize") or 0 for item in audits["network-requests"]["details"]["items"]
        ),
        "machine": round(report["environment"]["benchmarkIndex"]),
        "blocking_ms": round(audits["total-blocking-time"]["numericValue"]),
        "paint_ms": round(audits["largest-contentful-paint"]["numericValue"]),
        "shift": round(audits["cumulative-layout-shift"]["numericValue"], 3),
        "faults": [
            f"{ref['id']}: {json.dumps(audits[ref['id']].get('details', {}).get('items', []))[:600]}"
            for name in WANTED
            for ref in parts[name]["auditRefs"]
            if ref["weight"] and audits[ref["id"]]["score"] not in (None, 1)
        ],
    }


def again(address: str, found: dict[str, Any], runs: int = 2) -> dict[str, Any]:
    """``found``, or a better one of up to ``runs`` more runs, if it was too slow."""
    for _ in range(runs):
        if found["scores"]["performance"] >= WANTED["performance"]:
            break
        now = audit(address)
        if now["scores"]["performance"] > found["scores"]["performance"]:
            found = now
    return found


def short(found: dict[str, Any], speed: bool = True) -> list[str]:
    """What a page lacks. Without ``speed``, only what no busy machine can change."""
    lacks = [
        f"{name}: {found['scores'][name]} of {least}"
        for name, least in WANTED.items()
        if found["scores"][name] < least and (speed or name != "performance")
    ]
    if found["bytes"] > WEIGHT:
        lacks.append(f"{found['bytes']} bytes of {WEIGHT}")
    return lacks


def _first(address: str) -> dict[str, Any]:
    found = audit(address)
    print(".", end="", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--all", action="store_true", help="every page, not one of each chapter")
    parser.add_argument("--write", action="store_true", help="keep it in bench/lighthouse.json")
    options = parser.parse_args()
    asked = pages() if options.all else heaviest()
    rows: dict[str, dict[str, Any]] = {}
    lacking = 0
    with served() as home, ThreadPoolExecutor(2) as pool:
        first = dict(
            zip(asked, pool.map(lambda page: _first(f"{home}/{page}"), asked), strict=True)
        )
        print()
        for page, found in first.items():
            found = again(f"{home}/{page}", found)
            faults, lacks = found.pop("faults"), short(found)
            rows[page.removesuffix(".html")] = found
            scores = " ".join(f"{score:4d}" for score in found["scores"].values())
            print(
                f"{page:45} {scores} {found['bytes'] / 1000:6.0f} kB, machine {found['machine']}",
                flush=True,
            )
            for line in [*lacks, *faults] if lacks else []:
                print("   ", line)
            lacking += bool(lacks)
    if options.write:
        kept = {
            "pages": len(rows),
            "least": {n: min(row["scores"][n] for row in rows.values()) for n in WANTED},
            "most_bytes": max(row["bytes"] for row in rows.values()),
            "each": rows,
        }
        RECORD.write_text(json.dumps(kept, indent=1) + "\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
