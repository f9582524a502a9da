"""``python -m lossbook.launch DIR``: the branch that Colab and Binder open.

DIR gets the release notebooks, the wheel that they import, and what Binder installs. Push it
as the branch that ``lossbook_notebooks_branch`` names; the workflow for GitHub Pages does.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from autograde.exercises import ORDER
from autograde.stubs import release_notebook
from autograde.wheel import build_learner_wheel
from lossbook import _assets
from lossbook.doors import github

INSTALL = """\
# The checks. On your own machine, install the wheel once and drop this cell.
try:
    import autograde
except ImportError:
    %pip install -q {wheel}"""


def with_install(notebook: Any, wheel: str) -> Any:
    """A copy of a release notebook whose first code cell fetches the checks."""
    found = copy.deepcopy(notebook)
    first = next(i for i, cell in enumerate(found["cells"]) if cell["cell_type"] == "code")
    cell = {
        "cell_type": "code", "id": "install", "metadata": {}, "outputs": [],
        "execution_count": None, "source": INSTALL.format(wheel=wheel),
    }  # fmt: skip
    found["cells"].insert(first, cell)
    return found


def as_file(notebook: Any) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def write_branch(folder: Path, repository: str, branch: str) -> list[Path]:
    """Fill ``folder`` with the branch; the files that were written."""
    name = github(repository)
    if not name:
        raise ValueError(
            f"launch: Colab and Binder open https://github.com/owner/name, not {repository!r}"
        )
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"launch: {folder} is not empty")
    wheel = build_learner_wheel(folder)
    address = f"https://raw.githubusercontent.com/{name}/{branch}/{wheel.name}"
    written = [wheel]
    for chapter in ORDER:
        path = folder / "notebooks" / f"{chapter}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(as_file(with_install(release_notebook(chapter), address)), encoding="utf-8")
        written.append(path)
    needed = folder / "requirements.txt"
    numpy = re.search(r"^numpy==\S+", (_assets.ROOT / "requirements.txt").read_text(), re.M)
    needed.write_text(f"{numpy[0]}\n./{wheel.name}\n", encoding="utf-8")  # type: ignore[index]
    readme = folder / "README.md"
    readme.write_text(
        "# The notebooks of Lossbook\n\nMade from the book; a change here is lost. "
        f"The sources: https://github.com/{name}\n",
        encoding="utf-8",
    )
    return [*written, needed, readme]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lossbook.launch", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repository", default=os.environ.get("LOSSBOOK_REPOSITORY", ""))
    parser.add_argument("--branch", default="notebooks")
    options = parser.parse_args()
    try:
        written = write_branch(options.folder, options.repository, options.branch)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Wrote {len(written)} files into {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
