"""Run the cells of a learner and answer the calls. The innermost part of the sandbox.

By the time that this runs the process has nothing left to give up. What it emits is data
about one exercise of one submission.
"""

from __future__ import annotations

import builtins
import opcode
import signal
import sys
import types
from collections.abc import Callable
from typing import Any

import answers


class TimeUp(BaseException):
    """Raised into learner code that runs too long. Not an Exception, so that
    ``except Exception`` does not swallow it."""


def run(
    emit: Callable[..., None],
    cells: list[list[str]],
    limits: dict[str, Any],
    job: dict[str, Any],
    data: bytes,
    more: Callable[[], tuple[dict[str, Any], bytes, Callable[..., None]] | None],
) -> None:
    """Run ``cells[:upto]``, then answer the calls; everything is written as it comes.

    ``more`` gives the hidden calls, their data and where their answers go. It is asked
    after the last word on the visible ones.
    """
    printed = answers.Printed()
    sys.stdout = sys.stderr = printed
    sys.stdin = None
    sys.argv = [""]
    guard_imports(job["imports"])
    sys.modules["autograde"] = stand_in()
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    namespace = main.__dict__
    namespace["__builtins__"] = builtins
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, time_is_up)
    for cell_id, source in cells[: job["upto"]]:
        if cell_id in job["skip"]:
            why = job["skip"][cell_id]
            trouble: dict[str, Any] | None = {"error": why, "note": "", "line": None}
        else:
            emit({"at": cell_id})  # should the cell end the process, this names it
            trouble = run_cell(cell_id, source, namespace, limits["cell"])
        if trouble:
            emit({"cell": cell_id, **trouble})
    emit({"at": None})
    if not answer_calls(emit, namespace, limits, job["calls"], data):
        return
    emit({"printed": printed.text, "end": True})
    if job["hidden"] and (asked := more()) is not None:
        header, data, emit = asked
        if answer_calls(emit, namespace, limits, header["calls"], data):
            emit({"end": True})


def run_cell(
    cell_id: str, source: str, namespace: dict[str, Any], seconds: float
) -> dict[str, Any] | None:
    """Execute one cell; None, or what went wrong or was left out."""
    note: dict[str, Any] | None = None
    try:
        set_alarm(seconds)
        try:
            code, left_out = compile_cell(cell_id, source)
            if left_out:
                note = {"left_out": left_out}
            exec(code, namespace)
        finally:
            set_alarm(0)
    except TimeUp:
        return {"error": "TimeUp", "note": "", "line": None}
    except BaseException as error:  # SystemExit, MemoryError: all end the cell, no more
        text = error.msg if isinstance(error, SyntaxError) else answers._text_of(error)
        return {
            "error": type(error).__name__[:100],
            "note": str(text)[:500],
            "line": answers.line_of(error),
        }
    return note


def compile_cell(cell_id: str, source: str) -> tuple[types.CodeType, list[str]]:
    """The code of a cell; IPython's own lines are left out only if it needs that."""
    name = f"<cell {cell_id}>"
    try:
        return compile(source, name, "exec", dont_inherit=True), []
    except (SyntaxError, ValueError):
        cleaned, left_out = without_magics(source)
        if not left_out:
            raise
        return compile(cleaned, name, "exec", dont_inherit=True), left_out


def without_magics(source: str) -> tuple[str, list[str]]:
    """``source`` with IPython's lines blanked (line numbers stay), and those lines.

    A first line such as %%time is dropped; other cell magics (%%bash) turn the whole
    cell into something that is not Python, so all of it is dropped.
    """
    lines, left_out = source.splitlines(), []
    for index, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith("%%") and bare[2:].split(" ")[0] not in ("time", "timeit", "capture"):
            return "", [*left_out, bare[:80]]
        if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and bare[:1] != "#"):
            left_out.append(bare[:80])
            indent = line[: len(line) - len(line.lstrip())]
            lines[index] = f"{indent}pass" if indent else ""
    return "\n".join(lines), left_out[:5]


def answer_calls(
    emit: Callable[..., None],
    namespace: dict[str, Any],
    limits: dict[str, Any],
    asked: Any,
    data: bytes,
) -> bool:
    """Answer what is asked; False if time ran out."""
    most = limits["array"]
    calls = answers.load_calls(asked, data)
    given = answers.ask_each(namespace, calls)
    for call in calls:
        try:
            set_alarm(limits["cell"])
            answer = next(given)
        except TimeUp:
            emit({"late": call.function})
            return False
        finally:
            set_alarm(0)
        if answer.value is not None and answer.value.nbytes > most:
            shape = answer.value.shape
            answer = answers.Answer("unusable", note=f"an array of shape {shape}, far too large")
        emit(*answers.dump_answer(answer))
    return True


def set_alarm(seconds: float) -> None:
    """Interrupt after ``seconds``, then every second: one ``except:`` must not be enough."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0 if seconds else 0.0)


def time_is_up(number: int, stack: Any) -> None:
    raise TimeUp


def guard_imports(allowed: list[str]) -> None:
    """Tell learner code plainly what is not there. A courtesy, not a wall."""
    real = builtins.__import__
    names = {*allowed, "autograde", "__future__"}

    def guarded(
        name: str, scope: Any = None, inner: Any = None, parts: Any = (), level: int = 0
    ) -> Any:
        if level == 0 and name.partition(".")[0] not in names and _written_by_learner():
            listed = ", ".join(sorted(allowed))
            raise ImportError(f"import {name} is not available when graded; allowed: {listed}")
        return real(name, scope, inner, parts, level)

    builtins.__import__ = guarded


def _written_by_learner() -> bool:
    """Whether the import is a statement of a cell; C code imports in its caller's frame."""
    caller = sys._getframe(2)
    code = caller.f_code
    if not code.co_filename.startswith(answers.CELL_MARK):
        return False
    return code.co_code[caller.f_lasti] == opcode.opmap["IMPORT_NAME"]


def stand_in() -> types.ModuleType:
    """An ``autograde`` whose functions do nothing: cells that call them must still run."""
    module = types.ModuleType("autograde")

    def check(*functions: Any, **options: Any) -> None:
        return None

    module.check = module.verify = check  # type: ignore[attr-defined]
    module.constants = module.learner = check  # type: ignore[attr-defined]
    return module
