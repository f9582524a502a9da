"""What the exercise panel of a page calls, inside Pyodide.

Each function takes source text and returns JSON, so that nothing but strings crosses
the border between the page and Python.
"""

from __future__ import annotations

import ast
import contextlib
import json
from typing import Any

import numpy as np

from autograde.answers import CELL_MARK, Printed, line_of
from autograde.check import check, examine
from autograde.exercises import get
from autograde.feedback import render_html, render_text, to_dict


def run_source(slug: str, code: str) -> str:
    """Run a cell; JSON with stdout, the value of a last expression, error and line."""
    result = _execute(slug, code)
    result.pop("namespace")
    return json.dumps(result)


def check_source(slug: str, code: str, base: str = "../") -> str:
    """Run a cell and judge its functions; JSON as the panel wants it."""
    exercise = get(slug)
    ran = _execute(slug, code)
    namespace = ran.pop("namespace")
    line, blocked = _imports_beyond(code, exercise.imports)
    message = ran["error"]
    # A module that is not here would not be there when graded either; the sentence says so.
    if blocked and (not message or "ModuleNotFoundError" in message):
        message, ran["line"] = blocked, line
    if message:
        return json.dumps(
            {
                **ran,
                "status": "error",
                "text": message,
                "html": f'<div class="lossbook-feedback" data-status="error"><pre>'
                f"{_escape(message)}</pre></div>",
                "aspects": [],
            }
        )
    feedback = examine(exercise, namespace)
    aspects = to_dict(feedback)["aspects"]
    return json.dumps(
        {
            **ran,
            "status": feedback.status,
            "text": render_text(feedback),
            "html": render_html(feedback, base),
            "aspects": aspects,
            "line": feedback.line,
            "stdout": ran["stdout"] + feedback.printed,
        }
    )


def _execute(slug: str, code: str) -> dict[str, Any]:
    """Run ``code`` in a fresh namespace that has what the notebook's first cell gives."""
    namespace: dict[str, Any] = {"__name__": "__main__", "np": np, "check": check}
    printed, value, error, line = Printed(), "", "", None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            value = _run(code, f"{CELL_MARK}{slug}>", namespace)
        except BaseException as caught:  # SystemExit must not end the page's kernel
            line = line_of(caught)
            # A SyntaxError says its place in its text too.
            text = caught.msg if isinstance(caught, SyntaxError) and line else caught
            error = f"{type(caught).__name__}: {text}"
    if error and line:
        error = f"Line {line}: {error}"
    return {
        "stdout": printed.text,
        "value": value,
        "error": error,
        "line": line,
        "namespace": namespace,
    }


def _run(code: str, name: str, namespace: dict[str, Any]) -> str:
    """Execute statements; return the repr of a last expression, as a notebook would."""
    tree = ast.parse(code, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    if last is None:
        return ""
    value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
    return "" if value is None else repr(value)[:2000]


def _imports_beyond(code: str, allowed: tuple[str, ...]) -> tuple[int, str]:
    """Line and sentence about the first module that the grader does not have, or (0, "")."""
    for node in ast.walk(ast.parse(code)) if _parses(code) else ():
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            if name.split(".")[0] not in (*allowed, "autograde", "__future__"):
                return node.lineno, (
                    f"Line {node.lineno}: {name} is not available when graded. "
                    f"Available are {', '.join(allowed)}."
                )
    return 0, ""


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
