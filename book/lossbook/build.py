"""``python -m lossbook.build``: jupyter-book build, reading pages on all processors.

Sphinx can; jupyter-book's command has no option for it. Most of the time goes into the
kernels that execute the pages, one per page. Each of them computes with one thread: on busy
processors several threads of several kernels wait for each other far longer than they work.
Kernels are talked to through files of a folder that ends with the build: a port of the machine
may be taken by somebody else between the moment it is chosen and the moment it is used.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
import tempfile
import uuid
from collections.abc import Sequence

import jupyter_book.sphinx
import jupyter_client
import sphinx.builders
from jupyter_book.cli.main import main
from traitlets import default

#: Pages that a process takes at once.
AT_ONCE = 8
#: What every process would import for itself, for longer than many a page takes.
SHARED = ("nbclient", "nbformat.validator", "myst_nb.sphinx_", "jupyter_cache.executors")


class _KernelManager(jupyter_client.AsyncKernelManager):
    @default("transport")
    def _transport(self) -> str:
        return "ipc"

    @default("ip")
    def _place(self) -> str:
        """The beginning of the names of the files; the kernel works in another folder."""
        return os.path.join(os.environ["JUPYTER_RUNTIME_DIR"], uuid.uuid4().hex[:12])


def _chunks(pages: Sequence[str], _processes: int) -> list[Sequence[str]]:
    """Sphinx takes two dozen at once, and at the end all wait for whoever has the last."""
    return [pages[i : i + AT_ONCE] for i in range(0, len(pages), AT_ONCE)]


if __name__ == "__main__":
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ["LOSSBOOK_STATIC"] = "1"
    sphinx.builders.make_chunks = _chunks
    jupyter_book.sphinx.build_sphinx = functools.partial(
        jupyter_book.sphinx.build_sphinx, jobs=os.cpu_count() or 1
    )
    if os.name != "nt":
        jupyter_client.AsyncKernelManager = _KernelManager
    for name in SHARED:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="lossbook-") as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = folder
        sys.exit(main(["build", *sys.argv[1:]]))
