"""What ``grade`` says on the terminal."""

from __future__ import annotations

import time
from typing import TextIO

from autograde.feedback import number
from autograde.grading.grade import Row, Summary
from autograde.grading.walls import missing_protections


class Console:
    """Progress on ``err`` if that is a terminal; the summary on ``out``."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self.out, self.err = out, err
        self.started = time.monotonic()
        self.busy = 0

    def unsafe(self) -> None:
        """Say loudly what is missing."""
        print("WARNING: --unsafe. There is no sandbox around learner code.", file=self.err)
        for sentence in missing_protections():
            print(f"WARNING: {sentence}", file=self.err)

    def progress(self, done: int, total: int, row: Row) -> None:
        """One line that is written over: how many, and how long it will take."""
        self.busy += row.state != "unchanged"
        if not self.err.isatty():
            return
        spent = time.monotonic() - self.started
        left = spent / max(1, self.busy) * (total - done)
        text = f"{done}/{total}  {row.student[:30]}  about {left:.0f} s left"
        print(
            f"\r{_printable(text):<78}",
            end="\n" if done == total else "",
            file=self.err,
            flush=True,
        )

    def summary(self, summary: Summary) -> None:
        """Counts, and a table of the rows that someone should look at."""
        graded = summary.count("graded")
        rate = f", {1000 * summary.seconds / graded:.0f} ms each" if graded else ""
        print(
            f"Graded {graded}, unchanged {summary.count('unchanged')}, "
            f"failed {summary.count('failed')}, in {summary.seconds:.1f} s{rate}.",
            file=self.out,
        )
        if summary.steps:
            spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in summary.steps.items())
            print(f"Time of all together: {spent}.", file=self.out)
        waiting = sum(row.needs_manual_grade for row in summary.rows)
        if waiting:
            print(f"{waiting} wait for a person (form grader).", file=self.out)
        if summary.flagged:
            print("\nLook at these:", file=self.out)
        points = [f"{number(row.score)}/{number(row.max_score)}" for row in summary.flagged]
        wide = max((len(row.student) for row in summary.flagged), default=0)
        most = max(map(len, points), default=0)
        for row, earned in zip(summary.flagged, points, strict=True):
            for index, flag in enumerate(row.flags):
                lead = (
                    f"{row.student:<{wide}}  {earned:>{most}}"
                    if index == 0
                    else " " * (wide + 2 + most)
                )
                print(_printable(f"  {lead}  {flag}"), file=self.out)


def _printable(text: str) -> str:
    """Without control characters: a file name must not move the cursor."""
    return "".join(c if c.isprintable() else "?" for c in text)[:400]
