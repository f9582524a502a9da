"""What a process gives up before it runs a learner's code. Linux, through ctypes.

Runs inside the sandbox with nothing but the standard library. Every function either
does what it says or raises OSError; a half-locked process must never go on.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from functools import cache

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
CAPABILITY_VERSION_3 = 0x20080522

#: The number that an unprivileged learner process has inside its own user namespace.
NOBODY = 65534


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(what: str, option: int, first: int, second: bytes | None = None) -> None:
    rest = second if second is not None else ctypes.c_ulong(0)
    zero = ctypes.c_ulong(0)
    _checked(_libc().prctl(option, ctypes.c_ulong(first), rest, zero, zero), f"prctl({what})")


def unshare(user: bool) -> None:
    """New pid, ipc, net and mount namespaces; a user namespace too if ``user``.

    Without root a user namespace is what gives the right to make the others.
    """
    flags = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS
    uid, gid = os.getuid(), os.getgid()
    _checked(_libc().unshare(flags | (CLONE_NEWUSER if user else 0)), "unshare")
    if user:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{NOBODY} {uid} 1"),
            ("gid_map", f"{NOBODY} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)


def die_with_parent() -> None:
    _prctl("PDEATHSIG", PR_SET_PDEATHSIG, 9)


def drop_ptrace() -> None:
    """A process of the same user may no longer look into this one."""
    _prctl("DUMPABLE", PR_SET_DUMPABLE, 0)


def make_mounts_private() -> None:
    _checked(_libc().mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount(private)")


def cover(path: str, size: int = 0) -> None:
    """Put an empty filesystem over ``path``: writable up to ``size`` bytes, or read-only."""
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | (0 if size else MS_RDONLY)
    options = f"size={size},nr_inodes=64,mode=1777" if size else "size=4k,mode=555"
    _checked(
        _libc().mount(b"tmpfs", path.encode(), b"tmpfs", flags, options.encode()),
        f"mount over {path}",
    )


def uncover(path: str) -> None:
    _checked(_libc().umount2(path.encode(), MNT_DETACH), f"umount {path}")


def become(uid: int) -> None:
    """Give up root for an unused user (and group) number, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def drop_capabilities() -> None:
    """Clear every capability and the way back to them."""
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    _checked(_libc().capset(header, bytes(24)), "capset")
    _prctl("NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS, 1)
    _prctl("DUMPABLE", PR_SET_DUMPABLE, 0)


def limit_resources(
    seconds: int, memory: int, file: int, files: int = 32, processes: int | None = 0
) -> list[str]:
    """Set what the platform has of rlimits; the names of those that it refused."""
    refused = []
    wanted = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_AS": memory,
        "RLIMIT_FSIZE": file,
        "RLIMIT_NOFILE": files,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if processes is not None:
        wanted["RLIMIT_NPROC"] = processes
    for name, value in wanted.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        try:
            resource.setrlimit(number, (value, value))
        except (OSError, ValueError):
            refused.append(name)
    return refused


# -- system calls ----------------------------------------------------------------
# The namespaces already leave nothing to reach. The filter takes away what could
# reach the kernel itself, and memory that rlimits do not count (System V, memfd).

_X86_64 = (
    41, 42, 49, 53,  # socket connect bind socketpair
    56, 57, 58, 59, 322, 435,  # clone fork vfork execve execveat clone3
    62, 129, 200, 234, 297, 424,  # kill rt_sigqueueinfo tkill tgkill rt_tgsigqueueinfo pidfd_send_signal
    29, 30, 31, 64, 68, 240, 319, 447,  # shm* semget msgget mq_open memfd_create memfd_secret
    101, 310, 311, 434, 438,  # ptrace process_vm_* pidfd_open pidfd_getfd
    155, 161, 165, 166, 272, 308,  # pivot_root chroot mount umount2 unshare setns
    428, 429, 430, 431, 432, 433, 442,  # open_tree move_mount fs* mount_setattr
    248, 249, 250, 298, 321, 323, 425, 426, 427,  # keys perf bpf userfaultfd io_uring
    135, 163, 164, 167, 169, 172, 173, 175, 176, 179, 227, 246, 313,  # administration
    253, 294, 300, 303, 304,  # inotify fanotify file handles
)  # fmt: skip
_AARCH64 = (
    198, 199, 200, 203,
    220, 221, 281, 435,
    129, 130, 131, 138, 240, 424,
    180, 186, 190, 194, 195, 196, 279, 447,
    117, 270, 271, 434, 438,
    39, 40, 41, 51, 97, 268,
    428, 429, 430, 431, 432, 433, 442,
    217, 218, 219, 241, 280, 282, 425, 426, 427,
    60, 89, 92, 104, 105, 106, 112, 142, 170, 224, 273,
    26, 262, 264, 265,
)  # fmt: skip
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}


def has_syscall_filter() -> bool:
    return sys.platform == "linux" and platform.machine() in _MACHINES


@cache
def syscall_filter() -> tuple[ctypes.Array[ctypes.c_char], int]:
    """The program that refuses (EPERM) the calls above, and its number of steps."""
    architecture, denied = _MACHINES[platform.machine()]
    kill, refuse, allow = 0x80000000, 0x00050000 | 1, 0x7FFF0000
    load, equal, at_least, ret = 0x20, 0x15, 0x35, 0x06
    # Jumps count from the next step. A denied call jumps over the remaining
    # comparisons and the line that allows.
    count = len(denied)
    program = [
        (load, 0, 0, 4),  # seccomp_data.arch
        (equal, 1, 0, architecture),
        (ret, 0, 0, kill),
        (load, 0, 0, 0),  # seccomp_data.nr
        (at_least, count + 1, 0, 0x40000000),  # x32 has its own numbers
        *((equal, count - i, 0, number) for i, number in enumerate(denied)),
        (ret, 0, 0, allow),
        (ret, 0, 0, refuse),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    return ctypes.create_string_buffer(code, len(code)), len(program)


def filter_syscalls() -> None:
    """Refuse the calls above from now on; sets NO_NEW_PRIVS."""
    buffer, steps = syscall_filter()
    fprog = struct.pack("HxxxxxxP", steps, ctypes.addressof(buffer))
    _prctl("NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS, 1)
    _prctl("SECCOMP", PR_SET_SECCOMP, 2, fprog)
