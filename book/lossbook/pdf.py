"""``python -m lossbook.pdf SITE PDF [PAGE ...]``: the book on paper, printed by Chromium.

Each page of the site is printed without scripts, so that figures stand where the explorers are.
Then the pages are joined: a list of contents with page numbers, bookmarks, and links that lead
to places in the same file. Needs playwright, pypdf and a Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import yaml

import lossref
from lossbook import _assets, _pages

A4 = {
    "format": "A4",
    "print_background": True,
    "margin": {"top": "18mm", "bottom": "20mm", "left": "19mm", "right": "19mm"},
}
STYLE = """
body { margin: 0; color: #000; font: 11pt/1.5 system-ui, sans-serif; }
h1 { font-size: 24pt; } a { color: inherit; text-decoration: none; }
ol { margin: 0; padding: 0; list-style: none; } ol ol { padding-left: 1.4em; }
li > a { display: flex; gap: .6em; } li > a::before { order: 1; flex: 1; content: "";
  border-bottom: 1px dotted #999; } li > a b { order: 2; font-weight: 400; }
.chapter { margin-top: .6em; font-weight: 600; break-after: avoid; } .chapter ol { font-weight: 400; }
"""


@dataclass
class Part:
    """One page of the site: its name, depth in the contents, title, and its print."""

    name: str
    depth: int
    title: str
    reader: Any = None
    first: int = 0
    places: dict[str, tuple[int, float, float]] = field(default_factory=dict)


def order(toc: Path) -> Iterator[tuple[str, int]]:
    """The pages of the book in their order, with their depth."""
    listed = yaml.safe_load(toc.read_text(encoding="utf-8"))
    yield listed["root"], 0
    for chapter in listed.get("chapters", ()):
        yield chapter["file"], 0
        for section in chapter.get("sections", ()):
            yield section["file"], 1


def title_of(html: str) -> str:
    return _pages.plain(re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)[1]).rstrip("¶ ")  # type: ignore[index]


def parts_of(site: Path, toc: Path, only: list[str]) -> list[Part]:
    found = [
        Part(name, depth, title_of((site / f"{name}.html").read_text(encoding="utf-8")))
        for name, depth in order(toc)
        if not only or name in only
    ]
    missing = set(only) - {part.name for part in found}
    if missing:
        raise ValueError(f"pdf: no page is called {', '.join(sorted(missing))}")
    return found


class Printer:
    """A Chromium that runs no scripts and asks nobody but the server of the site."""

    def __init__(self, browser: Any, base: str) -> None:
        self.base = base
        self.page = browser.new_context(java_script_enabled=False).new_page()
        self.page.route(
            "**/*", lambda r: r.continue_() if r.request.url.startswith(base) else r.abort()
        )

    def site_page(self, name: str) -> Any:
        self.page.goto(f"{self.base}{name}.html", wait_until="load")
        return self._printed()

    def text(self, body: str, **options: Any) -> Any:
        head = f'<meta charset="utf-8"><base href="{self.base}"><style>{STYLE}</style>'
        self.page.set_content(f'<!doctype html><html lang="en">{head}<body>{body}</body></html>')
        return self._printed(**options)

    def _printed(self, **options: Any) -> Any:
        from pypdf import PdfReader

        return PdfReader(io.BytesIO(self.page.pdf(**{**A4, **options})))


def contents(parts: list[Part]) -> str:
    """The title and the list of contents, with the page on which each part begins."""
    rows, deep = [], False
    for part in parts:
        if part.depth and not deep:
            rows.append("<ol>")
        if not part.depth and deep:
            rows.append("</ol>")
        deep = bool(part.depth)
        rows.append(
            f'<li{"" if deep else " class=chapter"}><a href="{part.name}.html">'
            f"{escape(part.title)}<b>{part.first + 1}</b></a></li>"
        )
    rows.append("</ol>" if deep else "")
    return f"<h1>Lossbook</h1><p>Version {lossref.__version__}</p><ol>{''.join(rows)}</ol>"


def numbers(count: int) -> str:
    """Empty pages with nothing but their number, in the margin at the foot."""
    page = (
        '<div style="height: 296mm; position: relative; break-after: page"><p style="position: '
        'absolute; bottom: 9mm; width: 100%; margin: 0; text-align: center; font-size: 9pt">'
        "{}</p></div>"
    )
    return "".join(page.format(number) for number in range(1, count + 1))


def places(reader: Any) -> dict[str, tuple[int, float, float]]:
    """Where the named places of a print are: page, left and top."""
    found = {}
    for name, place in reader.named_destinations.items():
        index = reader.get_destination_page_number(place)
        if index is not None and index >= 0:
            found[name.lstrip("/")] = (index, float(place.left or 0), float(place.top or 0))
    return found


def join(front: Any, parts: list[Part], stamps: Any, base: str) -> Any:
    """One file of all prints, numbered, with bookmarks, whose links stay inside it."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    readers = [(Part("", 0, "Contents", front), front), *((part, part.reader) for part in parts)]
    parents: list[Any] = []
    for part, reader in readers:
        at = len(writer.pages)
        for page in reader.pages:
            writer.add_page(page)
        parent = parents[-1] if part.depth and parents else None
        mark = writer.add_outline_item(title=part.title, page_number=at, parent=parent)
        if not part.depth:
            parents.append(mark)
    for page, stamp in zip(writer.pages, stamps.pages, strict=False):
        page.merge_page(stamp)
        page.compress_content_streams()
    by_name = {part.name: part for part in parts}
    at = 0
    for part, reader in readers:
        for offset in range(len(reader.pages)):
            _keep_links_inside(writer, at + offset, part, by_name, base)
        at += len(reader.pages)
    writer.add_metadata({"/Title": "Lossbook", "/Author": "The Lossbook authors"})
    writer.compress_identical_objects()
    return writer


def _keep_links_inside(
    writer: Any, number: int, here: Part, by_name: dict[str, Part], base: str
) -> None:
    from pypdf.generic import ArrayObject, FloatObject, NameObject, NullObject

    page = writer.pages[number]
    kept = ArrayObject()
    for reference in page.get("/Annots") or ():
        link = reference.get_object()
        address = str((link.get("/A") or {}).get("/URI", ""))
        named = link.get("/Dest")
        part, anchor = here, ""
        if isinstance(named, str):
            anchor = str(named).lstrip("/")
        elif address.startswith(base):
            path, anchor = urldefrag(address.removeprefix(base))
            part = by_name.get(path.split("?")[0].removesuffix(".html"))  # type: ignore[assignment]
            if part is None:
                continue  # a file that is not in this book: no link
        elif not address:
            continue
        if isinstance(named, str) or address.startswith(base):
            index, left, top = part.places.get(anchor, (0, 0.0, 10_000.0))
            target = writer.pages[part.first + index].indirect_reference
            link.pop("/A", None)
            link[NameObject("/Dest")] = ArrayObject(
                [target, NameObject("/XYZ"), FloatObject(left), FloatObject(top), NullObject()]
            )
        kept.append(reference)
    page[NameObject("/Annots")] = kept


def write_pdf(site: Path, path: Path, only: list[str] | None = None, tell: Any = print) -> int:
    """Print the site, or ``only`` some of its pages, into ``path``; the number of pages."""
    from playwright.sync_api import sync_playwright

    from lossbook.serve import server

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not (site / "index.html").is_file():
        raise ValueError(f"pdf: no site in {site}; build it with: make book")
    parts = parts_of(site, _assets.ROOT / "_toc.yml", only or [])
    running = server(str(site), 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{running.server_port}/"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            printer = Printer(browser, base)
            for part in parts:
                part.reader = printer.site_page(part.name)
                part.places = places(part.reader)
                tell(f"{part.name}: {len(part.reader.pages)} pages")
            # The numbers in the contents depend on how many pages the contents take.
            front = printer.text(contents(parts))
            at = len(front.pages)
            for part in parts:
                part.first, at = at, at + len(part.reader.pages)
            front = printer.text(contents(parts))
            stamps = printer.text(numbers(at), margin={})
            writer = join(front, parts, stamps, base)
            browser.close()
    finally:
        running.shutdown()
    path.parent.mkdir(parents=True, exist_ok=True)
    writer.write(path)
    return at


def main() -> int:
    if len(sys.argv) < 3:
        print("usage: python -m lossbook.pdf SITE PDF [PAGE ...]", file=sys.stderr)
        return 2
    site, path, only = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    try:
        count = write_pdf(site, path, only)
    except (ValueError, ImportError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Wrote {count} pages, {path.stat().st_size / 1e6:.0f} MB, into {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
