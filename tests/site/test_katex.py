"""Mathematics is typeset by one process, which ends with the build."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from docutils import nodes
from lossbook import _assets, katex
from sphinx.errors import ExtensionError


@pytest.fixture
def typeset():
    typesetter = katex.Typesetter()
    yield typesetter
    typesetter.close()


def test_html_for_the_eye_and_mathml_for_the_ear(typeset):
    html = typeset(r"\frac{1}{n}\sum_i e_i^2", display=True)
    assert 'class="katex-display"' in html
    assert "<mfrac>" in html
    assert 'class="katex-html" aria-hidden="true"' in html


def test_one_process_serves_all_and_ends_when_told(typeset):
    typeset("a")
    process = typeset.process
    typeset("b")
    assert typeset.process is process
    typeset.close()
    assert process.poll() == 0
    assert "c" in typeset("c"), "it starts again when asked again"


def test_a_known_formula_is_not_asked_twice(typeset, monkeypatch):
    first = typeset("x")
    monkeypatch.setattr(typeset, "_ask", lambda question: pytest.fail("asked again"))
    assert typeset("x") == first


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\nonsense", "a_b_c", "50 % of it"])
def test_a_formula_that_katex_rejects_is_an_error_with_its_words(typeset, tex):
    with pytest.raises(katex.MathError, match="KaTeX parse error"):
        typeset(tex)
    assert "katex" in typeset("x"), "and the process goes on"


def test_the_process_ends_when_the_build_is_killed():
    code = (
        "import os; from lossbook import katex; t = katex.Typesetter(); t('x'); "
        "print(t.process.pid, flush=True); os._exit(1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    pid = int(done.stdout)
    for _ in range(100):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().split()[2] == "Z":
                    return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("the typesetter outlived the build")


def test_a_missing_package_says_how_to_get_it(tmp_path):
    with pytest.raises(ExtensionError, match="make web"):
        katex.package(tmp_path)


@pytest.mark.parametrize(
    ("tex", "wanted"),
    [
        ("a = b", "a = b"),
        ("a &= b \\\\ c &= d", "\\begin{split}a &= b \\\\ c &= d\\end{split}"),
        ("\\begin{aligned}a\\\\b\\end{aligned}", "\\begin{aligned}a\\\\b\\end{aligned}"),
    ],
)
def test_lines_are_aligned_unless_they_say_how(tex, wanted):
    assert katex.display_tex(nodes.math_block(tex, tex)) == wanted


def test_the_stylesheet_names_woff2_only_and_each_font_exists():
    css, fonts = katex.stylesheet(katex.package())
    assert css.count("@font-face") == len(fonts) >= 15
    assert "truetype" not in css
    assert all(font.is_file() and font.suffix == ".woff2" for font in fonts)


def test_only_what_the_first_formulas_need_is_fetched_early(tmp_path, monkeypatch):
    number, letter = (
        '<span class="katex">1</span>',
        '<i class="katex"><i class="mathnormal">x</i></i>',
    )
    both = ["fonts/KaTeX_Main-Regular.woff2", "fonts/KaTeX_Math-Italic.woff2"]
    assert _assets.early_fonts("<h1>T</h1><p>word") == []
    assert _assets.early_fonts(f"<h1>T</h1><h2>A</h2>{number}<h2>B</h2>{letter}") == both[:1]
    assert _assets.early_fonts(f"<h1>T</h1><h2>A</h2>{letter}<h2>B</h2>") == both
    assert _assets.early_fonts(f"<h2>A</h2><h2>B</h2>{letter}") == []
    monkeypatch.setattr("furo.get_pygments_stylesheet", str)  # known while a book is built
    assets = _assets.Assets(tmp_path)
    assets.write_common()
    css = (assets.folder / "site.css").read_text("utf-8")
    for name in both:  # under the address by which the stylesheet asks, or it is fetched twice
        assert f"url({assets.addresses[name]})" in css
    assert (
        css.count("url(fonts/") == len(re.findall(r"url\(fonts/[\w-]+\.woff2\?v=\w+\)", css)) >= 15
    )
