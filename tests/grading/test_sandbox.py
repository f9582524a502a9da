"""What a learner's code can and cannot do. Each test is an attack that worked somewhere."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from autograde.answers import Call, dump_calls
from autograde.grading.sandbox import Job, Limits, Sandbox, SandboxError
from autograde.grading.wire import frame

#: The import guard is a courtesy; attackers walk around it.
OS = "import typing\nsys = typing.sys\nos = sys.modules['os']\nsocket = sys.modules.get('socket')\n"
CTYPES = OS + "ctypes = sys.modules['ctypes']\nlibc = ctypes.CDLL(None, use_errno=True)\n"

HONEST = "def f(x):\n    return x.sum()\n"


def test_an_honest_answer_comes_back(any_runner):
    result = any_runner.ask("import numpy as np", "def f(x):\n    return np.outer(x, x)")
    assert result.status == "ok"
    np.testing.assert_array_equal(result.answers[0].value, np.outer([1, 2, 3], [1, 2, 3]))


TRIES = {
    "open a host file": "open('/etc/passwd').read()",
    "list the root folder for the project": "assert 'work' in os.listdir('/') or 'home' in os.listdir('/')",
    "read another process": "open('/proc/1/environ', 'rb').read()",
    "read its own maps": "open('/proc/self/maps').read()",
    "list processes": "assert os.listdir('/proc')",
    "write beside the program": "open('/sb/answers.py', 'a')",
    "write into the root": "open('/x', 'w')",
    "write into /dev/shm": "open('/dev/shm/x', 'w')",
    "write into /usr": "open('/usr/lib/x', 'w')",
    "open a socket": "socket.socket()",
    "open a unix socket": "socket.socket(socket.AF_UNIX)",
    "a socket pair": "socket.socketpair()",
    "fork": "os.fork()",
    "start a program": "os.execv('/bin/sh', ['sh'])",
    "start a thread": "sys.modules['_thread'].start_new_thread(print, ())",
    "become root": "os.setuid(0)",
    "become another user": "os.setresuid(1, 1, 1)",
    "kill the process above": "os.kill(1, 9)",
    "kill everything": "os.kill(-1, 9)",
    "mount": "assert libc.mount(b'tmpfs', b'/scratch', b'tmpfs', 0, None) == 0",
    "new namespaces": "assert libc.unshare(0x10000000) == 0",
    "trace the process above": "assert libc.ptrace(16, 1, 0, 0) == 0",
    "shared memory": "assert libc.shmget(0, 4096, 0o1600) >= 0",
    "memory files": "os.memfd_create('x')",
    "raise its limits": "import_resource = sys.modules['resource']; "
    "import_resource.setrlimit(import_resource.RLIMIT_AS, (-1, -1))",
    "leave the folder by chroot": "os.chroot('/scratch')",
    "a file of 8 MiB": "open('/scratch/x', 'wb').write(b'x' * 2**23)",
    "a device": "os.mknod('/scratch/null', 0o20666, os.makedev(1, 3))",
    "a raw clone": "assert libc.syscall(56, 17, 0, 0, 0, 0) > 0",
    "an environment that tells": "assert set(os.environ) - {'HOME', 'LC_ALL', 'TMPDIR', 'PWD', "
    "'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'LC_CTYPE'}",
}


@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES.keys())
def test_refused(any_runner, attempt):
    source = CTYPES + (
        "def f(x):\n    try:\n        " + attempt.replace("; ", "\n        ") + "\n"
        "    except BaseException:\n        return 0.0\n    return 1.0\n"
    )
    assert any_runner.value(source) == 0.0
    assert any_runner.still_works()


def test_nothing_of_ours_can_be_imported(any_runner):
    source = OS + (
        "def f(x):\n    found = 0\n"
        "    for name in ('lossref', 'autograde.exam', 'autograde.exercises', 'nbgrader', 'nbformat'):\n"
        "        try:\n            sys.modules['importlib'].import_module(name)\n"
        "            found += 1\n        except ImportError:\n            pass\n    return found\n"
    )
    assert any_runner.value(source) == 0


def test_no_file_in_reach_holds_a_reference_or_a_secret():
    """Walk everything that can be seen; nothing is called like ours."""
    source = OS + (
        "def f(x):\n    bad = 0\n    for top, folders, files in os.walk('/'):\n"
        "        for name in files + folders:\n"
        "            low = name.lower()\n"
        "            bad += any(w in low for w in ('lossref', 'huber', 'gradebook', 'secret.json',\n"
        "                                          'nbgrader', 'exam.py'))\n"
        "    return bad\n"
    )
    with Sandbox(Limits(cell=30.0, wall=60.0)) as sandbox:
        x = (Call("f", (np.ones(1),)),)
        result = sandbox.run([("a", source)], [Job("f", 1, x, ("typing",))])[0]
    assert float(result.answers[0].value) == 0


def test_wanted_values_never_cross():
    """Canaries: the answers that the judge wants are not in the bytes that are sent."""
    from autograde.exam import Exam
    from autograde.exercises import get

    exam = Exam(get("huber"), "a secret of the course")
    text, data = dump_calls(exam.calls)
    assert "a secret" not in text
    wanted = [q.wanted.value for q in exam.questions if q.wanted.kind == "array"]
    canaries = [w.tobytes() for w in wanted if w.ndim == 0 and float(w * 1024) % 1]
    assert len(canaries) > 5
    assert not any(canary in data for canary in canaries)


# -- dying, hanging, flooding ------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "status", "says"),
    [
        (OS + "def f(x):\n    os._exit(0)", "died", "exit status 0"),
        (OS + "def f(x):\n    os._exit(7)", "died", "exit status 7"),
        (CTYPES + "def f(x):\n    ctypes.string_at(8)", "died", "SIGSEGV"),
        ("def f(x):\n    while True:\n        pass", "timed out", "1.5 seconds"),
        (
            "def f(x):\n    while True:\n        try:\n            while True:\n                pass\n"
            "        except BaseException:\n            pass",
            "timed out",
            "4 seconds",
        ),
        (
            OS + "signal = sys.modules['signal']\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
            "def f(x):\n    while True:\n        pass",
            "timed out",
            "4 seconds",
        ),
        ("def f(x):\n    return bytearray(2**31)", "out of memory", "384 MiB"),
        ("kept = []\ndef f(x):\n    while True:\n        kept.append(bytearray(2**26))", "out of memory", ""),
        (OS + "def f(x):\n    while True:\n        os.write(3, b'x' * 65536)", "flooded", "256 KiB"),
    ],
    ids=[
        "os._exit(0)", "os._exit(7)", "a null pointer", "endless", "endless, catching",
        "endless, deaf", "one big array", "memory bomb", "flood",
    ],
)  # fmt: skip
def test_hurts_only_itself(any_runner, source, status, says):
    began = time.monotonic()
    result = any_runner.ask(source)
    assert result.status == status, result
    assert says in result.why
    assert result.answers[0].kind in ("lost", "error")
    assert time.monotonic() - began < 10
    assert any_runner.still_works()


def test_a_cell_that_ends_the_process_is_left_out_for_the_other_exercises(any_runner):
    cells = [
        ("f", "def f(x):\n    return 1.0"),
        ("g", OS + "os._exit(0)\ndef g(x):\n    return 2.0"),
        ("h", "def h(x):\n    return 3.0"),
    ]
    jobs = [
        Job(name, upto, (Call(name, (np.ones(2),)),), ("numpy", "typing"))
        for name, upto in (("f", 1), ("g", 2), ("h", 3))
    ]
    f, g, h = any_runner.sandbox.run(cells, jobs)
    assert [r.status for r in (f, g, h)] == ["ok", "died", "ok"]
    assert (g.ended_in, g.answers[0].kind) == ("g", "lost")
    assert float(h.answers[0].value) == 3.0
    assert h.cell_errors["g"].error == "Ended"


def test_blaming_other_cells_for_ones_end_helps_nobody(any_runner):
    """Each cell is believed to have ended the process once; then the exercise is lost."""
    blame = [frame({"at": name}) for name in ("f", "g", "h", "no such cell")]
    source = OS + f"for f in {blame!r}:\n    os.write(3, f)\nos._exit(0)"
    cells = [("f", "def f(x):\n    return 1.0"), ("g", source), ("h", "def h(x):\n    return 3.0")]
    jobs = [Job(n, 3, (Call(n, (np.ones(2),)),), ("typing",)) for n in ("g", "h")]
    g, _ = any_runner.sandbox.run(cells, jobs)
    assert (g.status, g.answers[0].kind) == ("died", "lost")
    assert any_runner.still_works()


def test_sys_exit_is_an_answer_and_no_end(any_runner):
    result = any_runner.ask(OS + "def f(x):\n    sys.exit(0)")
    assert (result.status, result.answers[0].kind, result.answers[0].error) == (
        "ok",
        "error",
        "SystemExit",
    )


def test_printing_without_end_costs_nothing(any_runner):
    result = any_runner.ask(
        "def f(x):\n    for i in range(10**5):\n        print('x' * 100)\n    return 1.0"
    )
    assert result.status == "ok"
    assert len(result.printed) <= 2000


def test_the_other_exercises_are_still_answered(any_runner):
    cells = [
        ("a", "def f(x):\n    return 1.0"),
        ("b", OS + "def g(x):\n    os._exit(0)"),
        ("c", "while True:\n    pass"),
        ("d", "def h(x):\n    return 3.0"),
    ]
    x = np.ones(2)
    jobs = [
        Job(name, upto, (Call(name, (x,)),), ("numpy", "typing"))
        for name, upto in (("f", 1), ("g", 2), ("h", 4), ("f", 4))
    ]
    began = time.monotonic()
    results = any_runner.sandbox.run(cells, jobs)
    assert [r.status for r in results] == ["ok", "died", "ok", "ok"]
    assert float(results[2].answers[0].value) == 3.0
    assert results[2].cell_errors["c"].error == "TimeUp"
    # The endless cell is waited for once, and left out the second time.
    assert time.monotonic() - began < 2.9


def test_a_whole_submission_has_a_limit():
    limits = Limits(wall=1.0, cell=0.5, submission=1.2)
    x = (Call("f", (np.ones(1),)),)
    with Sandbox(limits) as sandbox:
        jobs = [Job(f"j{i}", 1, x, ("numpy",)) for i in range(6)]
        results = sandbox.run([("a", "def f(x):\n    while True:\n        pass")], jobs)
    assert all(r.status == "timed out" for r in results)
    assert "whole notebook" in results[-1].why


def test_a_dead_zygote_is_replaced(runner):
    runner.sandbox._process.kill()
    runner.sandbox._process.wait()
    assert runner.still_works()


# -- forging ------------------------------------------------------------------------


FORGED = frame({"kind": "array", "array": {"dtype": "<f8", "shape": []}}, np.float64(1).tobytes())


@pytest.mark.parametrize(
    "junk",
    [
        b"rubbish" * 100,
        b"\xff" * 64,
        frame({"kind": "array", "array": {"dtype": "O", "shape": [1]}}, b"12345678"),
        frame({"kind": "array", "array": {"dtype": "<f8", "shape": [10**6]}}, b""),
        frame({"kind": "array", "array": {"dtype": "<f8", "shape": [-1]}}, b""),
        frame({"kind": "array", "array": {"dtype": "<U8", "shape": []}}, b"x" * 32),
        frame({"kind": "right", "points": 100}),
        frame([1, 2, 3]),
        frame({"cell": "c0", "left_out": 5}),
        b"\x00\x00\x40\x00\x00\x00\x00\x00" + b"[" * 16384,
    ],
)
def test_rubbish_on_the_pipe_is_a_lost_answer(any_runner, junk):
    source = (
        OS
        + f"def f(x):\n    for fd in range(64):\n        try:\n            os.write(fd, {junk!r})\n"
    )
    source += "        except OSError:\n            pass\n    os._exit(0)"
    result = any_runner.ask(source)
    assert result.status == "died"
    assert [a.kind for a in result.answers] == ["lost"]
    assert any_runner.still_works()


def test_a_forged_frame_is_an_answer_of_its_own_exercise_only(any_runner):
    """Writing the frame oneself is as good as returning the number, and no better."""
    source = OS + f"def f(x):\n    os.write(3, {FORGED!r} * 50)\n    return 5.0"
    x = np.ones(3)
    jobs = [Job("f", 1, (Call("f", (x,)),) * 2, ("typing",)), Job("g", 2, (Call("g", (x,)),), ())]
    forged, honest = any_runner.sandbox.run(
        [("a", source), ("b", "def g(x):\n    return 7.0")], jobs
    )
    assert [float(a.value) for a in forged.answers] == [1.0, 1.0]
    assert [float(a.value) for a in honest.answers] == [7.0]


def test_setup_cannot_be_faked(any_runner):
    """A learner who claims that the sandbox failed is not believed."""
    source = OS + f"os.write(3, {frame({'setup': 'broken'})!r})\n" + HONEST
    assert any_runner.ask(source).status in ("ok", "died")
    assert any_runner.still_works()


# -- objects that lie --------------------------------------------------------------


LIARS = {
    "__array_function__": "class L:\n    def __array_function__(self, *a):\n        return True\n",
    "equal to everything": "class L:\n    def __eq__(self, o):\n        return True\n",
    "a dictionary": "class L(dict):\n    pass\n",
    "a function": "def L():\n    return 1.0\nL.real = 1.0\nL = lambda l=L: l\n",
    "an object array": "def L():\n    return np.array([object()])\n",
    "text": "def L():\n    return '1.0'\n",
    "complex": "def L():\n    return 1j\n",
    "an array that raises": "class L:\n    def __array__(self, *a, **k):\n        raise SystemExit\n",
}


@pytest.mark.parametrize("liar", LIARS.values(), ids=LIARS.keys())
def test_a_liar_is_no_number(any_runner, liar):
    result = any_runner.ask("import numpy as np\n" + liar + "def f(x):\n    return L()")
    assert result.answers[0].kind in ("unusable", "error")


def test_a_subclass_comes_back_as_its_plain_numbers(any_runner):
    source = (
        "import numpy as np\nclass A(np.ndarray):\n    def __array_ufunc__(self, *a, **k):\n"
        "        return True\n    def __eq__(self, o):\n        return True\n"
        "def f(x):\n    return np.zeros(2).view(A)"
    )
    value = any_runner.ask(source).answers[0].value
    assert type(value) is np.ndarray
    np.testing.assert_array_equal(value, [0.0, 0.0])


def test_a_number_that_subtracts_to_zero_is_its_float(any_runner):
    source = (
        "class F(float):\n    def __sub__(s, o):\n        return 0.0\ndef f(x):\n    return F(4)"
    )
    assert any_runner.value(source) == 4.0


def test_changed_inputs_are_reported_and_ours_are_not_changed(any_runner):
    x = np.array([1.0, 2.0])
    result = any_runner.ask(
        "def f(x):\n    x[:] = 0\n    return 1.0", calls=(Call("f", (x,)), Call("f", (x,)))
    )
    assert [a.changed for a in result.answers] == [("0",), ("0",)]
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_state_is_not_carried_from_one_exercise_to_the_next(any_runner):
    source = OS + (
        "import numpy as np\n"
        "def f(x):\n    np.seen = getattr(np, 'seen', 0) + 1\n"
        "    with open('/scratch/n', 'a') as file:\n        file.write('x')\n"
        "    return np.seen + 10 * len(open('/scratch/n').read())\n"
    )
    x = (Call("f", (np.ones(1),)),)
    cells = [("a", source)]
    for _ in range(2):
        results = any_runner.sandbox.run(cells, [Job(n, 1, x, ("numpy", "typing")) for n in "pq"])
        assert [float(r.answers[0].value) for r in results] == [11.0, 11.0]


def test_a_patched_numpy_does_not_reach_the_next_submission(any_runner):
    any_runner.ask(
        "import numpy as np\nnp.sum = np.ndarray.sum = None\nnp.mean = lambda *a: 0.0\n" + HONEST
    )
    assert any_runner.value("import numpy as np\ndef f(x):\n    return np.mean(x)") == 2.0


def test_two_learners_cannot_meet(any_runner):
    """A process of one submission does not outlive it, and sees only itself."""
    any_runner.ask(OS + "def f(x):\n    os.kill(os.getpid(), 19)\n    return 1.0")
    assert any_runner.still_works()


# -- cells ------------------------------------------------------------------------------


def test_imports_are_told_plainly(runner):
    result = runner.ask("import torch", "from numpy.linalg import norm\n" + HONEST)
    assert result.cell_errors["c0"].note == (
        "import torch is not available when graded; allowed: functools, math, numpy, typing"
    )
    assert result.answers[0].kind == "array"


def test_check_does_nothing_when_graded(runner):
    assert (
        runner.value(
            "from autograde import check, verify\n" + HONEST + "check(f)\nverify('x', 'y', {})"
        )
        == 6.0
    )


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\n" + HONEST,
        "!pip install numpy\n" + HONEST,
        "%%time\n" + HONEST,
        "f?\n" + HONEST,
        "if True:\n    %load_ext x\n" + HONEST,
    ],
)
def test_ipython_lines_are_left_out(runner, cell):
    result = runner.ask(cell)
    assert float(result.answers[0].value) == 6.0
    assert result.left_out


def test_a_percent_sign_in_python_stays(runner):
    result = runner.ask("def f(x):\n    return (7\n    % 4)")
    assert float(result.answers[0].value) == 3
    assert result.left_out == ()


def test_another_language_is_no_python(runner):
    result = runner.ask("%%bash\nrm -rf /", HONEST)
    assert result.left_out == ("%%bash",)
    assert result.status == "ok"


def test_an_error_in_a_cell_says_where(runner):
    result = runner.ask("x = 1\ny = 1 / 0\n", "def f(:\n", HONEST)
    assert (result.cell_errors["c0"].error, result.cell_errors["c0"].line) == (
        "ZeroDivisionError",
        2,
    )
    assert (result.cell_errors["c1"].error, result.cell_errors["c1"].line) == ("SyntaxError", 1)
    assert float(result.answers[0].value) == 6.0


@pytest.mark.parametrize(
    "source", ["(" * 5000, "-" * 200_000 + "1", "x" + ".a" * 100_000, "\0", "x = 1" + "+1" * 50_000]
)
def test_hostile_syntax(any_runner, source):
    result = any_runner.ask(source, HONEST)
    assert result.status in ("ok", "died", "out of memory", "timed out")
    assert any_runner.still_works()


# -- without the sandbox --------------------------------------------------------------------


@pytest.fixture(params=["zygote", "alone"])
def unsafe(request, monkeypatch):
    if request.param == "alone":  # as on Windows, where there is no fork
        monkeypatch.setattr(Sandbox, "forks", False)
    with Sandbox(Limits(wall=4.0, cell=1.0), unsafe=True) as sandbox:
        yield sandbox


def test_the_unsafe_way_gives_the_same_answers(unsafe):
    x = (Call("f", (np.array([1.0, 2.0, 3.0]),)),)
    cells = [
        ("a", HONEST),
        ("b", OS + "def g(x):\n    os._exit(3)"),
        ("c", "def h(x):\n    while 1:\n        pass"),
    ]
    jobs = [Job("f", 3, x, ("typing",)), Job("g", 3, (Call("g", x[0].args),), ("typing",))]
    jobs.append(Job("h", 3, (Call("h", x[0].args),), ("typing",)))
    first, second, third = unsafe.run(cells, jobs)
    assert float(first.answers[0].value) == 6.0
    assert (second.status, second.why[-15:]) == ("died", "(exit status 3)")
    assert third.status == "timed out"


def test_without_bubblewrap_it_refuses_and_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SandboxError, match=r"apt install bubblewrap.*--unsafe"):
        Sandbox().start()


def test_the_temporary_folder_of_an_unsafe_run_goes_away():
    with Sandbox(unsafe=True) as sandbox:
        folder = Path(sandbox._plain_folder())
        assert (folder / "zygote.py").exists()
    assert not folder.exists()


def test_no_process_is_left_behind():
    with Sandbox() as sandbox:
        pid = sandbox._process.pid
        assert sandbox.run([("a", HONEST)], [Job("f", 1, (Call("f", (np.ones(1),)),), ())])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
