"""A course on a JupyterHub, from release to feedback, with two accounts of the system.

The learner fetches, solves, validates and submits; the instructor collects, grades and gives
back, by the buttons of nbgrader; the learner reads the feedback. And the learner cannot read
what the instructor keeps. Needs root, for the accounts and for the hub.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from autograde.exercises import get
from autograde.grading.classroom import open_course
from autograde.grading.demo import _Homework

REPO = Path(__file__).resolve().parents[2]
PROXY = (
    REPO / "web" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
)
TEACHER, LEARNER, PASSWORD = "lbteacher", "lblearner", "of the day"
ASSIGNMENT = "regression"

missing = [
    what
    for what, there in (
        ("root, to make accounts", hasattr(os, "getuid") and os.getuid() == 0),
        ("jupyterhub (requirements-dev.txt)", importlib.util.find_spec("jupyterhub") is not None),
        ("the proxy of the hub (make web)", PROXY.exists()),
        ("useradd", shutil.which("useradd") is not None),
    )
    if not there
]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"a hub needs {'; '.join(missing)}")


class Browser:
    """Somebody at the hub: signs in, starts a server, calls what the buttons call."""

    def __init__(self, home: str, user: str) -> None:
        self.home, self.user, self.jar = home, user, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.base = f"{home}/user/{user}"
        page = self.open(f"{home}/hub/login")
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)
        form = {"username": user, "password": PASSWORD, "_xsrf": token[1] if token else ""}
        self.open(f"{home}/hub/login", urlencode(form).encode())
        for _ in range(240):
            with contextlib.suppress(HTTPError, URLError, OSError, ValueError):
                if "version" in json.loads(self.open(f"{self.base}/api")):
                    self.open(f"{self.base}/lab")  # sets the cookies of this server
                    return
            time.sleep(0.5)
        raise AssertionError(f"the server of {user} did not start")

    def open(self, url: str, data: bytes | None = None, method: str | None = None) -> str:
        headers = {"Accept": "*/*"}
        if data is not None and not url.endswith("/login"):
            cookies = {c.name: c.value for c in self.jar if c.path.startswith(f"/user/{self.user}")}
            headers["X-XSRFToken"] = cookies.get("_xsrf", "")
            headers["Content-Type"] = "application/json"
        request = Request(url, data, headers, method=method)
        with self.opener.open(request, timeout=240) as answer:
            return answer.read().decode()

    def call(self, where: str, **body) -> dict:
        """POST to an address of this person's server."""
        answer = self.open(f"{self.base}/{where}", json.dumps(body).encode())
        return json.loads(answer) if answer else {}


@pytest.fixture(scope="module")
def accounts():
    made = []
    for name in (TEACHER, LEARNER):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            pytest.fail(f"there is an account {name} already; remove it with: userdel -r {name}")
    try:
        for name in (TEACHER, LEARNER):
            subprocess.run(["useradd", "-m", "-s", "/bin/bash", name], check=True)
            made.append(name)
            Path(f"~{name}").expanduser().chmod(0o750)
        yield
    finally:
        for name in made:
            for _ in range(20):  # an account in use cannot go
                subprocess.run(["pkill", "-KILL", "-u", name], check=False)
                gone = subprocess.run(["userdel", "-r", name], check=False, capture_output=True)
                if gone.returncode in (0, 6, 12):  # done; no such account; no mail box
                    break
                time.sleep(0.5)


def as_teacher(*command: str) -> str:
    """Run a command as the instructor, in the home of the instructor."""
    home = Path(f"~{TEACHER}").expanduser()
    run = subprocess.run(
        [*_open_house(), "setpriv", f"--reuid={TEACHER}", f"--regid={TEACHER}", "--init-groups",
         sys.executable, *command],
        cwd=home, env={**_environment(), "HOME": str(home), "USER": TEACHER},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout


def _environment() -> dict[str, str]:
    return {
        # folders of the caller's PATH may be closed to others, and a closed folder is an error
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath, "/usr/sbin"]),
        "PYTHONPATH": os.pathsep.join([str(REPO), str(REPO / "book")]),
        "LANG": "C.UTF-8",
    }


def _open_house() -> list[str]:
    """Python may live where only root may look, as in /root; then show others only Python."""
    prefix = Path(sys.base_prefix).resolve()
    closed = [p for p in prefix.parents if not p.stat().st_mode & 0o001]
    if not closed:
        return []
    hidden = closed[-1]
    between = [p for p in reversed(prefix.parents) if p.is_relative_to(hidden) and p != hidden]
    made = [word for p in between for word in ("--perms", "0755", "--dir", str(p))]
    return ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", str(hidden), *made,
            "--ro-bind", str(prefix), str(prefix), "--cap-add", "ALL", "--"]  # fmt: skip


@pytest.fixture(scope="module")
def hub(accounts):
    folder = Path(tempfile.mkdtemp(prefix="hub-"))  # pytest's own are closed to other users
    folder.chmod(0o755)
    exchange = folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = folder / "etc"
    shared.mkdir()
    (shared / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        'c.CourseDirectory.course_id = "term"\n'
    )
    node = Path(sys.executable).with_name("node")
    environment = {
        **_environment(), "HUB_FOLDER": str(folder), "HUB_PORT": str(port),
        "HUB_PROXY": f"{node if node.exists() else 'node'}|{PROXY}", "HUB_PASSWORD": PASSWORD,
        "HUB_TEACHER": TEACHER, "HUB_LEARNER": LEARNER, "JUPYTER_CONFIG_PATH": str(shared),
        "HOME": str(folder),
    }  # fmt: skip
    log = (folder / "hub.log").open("w")
    process = subprocess.Popen(
        [*_open_house(), sys.executable, "-m", "jupyterhub",
         "-f", str(Path(__file__).with_name("hub_config.py"))],
        cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(240):
            with contextlib.suppress(URLError, OSError):
                build_opener().open(f"http://127.0.0.1:{port}/hub/api", timeout=5).close()
                break
            assert process.poll() is None, (folder / "hub.log").read_text()[-3000:]
            time.sleep(0.5)
        else:
            pytest.fail(f"the hub did not answer: {(folder / 'hub.log').read_text()[-3000:]}")
        yield f"http://127.0.0.1:{port}", folder
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # the hub behind its walls, and its proxy
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_term_on_a_hub(hub):
    address, folder = hub
    home = Path(f"~{TEACHER}").expanduser()
    as_teacher("-m", "autograde", "course", "term", ASSIGNMENT, "--name", "term")
    course = home / "term"
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(folder / 'exchange')!r}\n")
    # Jupyter must find the course: nbgrader reads the folder that it starts in, or this line.
    (home / ".jupyter").mkdir()
    (home / ".jupyter" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(course)!r}\n"
    )
    for path in (home / ".jupyter", home / ".jupyter" / "nbgrader_config.py"):
        shutil.chown(path, TEACHER, TEACHER)

    teacher = Browser(address, TEACHER)
    released = teacher.call(f"formgrader/api/assignment/{ASSIGNMENT}/release")
    assert released["success"], released

    learner = Browser(address, LEARNER)
    (listed,) = learner.call("assignments/fetch", course_id="term", assignment_id=ASSIGNMENT)[
        "value"
    ]
    assert listed["status"] == "fetched"
    notebook = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    fetched = json.loads(learner.open(f"{learner.base}/api/contents/{notebook}"))["content"]
    work = _Homework(ASSIGNMENT, fetched)
    exercise, mistake = next((e, m) for e, m in work.mistakes if m.id == "mae/sum")
    solved = json.loads(work.with_mistakes([(exercise, mistake)], len(work.exercises)))
    learner.open(
        f"{learner.base}/api/contents/{notebook}",
        json.dumps({"type": "notebook", "content": solved}).encode(), "PUT",
    )  # fmt: skip
    validated = learner.call("assignments/validate", path=notebook)
    assert validated["success"], validated
    failed = json.dumps(validated["value"])
    assert mistake.title in failed
    submitted = learner.call("assignments/submit", course_id="term", assignment_id=ASSIGNMENT)
    assert submitted["success"], submitted

    collected = teacher.call(f"formgrader/api/assignment/{ASSIGNMENT}/collect")
    assert collected["success"], collected
    told = as_teacher("-m", "autograde", "grade", "term", "--jobs", "1")
    assert "Graded 1" in told
    record = json.loads(
        (course / "autograded" / LEARNER / ASSIGNMENT / "lossbook.json").read_text()
    )
    worth = sum(e.total for e in work.exercises)
    assert worth - get("mae").total <= record["row"]["score"] < worth
    # the button of the form grader asks the same judge
    graded = teacher.call(f"formgrader/api/submission/{ASSIGNMENT}/{LEARNER}/autograde")
    assert graded["success"], graded
    (grade,) = json.loads(teacher.open(f"{teacher.base}/formgrader/api/submissions/{ASSIGNMENT}"))
    assert grade["score"] == record["row"]["score"]

    made = teacher.call(f"formgrader/api/assignment/{ASSIGNMENT}/generate_feedback", force=True)
    assert made["success"], made
    given = teacher.call(f"formgrader/api/assignment/{ASSIGNMENT}/release_feedback")
    assert given["success"], given
    learner.call("assignments/fetch_feedback", course_id="term", assignment_id=ASSIGNMENT)
    pages = list(Path(f"~{LEARNER}").expanduser().glob(f"{ASSIGNMENT}/feedback/**/*.html"))
    assert len(pages) == 1
    page = pages[0].read_text(encoding="utf-8")
    seed = json.loads((course / "secret.json").read_text())[ASSIGNMENT]
    assert mistake.title in page
    assert seed not in page
    assert base64.b64encode(seed.encode()).decode() not in page

    # what the instructor keeps is closed to the learner
    for secret in ("term/secret.json", "term/source", "term/gradebook.db"):
        look = subprocess.run(
            ["setpriv", f"--reuid={LEARNER}", f"--regid={LEARNER}", "--init-groups",
             "cat", str(home / secret)], capture_output=True, check=False,
        )  # fmt: skip
        assert look.returncode != 0
        assert b"Permission denied" in look.stderr
    assert open_course(course).students(ASSIGNMENT) == [LEARNER]
