"""What the README, CONTRIBUTING and the instructors' page say can be typed, can be typed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from autograde.__main__ import command_line

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "book/teaching.md", "book/publishing.md")
]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in TEXTS)
COMMANDS = sorted(set(re.findall(r"python -m autograde [^\n`#]+", TEXT)))
TARGETS = sorted(set(re.findall(r"\bmake ([a-z]+)\b(?=[ \n`]*(?:#|`|$|&&|\n))", TEXT)))


def test_the_texts_are_read():
    assert len(COMMANDS) > 6
    assert {"start", "test", "book"} <= set(TARGETS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_words_that_it_knows(command):
    command_line().parse_args(shlex.split(command)[3:])


def test_every_argument_of_every_command_has_a_word_of_help():
    (commands,) = (a for a in command_line()._actions if a.dest == "command")
    silent = [
        f"{name} {action.dest}"
        for name, parser in commands.choices.items()
        for action in parser._actions
        if not action.help
    ]
    assert len(commands.choices) > 15
    assert silent == []
    assert all(parser.format_help() for parser in commands.choices.values())


MODULES = sorted(set(re.findall(r"python -m (lossbook\.\w+)", TEXT)))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_run(module):
    asked = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert asked.returncode in (0, 2)
    assert (
        "usage" in asked.stdout + asked.stderr
        or "say one of" in asked.stderr
        or "no site" in asked.stderr
    )


SETTINGS = sorted(set(re.findall(r"\b(lossbook_\w+|html_baseurl)\b", TEXT)))


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_in_the_configuration(setting):
    assert re.search(rf"(?m)^ +{setting}:", (ROOT / "_config.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_is_in_the_makefile(target):
    asked = subprocess.run(
        ["make", "-n", "-s", target], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path):
    for link in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (ROOT / link).is_file(), link


def test_the_map_of_one_loss_is_what_where_prints():
    shown = subprocess.run(
        [sys.executable, "-m", "autograde", "where", "huber"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    for line in shown.strip().split("\n"):
        assert line in TEXT
