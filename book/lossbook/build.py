"""``python -m lossbook.build``: jupyter-book build, reading pages on all processors.

Sphinx can; jupyter-book's command has no option for it. Most of the time goes into the
kernels that execute the pages, one per page. Each of them computes with one thread: on busy
processors several threads of several kernels wait for each other far longer than they work.
"""

from __future__ import annotations

import functools
import os
import sys

import jupyter_book.sphinx
from jupyter_book.cli.main import main

if __name__ == "__main__":
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ["LOSSBOOK_STATIC"] = "1"
    jupyter_book.sphinx.build_sphinx = functools.partial(
        jupyter_book.sphinx.build_sphinx, jobs=os.cpu_count() or 1
    )
    sys.exit(main(["build", *sys.argv[1:]]))
