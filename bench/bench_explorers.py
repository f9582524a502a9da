"""How long an explorer keeps the page busy for one input, against the 16.7 ms of a frame.

    python bench/bench_explorers.py [--rounds 3] [--write]

Needs the built site and Chromium. Of each kind the explorer with the most data, on its page. An
input is a move of the pointer over the plot, a step of a slider (which is what an arrow key sends),
a button or a choice. Counted is the processor time of the page's main thread until the picture has
changed: the tasks from the input to the end of the next frame, with scripts, style, layout and
paint, as Chromium's own trace tells it. The clock would also count the programs that run beside;
it is kept out. Each input is sent in several rounds and its least time counts, because caches and
the collector of garbage can only add to it. Each kind is measured as it is and with the
processor slowed down four times, like a phone. ``--write`` keeps it in bench/explorers.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import threading
from pathlib import Path
from typing import Any

from lossbook.serve import server

REPO = Path(__file__).resolve().parents[1]
SITE = REPO / "_build" / "html"
RECORD = Path(__file__).with_name("explorers.json")
FRAME_MS = 16.7
SLOWER = (1, 4)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
EXPLORER = re.compile(
    r'<loss-explorer data-kind="(\w+)"><script type="application/json">(.*?)</script>', re.S
)

#: Sends every input to an explorer or the tree and tells what each cost, in milliseconds.
MEASURE = """async (root) => {
  const next = () => new Promise(requestAnimationFrame);
  const rest = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  });
  const all = (what) => [...root.querySelectorAll(what)];
  const sends = [];
  const svg = root.querySelector(".ex-plot svg");
  if (svg && getComputedStyle(svg).cursor !== "default") {
    const box = svg.getBoundingClientRect();
    const pointer = (type, x, y) => svg.dispatchEvent(new PointerEvent(type, {
      pointerId: 1, clientX: box.x + x * box.width, clientY: box.y + y * box.height, bubbles: true, cancelable: true }));
    for (let k = 0; k < 30; k++) {
      sends.push(() => {
        pointer("pointermove", 0.12 + 0.023 * k, 0.3 + 0.3 * Math.sin(k) ** 2);
      });
    }
  }
  const sliders = all("input[type=range]").length;
  for (let k = 0; sliders && k < 24; k++) {
    sends.push(() => {
      const bars = all("input[type=range]");
      const bar = bars[k % bars.length];
      bar.value = Math.round(bar.max * (((7 * k) % 23) / 23));
      bar.dispatchEvent(new Event("input"));
    });
  }
  for (const button of all(".ex-tries button")) sends.push(() => button.click());
  for (let k = 0; k < all("select").length; k++) {
    for (let o = all("select")[k].options.length - 1; o >= 0; o--) {
      sends.push(() => {
        all("select")[k].selectedIndex = o;
        all("select")[k].dispatchEvent(new Event("change"));
      });
    }
  }
  for (let k = 0; root.localName === "loss-tree" && k < 30; k++) {
    sends.push(() => {
      const answers = all(".tree-choices button");
      (answers.length ? answers[k % answers.length] : all(".tree-trail button")[0]).click();
    });
  }
  const changed = [];
  for (const [k, send] of sends.entries()) {
    await next();
    await rest(); // nothing is left to do
    const before = root.innerHTML;
    performance.mark(`input-${k}`);
    await rest();
    send();
    await next();
    await rest(); // the frame is painted
    performance.mark(`shown-${k}`);
    changed.push(root.innerHTML !== before);
  }
  return changed;
}"""
#: What Chromium calls a task of a thread, and where marks are told.
TASK = "ThreadControllerImpl::RunTask"
CATEGORIES = ["toplevel", "blink.user_timing"]


def heaviest(site: Path = SITE) -> dict[str, tuple[str, int, int]]:
    """Of each kind the page of the explorer with most data, its place there, and its bytes."""
    found: dict[str, tuple[str, int, int]] = {}
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for place, (kind, data) in enumerate(EXPLORER.findall(text)):
            size = len(data.encode())
            if size > found.get(kind, ("", 0, 0))[2]:
                found[kind] = (str(path.relative_to(site)), place, size)
        if "<loss-tree" in text:
            tree = text[text.index("<loss-tree") : text.index("</loss-tree>")]
            found["tree"] = (str(path.relative_to(site)), 0, len(tree.encode()))
    return dict(sorted(found.items()))


def measure(browser: Any, address: str, tag: str, place: int, slower: int, rounds: int) -> list:
    """The least milliseconds of each input that changed the picture."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    root = page.locator(tag).nth(place)
    root.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    plot = root.locator(".ex-plot svg")
    if plot.count():  # only a button that is really down captures the pointer
        plot.first.hover()
        page.mouse.down()
    root.evaluate(MEASURE)  # warms up
    runs = []
    for _ in range(rounds):
        browser.start_tracing(page=page, categories=CATEGORIES)
        changed = root.evaluate(MEASURE)
        runs.append(busy(json.loads(browser.stop_tracing())["traceEvents"], len(changed)))
    page.close()
    return [
        min(each) for each, moved in zip(zip(*runs, strict=True), changed, strict=True) if moved
    ]


def busy(events: list[dict[str, Any]], count: int) -> list[float]:
    """Milliseconds of processor time between the marks of each input, on their thread."""
    marks = {e["name"]: e for e in events if e["name"].startswith(("input-", "shown-"))}
    thread = marks["input-0"]["pid"], marks["input-0"]["tid"]
    # One that took a microsecond, or was not over when the trace ended, has no time.
    tasks = [
        e for e in events if e["name"] == TASK and (e["pid"], e["tid"]) == thread and "tdur" in e
    ]
    return [
        sum(
            task["tdur"]
            for task in tasks
            if marks[f"input-{k}"]["ts"] < task["ts"] < marks[f"shown-{k}"]["ts"]
        )
        / 1000
        for k in range(count)
    ]


def summary(times: list[float]) -> dict[str, float]:
    return {
        "inputs": len(times),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "worst_ms": round(max(times), 1),
    }


def processor() -> str:
    names = (
        re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        if Path("/proc/cpuinfo").is_file()
        else []
    )
    return names[0].strip() if names else platform.processor() or platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kinds", default="", help="some of them, with commas between")
    parser.add_argument("--write", action="store_true", help="keep it in bench/explorers.json")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    running = server(str(SITE), 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{running.server_port}"
    rows = {}
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        version = browser.version
        for kind, (page, place, size) in heaviest().items():
            if options.kinds and kind not in options.kinds.split(","):
                continue
            tag = "loss-tree" if kind == "tree" else "loss-explorer"
            row: dict[str, Any] = {"page": page.removesuffix(".html"), "bytes": size}
            for slower in SLOWER:
                found = measure(browser, f"{home}/{page}", tag, place, slower, options.rounds)
                row[f"slower_{slower}"] = summary(found)
            rows[kind] = row
            print(f"{kind:9}", *row.values(), flush=True)
        browser.close()
    running.shutdown()
    if options.write:
        kept = {
            "machine": f"{processor()}, {os.cpu_count()} cores",
            "chromium": re.match(r"\d+", version)[0],
            "frame_ms": FRAME_MS,
            "rounds": options.rounds,
            "kinds": rows,
        }
        RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    late = [kind for kind, row in rows.items() if row["slower_1"]["p95_ms"] > FRAME_MS]
    print("Longer than a frame:", ", ".join(late) or "none")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
