"""Send the work to a Dask cluster. Workers need the sandbox and this code, no database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor

from autograde.grading.classroom import code_digest
from autograde.grading.sandbox import Sandbox, SandboxError


def readiness(unsafe: bool) -> tuple[bytes, str]:
    """On a worker: which code it has, and what keeps it from grading ('' if nothing)."""
    try:
        with Sandbox(unsafe=unsafe):
            return code_digest(), ""
    except SandboxError as error:
        return code_digest(), str(error)


@contextlib.contextmanager
def scheduler(address: str, unsafe: bool = False, seconds: float = 20.0) -> Iterator[Executor]:
    """An executor on the workers of the Dask scheduler at ``address`` ("tcp://host:8786").

    Every worker is asked first whether it can grade. A worker that dies later loses
    nothing: its submissions go to another, and only the caller writes.
    Raises SandboxError for a scheduler that does not answer, has no workers, or has one
    without a sandbox or with another release of this code.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SandboxError(
            f"scheduler: wants the address of a Dask scheduler, such as tcp://10.0.0.5:8786; "
            f"nothing answers at {address} ({error}). Start one with: dask scheduler"
        ) from error
    with client:
        found = client.run(readiness, unsafe)
        if not found:
            raise SandboxError(
                f"scheduler: no worker has joined {address}. "
                f"Start one on each machine with: dask worker {address} --nthreads 1"
            )
        trouble = [f"{worker}: {why}" for worker, (_, why) in found.items() if why]
        trouble += [
            f"{worker}: it has another release of the grader; install the same on all machines"
            for worker, (digest, _) in found.items()
            if digest != code_digest()
        ]
        if trouble:
            raise SandboxError("scheduler: not every worker can grade.\n" + "\n".join(trouble))
        yield client.get_executor(pure=False)
