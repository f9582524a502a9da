"""``python -m lossbook.build``: jupyter-book build, reading pages on all processors.

Sphinx can; jupyter-book's command has no option for it. Most of the time goes into the
kernels that execute the pages, one per page. Each of them computes with one thread: on busy
processors several threads of several kernels wait for each other far longer than they work.
One page more than there are processors is in work, because each waits for its kernel to begin
and to end.
Kernels are talked to through files of a folder that ends with the build: a port of the machine
may be taken by somebody else between the moment it is chosen and the moment it is used.
What was executed is put into the cache by one process at a time. jupyter-cache is not made for
several: after each page it looks for pages too many in two questions, and a page that another
process adds between them counts as one.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import sys
import tempfile
import uuid

import jupyter_book.sphinx
import jupyter_client
from jupyter_book.cli.main import main
from jupyter_cache.cache.main import JupyterCacheBase
from traitlets import default


class _KernelManager(jupyter_client.AsyncKernelManager):
    @default("transport")
    def _transport(self) -> str:
        return "ipc"

    @default("ip")
    def _place(self) -> str:
        """The beginning of the names of the files; the kernel works in another folder."""
        return os.path.join(os.environ["JUPYTER_RUNTIME_DIR"], uuid.uuid4().hex[:12])


def one_at_a_time() -> None:
    """Let no two of the processes that are forked after this use the cache at once."""
    lock = multiprocessing.RLock()

    def locked(method):
        @functools.wraps(method)
        def alone(*args, **kwargs):
            with lock:
                return method(*args, **kwargs)

        return alone

    for name in (
        "add_nb_to_project", "cache_notebook_bundle", "match_cache_notebook",
        "merge_match_into_notebook",
    ):  # fmt: skip
        setattr(JupyterCacheBase, name, locked(getattr(JupyterCacheBase, name)))


if __name__ == "__main__":
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ["LOSSBOOK_STATIC"] = "1"
    jupyter_book.sphinx.build_sphinx = functools.partial(
        jupyter_book.sphinx.build_sphinx, jobs=(os.cpu_count() or 1) + 1
    )
    one_at_a_time()
    if os.name == "nt":
        sys.exit(main(["build", *sys.argv[1:]]))
    jupyter_client.AsyncKernelManager = _KernelManager
    with tempfile.TemporaryDirectory(prefix="lossbook-") as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
        sys.exit(main(["build", *sys.argv[1:]]))
