"""What the sandbox shows: a Python, NumPy and a few files of ours; nothing else.

Written as a bubblewrap command. Root keeps the few rights that it needs to give the rest
away; everyone else gets them from user namespaces.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from autograde import answers as answers_module

HERE = Path(__file__).parent


def base_python() -> Path:
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def numpy_folders() -> list[Path]:
    """NumPy and the libraries that its wheel puts beside it."""
    package = Path(np.__file__).parent
    return [p for p in (package, package.parent / "numpy.libs") if p.is_dir()]


def own_files() -> list[Path]:
    return [
        Path(answers_module.__file__),
        HERE / "wire.py",
        HERE / "lockdown.py",
        HERE / "cells.py",
        HERE / "zygote.py",
    ]


def bwrap_command(python: Path, root: bool) -> list[str]:
    """The sandbox: a read-only view of the interpreter, NumPy and a few files of ours."""
    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    if root:
        command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        command += ["--cap-drop", "ALL"]
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_SYS_ADMIN"):
            command += ["--cap-add", capability]
    else:
        command += ["--unshare-all"]
    for name, value in (
        ("OPENBLAS_NUM_THREADS", "1"),
        ("OMP_NUM_THREADS", "1"),
        ("MKL_NUM_THREADS", "1"),
        ("HOME", "/scratch"),
        ("TMPDIR", "/scratch"),
        ("LC_ALL", "C.UTF-8"),
    ):
        command += ["--setenv", name, value]
    for source, target in _visible(python):
        if source is None:
            command += ["--tmpfs", target]
        else:
            command += ["--ro-bind", source, target]
    for name in ("/lib", "/lib64", "/lib32", "/libx32"):
        path = Path(name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), name]
        elif path.is_dir():
            command += ["--ro-bind", name, name]
    command += ["--proc", "/proc", "--dev", "/dev", "--dir", "/scratch", "--chdir", "/scratch"]
    return [*command, "--remount-ro", "/", "--", str(python)]


def _visible(python: Path) -> list[tuple[str | None, str]]:
    """What is mounted: (source, target); no source means an empty folder hides it."""
    base = Path(sys.base_prefix).resolve()
    mounts: list[tuple[str | None, str]] = []
    for path in (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/lib32"), Path("/usr/local/lib")):
        if path.is_dir() and not path.is_symlink():
            mounts.append((str(path), str(path)))
    if Path("/etc/ld.so.cache").exists():
        mounts.append(("/etc/ld.so.cache", "/etc/ld.so.cache"))
    lib = base / "lib"
    if not any(str(lib) == source for source, _ in mounts):
        mounts.append((str(lib), str(lib)))
    mounts.append((str(python), str(python)))
    for folder in sorted(
        {p for pattern in ("python3*/site-packages", "python3*/dist-packages", "python3/dist-packages")
         for top in (lib, Path("/usr/lib"), Path("/usr/local/lib")) for p in top.glob(pattern)}
    ):  # fmt: skip
        mounts.append((None, str(folder)))
    mounts += [(str(p), f"/sb/{p.name}") for p in (*numpy_folders(), *own_files())]
    return mounts


def missing_protections() -> list[str]:
    """What a run without the sandbox does not protect, as sentences."""
    missing = [
        "Learner code can read and change every file that you can.",
        "Learner code can use the network, unless the system call filter works here."
        if sys.platform == "linux"
        else "Learner code can use the network.",
    ]
    if os.name != "posix":
        missing.append("There are no limits on memory, file size and processor time.")
    return missing


def no_sandbox(reason: str) -> str:
    return (
        f"sandbox: wants bubblewrap, to keep learner code away from this machine; {reason}. "
        "Install it (Debian, Ubuntu: apt install bubblewrap) and, when not root, allow "
        "user namespaces (sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0). Or pass --unsafe to run "
        "without protection."
    )
