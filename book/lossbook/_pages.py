"""The last touch on the HTML of a page: sizes of images, tables that scroll, keyboard access."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape, unescape
from pathlib import Path

IMAGE = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
TABLE = re.compile(
    r'(?P<open><div class="table-wrapper[^"]*"[^>]*>\s*)?(?P<table><table\b.*?</table>)'
    r"(?(open)\s*</div>)",
    re.S,
)
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.S)
CODE = re.compile(r"<pre>(.*?)</pre>", re.S)
FORMULA = re.compile(r'<div class="math-wrapper[^"]*"[^>]*>')
TAG = re.compile(r"<[^>]*>")
FOLD = 2500  # characters of text before which an image may be in the first screen
SECTION = re.compile(r"<section\b|</section>")
UNGUESSED = ("<loss-progress", "<dl ")
UNSEEN = re.compile(r"<(script|style|math|svg)\b.*?</\1>", re.S)
PROSE = re.compile(r"<(p|li|dd|summary|h[2-5]|label|figcaption)\b[^>]*>(.*?)</\1>", re.S)
LISTING = re.compile(r"<pre\b.*?</pre>", re.S)
SIDES = re.compile(r'\b(width|height)="([\d.]+)"')
#: Letters on a line, pixels across, and what each thing adds to the height, in pixels: fitted by
#: least squares to the heights that the parts of all pages had in Chromium.
NARROW_ROOM = (46, 380, {"line": 24, "code": 14, "pre": 69, "formula": 90, "row": 45,
                         "explorer": 580, "exercise": 390, "quiz": 67})  # fmt: skip
WIDE_ROOM = (88, 736, {"line": 18, "code": 13, "pre": 81, "formula": 120, "row": 27,
                       "explorer": 380, "exercise": 310, "quiz": 156})  # fmt: skip
GENEROUS = 1.3  # a part that turns out taller than its place lies over the next one until it is met
NARROW = 42  # characters of code that fit on the narrowest screen


def finish(body: str, site: Path, up: str, sources: dict[str, Path]) -> str:
    """The body of a page with everything below done; ``up`` leads to the site's root.

    ``sources`` tells for the name of an image in ``_images`` the file that it will be a
    copy of: images are copied after the pages are written.
    """
    body = images(body, site, up, sources)
    body = tables(body)
    body = CODE.sub(_code, body)
    # The role that docutils gives a reference is deprecated, and wrong inside a list.
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    body = FORMULA.sub(r'<div class="math-wrapper" tabindex="0">', body)
    body = sections(body)
    return body.replace('class="headerlink"', 'class="headerlink" aria-label="Link to here"')


def images(body: str, site: Path, up: str, sources: dict[str, Path]) -> str:
    """Give each image its size, and let it wait until it is near the screen."""

    def rewrite(match: re.Match[str]) -> str:
        attributes = dict(ATTRIBUTE.findall(match[0]))
        source = attributes.get("src", "")
        if source.startswith("data:image/svg+xml;base64,"):
            source = attributes["src"] = up + _store(source, site)
        if "://" not in source and not {"width", "height"} <= set(attributes):
            inside = re.sub(r"^(\.\./)+", "", source.split("?")[0])
            size = size_of(sources.get(Path(inside).name, site / inside))
            if size:
                attributes["width"], attributes["height"] = (f"{n:.0f}" for n in size)
        text = TAG.sub("", body[: match.start()])
        if len(text) > FOLD:
            attributes["loading"] = "lazy"
        attributes["decoding"] = "async"
        return "<img " + " ".join(f'{k}="{v}"' for k, v in attributes.items()) + ">"

    return IMAGE.sub(rewrite, body)


def _store(source: str, site: Path) -> str:
    data = base64.b64decode(source.split(",", 1)[1])
    name = f"_images/{hashlib.sha256(data).hexdigest()[:16]}.svg"
    (site / "_images").mkdir(exist_ok=True)
    (site / name).write_bytes(data)
    return name


def size_of(path: Path) -> tuple[float, float] | None:
    """Width and height of an image in CSS pixels; None if it is not there or not known."""
    if not path.is_file():
        return None
    if path.suffix == ".svg":
        head = path.read_text(encoding="utf-8", errors="replace")[:2000]
        found = [
            re.search(rf'<svg[^>]*\b{side}="([\d.]+)(pt|px)?"', head)
            for side in ("width", "height")
        ]
        if not all(found):
            return None
        return tuple(float(m[1]) * (4 / 3 if m[2] == "pt" else 1) for m in found)  # type: ignore
    if path.suffix == ".png":
        data = path.read_bytes()[:24]
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return None


def sections(body: str) -> str:
    """Tell for each part of a page about how tall it is, so that a browser may lay it out late.

    A page of formulas has ten thousand elements, and laying all of them out before the first
    one is shown costs a phone half a second. The guess stands in for what is not near the
    screen. Parts that grow by script, and the lists of the reference, are left alone.
    """
    depth, start, done, last = 0, 0, [], 0
    for tag in SECTION.finditer(body):
        if tag[0] != "</section>":
            depth += 1
            start = tag.start() if depth == 2 else start
            continue
        part = body[start : tag.end()]
        if depth == 2 and not any(mark in part for mark in UNGUESSED):
            narrow, wide = (height(part, *room) for room in (NARROW_ROOM, WIDE_ROOM))
            done.append(body[last:start])
            done.append(f'<section class="far" style="--narrow:{narrow}px;--wide:{wide}px"')
            last = start + len("<section")
        depth -= 1
    return "".join([*done, body[last:]])


def height(part: str, letters: int, width: int, costs: dict[str, float]) -> int:
    """About how many pixels tall a part of a page is, rather more than less."""
    text = UNSEEN.sub("", part)
    pictures = (dict(SIDES.findall(image)) for image in IMAGE.findall(text))
    seen = {
        "line": sum(-(-len(unescape(TAG.sub("", m[2]))) // letters) for m in PROSE.finditer(text)),
        "code": sum(code.count("\n") + 1 for code in LISTING.findall(text)),
        "pre": text.count("<pre"),
        "formula": part.count('class="math-wrapper'),
        "row": text.count("<tr"),
        "explorer": part.count("<loss-explorer"),
        "exercise": part.count("<loss-exercise"),
        "quiz": part.count("<loss-quiz"),
    }
    drawn = sum(
        float(p["height"]) * min(1, width / float(p["width"])) for p in pictures if len(p) == 2
    )
    guess = 50 + drawn + sum(count * costs[what] for what, count in seen.items())
    return round(GENEROUS * guess)


def tables(body: str) -> str:
    """Each table in a container of its own, which scrolls and can be reached by keyboard."""
    count = 0

    def rewrite(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        table = match["table"].replace(' border="1"', "")
        caption = CAPTION.search(table)
        label = plain(caption[1]) if caption else f"Table {count}"
        return (
            f'<div class="table-wrapper" role="region" tabindex="0" aria-label="{escape(label)}">'
            f"{table}</div>"
        )

    return TABLE.sub(rewrite, body)


def plain(html: str) -> str:
    """The text of a piece of HTML, on one line."""
    html = re.sub(r'<a class="headerlink".*?</a>', "", html, flags=re.S)
    return " ".join(unescape(TAG.sub("", html)).split())


def _code(match: re.Match[str]) -> str:
    lines = unescape(TAG.sub("", match[1])).split("\n")
    if max(map(len, lines)) <= NARROW:
        return match[0]
    return f'<pre tabindex="0">{match[1]}</pre>'
