"""A small book, built for real: what makes it fail, and what its pages hold."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lossbook import _assets, _pages

ROOT = Path(__file__).resolve().parents[2]
FRONT = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
description: A page.
---
"""
CELLS = """
```{code-cell} ipython3
---
mystnb: {image: {alt: A rising line.}}
---
import matplotlib.pyplot as plt
import lossbook, lossref
lossbook.style.use()
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1]);
```

```{code-cell} ipython3
lossbook.explore.curves("huber", compare="mae")
```

```{code-cell} ipython3
lossbook.quiz.show(lossbook.quiz.number("?", lossref.mse([0.0], [2.0]), why="2 squared."))
```

```{code-cell} ipython3
lossbook.tables.card("huber")
```
"""
START = FRONT + (
    "# Start\n\nSee {eq}`one` and {doc}`deep/page`. {cite}`huber1964`\n\n$$\na &= b \\\\\nc &= d\n$$ (one)\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    ':::{notes-say} "They cannot *both* hold."\n:row: 3\n\nIndeed, $x$.\n:::\n\n'
    ":::{interview} Why $\\delta$?\nBecause.\n:::\n\n```{bibliography}\n```\n"
)


def build(folder: Path, pages: dict[str, str], **settings: object) -> subprocess.CompletedProcess:
    book = folder / "book"
    for name, text in pages.items():
        path = book / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (book / "references.bib").write_text(
        "@article{huber1964, author={Huber, P. J.}, title={T}, journal={J}, year={1964}}\n"
    )
    root, *others = pages
    chapters = "".join(f"- file: {name}\n" for name in others)
    (folder / "_toc.yml").write_text(
        f"format: jb-book\nroot: {root}\n" + (f"chapters:\n{chapters}" if others else "")
    )
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    for key, value in settings.items():
        config = re.sub(rf"(?m)^(\s*){key}:.*$", rf"\g<1>{key}: {value}", config)
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    # It returns when the last process that holds its pipes has ended: nothing outlives a build.
    return subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", "book", "--config",
         "_config.yml", "--toc", str(folder / "_toc.yml"), "--path-output", ".",
         "-W", "-n", "--keep-going"],
        cwd=folder, capture_output=True, text=True, timeout=240,
    )  # fmt: skip


FILLS_A_CACHE = """
import os, sys
import nbformat.v4 as new
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from lossbook import build
sys.argv[2] == "alone" and build.one_at_a_time()
get_cache(sys.argv[1]).db
def fill(who):
    cache = get_cache(sys.argv[1])
    for page in range(40):
        cell = new.new_code_cell(f"{who}, {page}")
        cache.cache_notebook_bundle(CacheBundleIn(new.new_notebook(cells=[cell]), f"{who}/{page}"), False, True)
children = []
for who in range(4):
    children.append(os.fork())
    if not children[-1]:
        try:
            fill(who)
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(1)
        os._exit(0)
failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
print(failed, len(get_cache(sys.argv[1]).list_cache_records()))
"""


@pytest.mark.parametrize("how", ["alone", "together"])
def test_processes_that_read_pages_share_a_cache(how, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FILLS_A_CACHE, tmp_path / "cache", how],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    last = done.stdout.splitlines()[-1:]
    # Without a lock pages get lost or the build ends: the lock is there for a reason.
    assert (last == ["0 160"]) is (how == "alone"), done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    done = build(folder, {"start": START, "deep/page": FRONT + "# Deep\n" + CELLS})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"


def test_nothing_outside_is_asked_for_and_every_address_is_relative(site):
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|img|link|source|iframe)\b[^>]*>", html):
            address = re.search(r'(?:src|href)="([^"]*)"', tag)
            assert not address or not re.match(r"\w+:|/", address[1]), tag
        css = site / "_static/lossbook/site.css"
    assert "http" not in re.sub(r'xmlns=["\'][^"\']*', "", css.read_text("utf-8")).replace(
        "http://www.w3.org/2000/svg", ""
    )


def test_every_address_leads_to_a_file(site):
    for path in site.rglob("*.html"):
        for link in re.findall(
            r'(?:href|src)="([^"#?:]+)(?=["#?])', path.read_text(encoding="utf-8")
        ):
            assert (path.parent / link).exists(), f"{path.relative_to(site)} -> {link}"
    css = site / "_static/lossbook/site.css"
    for link in re.findall(r"url\(([\w./-]+)\)", css.read_text("utf-8")):
        assert (css.parent / link).is_file(), link


def test_a_page_loads_only_what_it_uses(site):
    start, page = ((site / name).read_text("utf-8") for name in ("start.html", "deep/page.html"))
    assert re.findall(r'<script[^>]*src="([^"?]*)', start) == [
        "_static/lossbook/tools.js",
        "_static/scripts/furo.js",
    ]
    assert re.findall(r'<script type="module" src="([^"?]*)', page) == [
        "../_static/lossbook/tools.js",
        "../_static/lossbook/explorer.js",
        "../_static/lossbook/quiz.js",
    ]
    assert len(re.findall(r'rel="stylesheet"', page)) == 1
    for name in ("basic.css", "pygments.css", "styles"):
        assert not (site / "_static" / name).exists()


def test_the_head_says_what_the_page_is(site):
    html = (site / "start.html").read_text("utf-8")
    assert '<html class="no-js" lang="en"' in html
    assert '<meta name="description" content="A page.">' in html
    assert "canonical" not in html
    assert html.count('name="viewport"') == 1
    assert (site / "index.html").read_text("utf-8") == html


def test_formulas_are_numbered_linked_and_need_no_script(site):
    html = (site / "start.html").read_text("utf-8")
    assert 'href="#equation-one"' in html
    assert re.search(r'id="equation-one".*?class="eqno">\(1\)', html, re.S)
    assert "<math" in html
    assert not re.search(r"<script[^>]*(?:katex|mathjax)", html, re.I)


def test_images_have_a_size_a_text_and_wait_below_the_fold(site):
    html = (site / "deep/page.html").read_text("utf-8")
    images = re.findall(r"<img\b[^>]*>", html)
    assert len(images) == 2
    for image in images:
        assert re.search(r'width="\d+" height="\d+"', image), image
        assert re.search(r'alt="[^"]{5,}"', image), image
    assert 'loading="lazy"' not in images[0]
    assert "data:image" not in html


def test_tables_scroll_alone_and_are_named(site):
    start, page = ((site / name).read_text("utf-8") for name in ("start.html", "deep/page.html"))
    for html, label in ((start, "Table 1"), (page, "Huber loss in short")):
        wrapped = re.findall(
            r'<div class="table-wrapper" role="region" tabindex="0" aria-label="([^"]*)">\s*<table',
            html,
        )
        assert wrapped == [label]
        assert html.count('class="table-wrapper') == 1


def test_boxes(site):
    html = (site / "start.html").read_text("utf-8")
    assert "The notes say (errata 3)" in html
    assert "<em>both</em>" in html
    assert re.search(
        r'<details class="interview" id="interview-why-delta"><summary>.*?Why.*?</summary>.*?Because',
        html,
        re.S,
    )


FIGURE = """
```{code-cell} ipython3
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
```
"""


DEFECTS = {
    "alt": (FRONT + "# A\n" + FIGURE, "no alternative text"),
    "description": ("# A\n", "no `description: ...`"),
    "formula": (FRONT + "# A\n\nThe $\\frac{1$ is broken.\n", "\\frac{1"),
    "failure": (
        FRONT + "# A\n\n```{code-cell} ipython3\n1 / 0\n```\n",
        "Executing notebook failed",
    ),
    "exercise": (FRONT + "# A\n\n```{exercise} hubert\n```\n", "exercise 'hubert'"),
    "link": (FRONT + "# A\n\n{doc}`nowhere`\n", "unknown document: 'nowhere'"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> subprocess.CompletedProcess:
    folder = tmp_path_factory.mktemp("broken")
    return build(folder, {name: page for name, (page, _) in DEFECTS.items()})


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_fails_the_build_and_is_named_with_its_page(broken, name):
    assert broken.returncode == 1
    warnings = [
        line
        for line in re.split(r"\x1b\[[\d;]*m|\n(?=/)", broken.stdout + broken.stderr)
        if DEFECTS[name][1] in line
    ]
    assert any(f"{name}.md" in line for line in warnings), broken.stderr[-3000:]


def test_with_an_address_there_are_canonical_links_and_a_sitemap(tmp_path):
    done = build(tmp_path, {"a": FRONT + "# A\n"}, html_baseurl="https://example.org/book/")
    assert done.returncode == 0, done.stderr[-2000:]
    site = tmp_path / "_build/html"
    assert '<link rel="canonical" href="https://example.org/book/a.html">' in (
        site / "a.html"
    ).read_text("utf-8")
    assert "<loc>https://example.org/book/a.html</loc>" in (site / "sitemap.xml").read_text()
    assert "Sitemap: https://example.org/book/sitemap.xml" in (site / "robots.txt").read_text()


def test_outputs_are_forgotten_when_the_code_that_cells_call_changes(tmp_path):
    counted = tmp_path / "count"
    cell = f"```{{code-cell}} ipython3\nopen({str(counted)!r}, 'a').write('x');\n```\n"
    pages = {"a": FRONT + "# A\n\n" + cell}
    for expected, forget in ((1, False), (1, False), (2, True)):
        if forget:
            mark = tmp_path / "_build" / ".lossbook-sources"
            mark.write_text("another digest")
            shutil.rmtree(tmp_path / "_build" / ".doctrees")
        assert build(tmp_path, pages).returncode == 0
        assert len(counted.read_text()) == expected


# -- the parts, without a build ------------------------------------------------------------


def test_minified_css_says_the_same():
    css = "/* a */ a > b { color : red ; margin: 0 1px; }\n@media (x) { c { d: calc(1px + 2px); } }"
    assert (
        _assets.minified(css) == "a>b{color : red;margin: 0 1px}@media (x){c{d: calc(1px + 2px)}}"
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('<svg width="72pt" height="36pt">', (96, 48)),
        ('<svg xmlns="x"\n height="36" width="72">', (72, 36)),
        ('<svg viewBox="0 0 1 1">', None),
    ],
)
def test_the_size_of_a_drawing(tmp_path, text, size):
    path = tmp_path / "a.svg"
    path.write_text(text)
    assert _pages.size_of(path) == size


def test_long_code_can_be_scrolled_by_keyboard_and_short_code_is_no_stop():
    long = "x" * (_pages.NARROW + 1)
    html = f"<pre><span>{long}</span></pre><pre>{long[:-1]}\nshort</pre>"
    body = _pages.finish(html, Path("."), "", {})
    assert body.startswith('<pre tabindex="0">')
    assert body.count("tabindex") == 1


def test_each_part_of_a_page_says_about_how_tall_it_is(site):
    html = (site / "start.html").read_text("utf-8")
    assert "content-visibility" in (site / "_static/lossbook/site.css").read_text("utf-8")
    short = '<section id="a"><h2>A</h2><p>word</p></section>'
    long = f'<section id="b"><h2>B</h2><p>{"word " * 400}</p><section id="c"><pre>1\n2</pre></section></section>'
    grows = '<section id="d"><loss-progress></loss-progress></section>'
    page = f'<section id="top"><h1>T</h1>{short}{long}{grows}</section>'
    told = _pages.sections(page)
    assert re.sub(r' class="far" style="[^"]*"', "", told) == page  # nothing else is touched
    sizes = re.findall(
        r'<section class="far" style="--narrow:(\d+)px;--wide:(\d+)px" id="(\w)"', told
    )
    assert [name for *_, name in sizes] == ["a", "b"]  # not the page, not parts of parts
    (narrow_a, wide_a, _), (narrow_b, wide_b, _) = sizes
    assert 100 < int(wide_a) <= int(narrow_a) < 300
    # 2000 letters are 44 lines of 24 px on a phone.
    assert 1000 < int(narrow_b) < 2500
    assert int(wide_b) < int(narrow_b)
    assert _pages.sections("<p>no parts</p>") == "<p>no parts</p>"
    assert html.count("<section") == html.count("</section>")
