"""A learner process has no hidden question while it writes what its author will read.

Every test that finds nothing has a twin that finds the same thing where it is.
"""

from __future__ import annotations

import numpy as np
import pytest

from autograde.answers import Answer, Call
from autograde.exam import Exam
from autograde.exercises import get
from autograde.grading.replies import ON_HIDDEN
from autograde.grading.sandbox import Job
from autograde.grading.wire import frame

#: A number that is nowhere else.
CANARY = 31337.015625
VISIBLE = np.array([1.0, 2.0, 3.0])
HIDDEN = np.array([CANARY, CANARY, 7.0])
IMPORTS = ("numpy", "typing", "math")

OS = "import typing\nsys = typing.sys\nos = sys.modules['os']\n"
CTYPES = OS + "ctypes = sys.modules['ctypes']\nlibc = ctypes.CDLL(None, use_errno=True)\n"


def job(slug="f", hidden=HIDDEN, upto=9):
    return Job(slug, upto, (Call(slug, (VISIBLE,)),), IMPORTS, (Call(slug, (hidden,)),))


def run(runner, *sources, jobs=None):
    cells = [(f"c{i}", source) for i, source in enumerate(sources)]
    return runner.sandbox.run(cells, jobs or [job()])


def numbers(result):
    return [float(a.value) if a.kind == "array" else a.kind for a in result.answers]


def test_both_halves_are_answered(any_runner):
    (result,) = run(any_runner, "def f(x):\n    print('seen', x[0])\n    return x.sum()")
    assert result.status == "ok"
    assert numbers(result) == [6.0, float(HIDDEN.sum())]
    assert result.printed == "seen 1.0\n"


def test_state_is_kept_from_the_visible_to_the_hidden_half(any_runner):
    source = "seen = []\ndef f(x):\n    seen.append(1)\n    return float(len(seen))"
    assert numbers(run(any_runner, source)[0]) == [1.0, 2.0]


#: Whether the canary is to be found from here, through frames and through the collector.
#: It is computed while the search runs, so that the text of the search does not hold it.
SEARCH = (
    OS
    + """
import numpy as np
def f(x):
    gc = sys.modules['gc']
    canary = float('62674.03125') / 2
    frame, held = sys._getframe().f_back, []
    while frame is not None:
        held += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    gc.unfreeze()
    held += gc.get_objects()
    for thing in list(held):
        if type(thing) in (tuple, list, dict):
            held += gc.get_referents(thing)
    for thing in held:
        if isinstance(thing, np.ndarray) and canary in np.ravel(thing):
            return 1.0
        if type(thing) is bytes and np.float64(canary).tobytes() in thing:
            return 1.0
        if type(thing) is str and (str(canary) in thing or canary.hex() in thing):
            return 1.0
    return 0.0
"""
)


def test_frames_and_the_collector_hold_no_hidden_question_yet(any_runner):
    assert numbers(run(any_runner, SEARCH)[0])[0] == 0.0
    everything = Job("f", 9, (Call("f", (VISIBLE,)), Call("f", (HIDDEN,))), IMPORTS)
    assert numbers(run(any_runner, SEARCH, jobs=[everything])[0])[0] == 1.0


#: Whether eight bytes stand anywhere on the C heap or near an object of Python's.
SCAN = (
    CTYPES
    + """
import numpy as np
def found(needle, at=None):
    read, write = os.pipe()
    def readable(page):
        return libc.write(write, ctypes.c_void_p(page), 1) == 1 and bool(os.read(read, 1))
    memmem = libc.memmem
    memmem.restype = ctypes.c_void_p
    memmem.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    libc.sbrk.restype = ctypes.c_void_p
    libc.sbrk.argtypes = [ctypes.c_ssize_t]
    top = libc.sbrk(0) & ~4095
    pages, page = [], top - 4096
    while readable(page):
        pages.append(page)
        page -= 4096
    near = {id(o) & ~0xfffff for o in sys.modules['gc'].get_objects()}
    for start in near:
        pages += [p for p in range(start, start + 0x100000, 4096) if readable(p)]
    own = set()
    for page in pages:
        hit = memmem(page, 4096, needle, 8)
        if hit:
            own.add(hit)
    return len(own), len(pages)
"""
)


def test_no_memory_of_an_earlier_exercise_reaches_a_later_one(any_runner):
    """The keeper, whose memory every learner process inherits, never holds a hidden half."""
    # The needle is made so that it stands nowhere itself: its bytes are one off.
    shifted = bytes(b ^ 1 for b in np.array(CANARY).tobytes())
    look = (
        f"\ndef g(x):\n    hits, pages = found(bytes(b ^ 1 for b in {shifted!r}))\n"
        + "    return np.array([hits, pages], dtype=float)\n"
    )
    first = "def f(x):\n    return x * 1.0"
    # f answers with its hidden input, so the canary goes in and comes out again.
    jobs = [job("f"), job("g", hidden=VISIBLE)]
    before, after = run(any_runner, SCAN, first, look, jobs=jobs)
    assert CANARY in before.answers[1].value
    hits, pages = after.answers[0].value
    own = 1  # the needle itself, while it is looked for
    assert pages > 500
    assert hits <= own, f"{hits} places in {pages} pages"
    # The same search finds it where it is: in a visible question.
    jobs = [job("g", hidden=VISIBLE), Job("g", 9, (Call("g", (HIDDEN,)),), IMPORTS)]
    _, there = run(any_runner, SCAN, first, look, jobs=jobs)
    assert there.answers[0].value[0] > own


# -- the seal ------------------------------------------------------------------------

FORGED = frame({"kind": "array", "array": {"dtype": "<f8", "shape": []}}, np.float64(9).tobytes())


def test_visible_answers_cannot_be_changed_once_the_hidden_questions_are_known(any_runner):
    source = OS + (
        "seen = []\ndef f(x):\n    seen.append(x[0])\n    done = 0.0\n    if len(seen) == 2:\n"
        f"        for attempt in (lambda: os.pwrite(3, {FORGED!r}, 0), lambda: os.ftruncate(3, 0),\n"
        f"                        lambda: os.write(3, {FORGED!r})):\n"
        "            try:\n                attempt()\n                done += 1\n"
        "            except OSError:\n                pass\n"
        "    return done"
    )
    assert numbers(run(any_runner, source)[0]) == [0.0, 0.0]


def test_a_sheet_that_stays_writable_gets_no_hidden_questions(any_runner):
    source = CTYPES + (
        "libc.mmap.restype = ctypes.c_void_p\n"
        "def f(x):\n    os.ftruncate(3, 4096)\n"
        "    assert libc.mmap(None, 4096, 3, 1, 3, 0) not in (None, 2**64 - 1)\n    return x[0]"
    )
    (result,) = run(any_runner, source)
    assert result.answers[1] == Answer("lost", note=ON_HIDDEN)
    assert result.status != "ok"
    assert any_runner.still_works()


def test_asking_early_costs_the_visible_answers(any_runner):
    """The questions can be had before answering; then nothing that is written counts."""
    source = OS + (
        "def f(x):\n    os.write(4, b'.')\n    os.read(7, 1)\n    text = os.pread(5, 4096, 0)\n"
        f"    try:\n        os.write(3, {FORGED!r} + text)\n    except OSError:\n        pass\n"
        "    raise RuntimeError(repr(text))"
    )
    (result,) = run(any_runner, source)
    assert [a.kind for a in result.answers] == ["lost", "lost"]
    assert str(CANARY) not in repr(result)
    assert any_runner.still_works()


@pytest.mark.parametrize(
    "spoil",
    ["os.ftruncate(5, 2**40)", "os.lseek(5, 2**40, 0)", "os.write(5, b'x' * 64)", "os.close(5)"],
)
def test_spoiling_the_file_of_the_questions_hurts_only_oneself(any_runner, spoil):
    source = OS + f"try:\n    {spoil}\nexcept OSError:\n    pass\ndef f(x):\n    return x[0]"
    other = "def g(x):\n    return x[0]"
    spoiled, honest = run(any_runner, source, other, jobs=[job("f", upto=1), job("g")])
    assert numbers(spoiled)[0] == 1.0
    assert numbers(honest) == [1.0, CANARY] or honest.status == "died"
    assert any_runner.still_works()


# -- nothing to read comes back -------------------------------------------------------------


LEAKS = {
    "an error message": "raise ValueError(text)",
    "a type of error": "raise type(text, (Exception,), {})",
    "a returned type": "return type(text, (), {})()",
    "a warning": "sys.modules['warnings'].warn(text)",
    "a print": "print(text)",
    "a line number": "exec(compile('\\n' * 31336 + 'raise ValueError', '<cell x>', 'exec'))",
    "a frame of its own": "os.write(6, frame(text))",
    "a cell error": "os.write(3, frame(text))",
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_nothing_that_is_said_on_a_hidden_question_comes_back(any_runner, leak):
    source = (
        OS
        + "import numpy as np\nseen = []\n"
        + 'def frame(text):\n    import math\n    head = (\'{"cell": "c0", "error": "%s"}\' % text).encode()\n'
        + "    return len(head).to_bytes(4, 'big') + bytes(4) + head\n"
        + "def f(x):\n    seen.append(1)\n    if len(seen) > 1:\n        text = 'canary31337'\n        try:\n"
        + f"            {leak}\n        except OSError:\n            pass\n    return 1.0\n"
    )
    (result,) = run(any_runner, source)
    assert "31337" not in repr(result)
    assert numbers(result)[0] == 1.0


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ("os._exit(31)", "died"),
        ("while True: pass", "timed out"),
        ("sys.modules['ctypes'].string_at(8)", "died"),
        ("os.write(6, b'x' * 2**19)", "flooded"),
    ],
)
def test_how_a_hidden_question_ends_is_told_in_the_same_words(any_runner, deed, status):
    source = (
        CTYPES
        + f"seen = []\ndef f(x):\n    seen.append(1)\n    if len(seen) > 1:\n        {deed}\n    return 1.0"
    )
    (result,) = run(any_runner, source)
    assert (result.status, result.why) == (status, ON_HIDDEN)
    assert numbers(result)[0] == 1.0
    assert any_runner.still_works()


def test_the_hidden_half_of_an_exam_is_all_of_it():
    exam = Exam(get("huber"), "a course")
    hidden = [i for i in range(len(exam.calls)) if exam.is_hidden(i)]
    assert len(hidden) == sum(q.hidden for q in exam.questions) > 5
    assert not Exam(get("huber")).is_hidden(0)
