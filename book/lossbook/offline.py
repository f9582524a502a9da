"""``python -m lossbook.offline SITE ZIP``: the whole site in one file, for a reader without a net."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

NAME = "lossbook-offline.zip"
#: What is about a server or a class, and none of a reader's business.
LEFT_OUT = ("report", "reports", "_headers", "robots.txt", "sitemap.xml", "404.html", NAME)
PACKED = {".woff2", ".whl", ".zip", ".png", ".wasm"}
EPOCH = (2020, 1, 1, 0, 0, 0)
README = """\
Unpack, then in this folder: python -m http.server 8000 --bind 127.0.0.1
Open http://127.0.0.1:8000/ in a browser. {python}
"""
WITH = "Everything works without a network, the exercises too."
WITHOUT = "Everything but Run and Check of the exercises works without a network."


def write_zip(site: Path, path: Path) -> int:
    """Write the site into ``path``; the number of its files. The same site gives the same bytes."""
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"offline: no site in {site}; build it with: make book")
    files = [
        file
        for file in sorted(site.rglob("*"))
        if file.is_file()
        and file.relative_to(site).parts[0] not in LEFT_OUT
        and not file.name.startswith(".")
    ]
    with_python = any(file.name == "pyodide.mjs" for file in files)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        text = README.format(python=WITH if with_python else WITHOUT)
        _add(archive, "lossbook/README.txt", text.encode(), packed=False)
        for file in files:
            name = f"lossbook/{file.relative_to(site).as_posix()}"
            _add(archive, name, file.read_bytes(), packed=file.suffix in PACKED)
    return len(files)


def _add(archive: zipfile.ZipFile, name: str, data: bytes, packed: bool) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = 0o644 << 16
    archive.writestr(info, data, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)


def main() -> int:
    given = dict(enumerate(sys.argv))
    site, path = Path(given.get(1, "_build/html")), Path(given.get(2, f"_build/{NAME}"))
    try:
        count = write_zip(site, path)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Wrote {count} files, {path.stat().st_size / 1e6:.0f} MB, into {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
