"""Ways out of a page: its notebook, its citation, a report of a problem, its short address.

Nothing here asks anybody outside before the reader presses a link. The links to GitHub, Colab
and Binder exist only when ``lossbook_repository`` names a repository on GitHub.
"""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

import lossref
from lossbook import _assets, headers, lite, offline

#: What a workflow may set from outside, and the setting that it stands for.
FROM_ENVIRONMENT = {
    "LOSSBOOK_REPOSITORY": "lossbook_repository",
    "LOSSBOOK_BASEURL": "html_baseurl",
    "LOSSBOOK_OFFLINE_ZIP": "lossbook_offline_zip",
}
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def configure(app: Sphinx, config: Config) -> None:
    for variable, setting in FROM_ENVIRONMENT.items():
        value = os.environ.get(variable)
        if value:
            config[setting] = value == "1" if isinstance(config[setting], bool) else value
    if config.lossbook_repository and "://" not in config.lossbook_repository:
        raise ConfigError(
            "lossbook_repository must be a whole address, such as "
            f"https://github.com/owner/name, and is {config.lossbook_repository!r}"
        )


def github(repository: str) -> str:
    """``owner/name`` of a repository on GitHub, else the empty string."""
    match = GITHUB.fullmatch(repository)
    return match[1] if match else ""


# -- what a page says of itself --------------------------------------------------------------


def day_of_release(root: Path = _assets.ROOT) -> datetime.date:
    """The day of the last change; where there is no history, SOURCE_DATE_EPOCH or today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
    try:
        asked = subprocess.run(
            ["git", "-C", str(root), "log", "-1", "--format=%cs"],
            capture_output=True, text=True, timeout=20, check=True,
        )  # fmt: skip
        return datetime.date.fromisoformat(asked.stdout.strip())
    except (OSError, ValueError, subprocess.SubprocessError):
        return datetime.datetime.now(datetime.UTC).date()


def citation(title: str, docname: str, day: datetime.date, author: str, address: str) -> dict:
    """The page as a sentence and as BibTeX."""
    version = lossref.__version__
    text = (
        f"{author} ({day.year}). {title}. In Lossbook, version {version} "
        f"of {day.day} {day:%B} {day.year}." + (f" {address}" if address else "")
    )
    fields = {
        "author": "{" + _tex(author) + "}",
        "title": "{" + _tex(title) + "}",
        "howpublished": "Lossbook",
        "year": str(day.year),
        "month": MONTHS[day.month - 1],
        "note": f"Version {version} of {day.isoformat()}",
        **({"url": address} if address else {}),
    }
    lines = [
        f"  {name} = {value if name == 'month' else '{' + value + '}'},"
        for name, value in fields.items()
    ]
    key = "lossbook-" + docname.removesuffix("/index").replace("/", "-")
    return {"text": text, "bibtex": "\n".join([f"@misc{{{key},", *lines, "}"])}


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)


def page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    """What the template shows around the text; nothing for pages that no file stands for."""
    context["doors"] = None
    if app.builder.name != "html" or pagename not in app.env.found_docs:
        return
    config = app.config
    title = app.env.titles[pagename].astext()
    base = config.html_baseurl
    address = f"{base.rstrip('/')}/{pagename}.html" if base else ""
    name = github(config.lossbook_repository)
    source = Path(app.env.doc2path(pagename)).resolve()
    crumbs = [
        {"link": each["link"], "title": each["title"]} for each in context.get("parents") or ()
    ]
    if pagename != config.root_doc:
        crumbs.insert(
            0, {"link": context["pathto"](config.root_doc), "title": context["docstitle"]}
        )
    context["doors"] = {
        "crumbs": crumbs,
        "cite": citation(title, pagename, app.lossbook_day, config.author, address),
        "page": pagename,
        "title": title,
        "version": lossref.__version__,
        "day": app.lossbook_day.isoformat(),
        "edit": edit_address(name, config.lossbook_branch, source),
        "offline": config.lossbook_offline_zip and pagename == config.root_doc and offline.NAME,
        "issues": f"https://github.com/{name}/issues/new" if name else "",
    }


def edit_address(name: str, branch: str, source: Path) -> str:
    """Where the source of a page can be changed; empty if that is not known."""
    if not name or not source.is_relative_to(_assets.ROOT):
        return ""
    inside = quote(source.relative_to(_assets.ROOT).as_posix())
    return f"https://github.com/{name}/edit/{quote(branch)}/{inside}"


# -- the notebook of a chapter -----------------------------------------------------------------


def notebook_doors(app: Sphinx, chapter: str, up: str) -> str:
    """The links under the list of a chapter's exercises; empty if it has no notebook."""
    assets = app.lossbook_assets
    notebook = assets.notebooks.get(chapter)
    if not notebook:
        return ""
    file = f"{chapter}.ipynb"
    doors = [("Download the notebook", up + notebook, f' download="{file}"')]
    if app.config.lossbook_jupyterlite:
        doors.append(("JupyterLite", f"{up}lite/lab/index.html?path={file}", ""))
    doors += [(*door, "") for door in elsewhere(app.config, chapter)]
    links = " ".join(
        f'<a class="door" href="{escape(address)}"{more}>{escape(words)}</a>'
        for words, address, more in doors
    )
    wheel = assets.addresses["notebook wheel"]
    return (
        f'<div class="doors"><p>{links}</p>'
        "<p>On your own machine the notebook needs NumPy and "
        f'<a href="{up}{wheel}" download>{Path(wheel).name}</a>, which pip installs.</p></div>'
    )


def elsewhere(config: Config, chapter: str) -> list[tuple[str, str]]:
    """Colab and Binder, which open a branch that holds the notebooks; see lossbook.launch."""
    name = github(config.lossbook_repository)
    if not name:
        return []
    branch, path = config.lossbook_notebooks_branch, f"notebooks/{chapter}.ipynb"
    binder = urlencode({"labpath": path})
    return [
        ("Colab", f"https://colab.research.google.com/github/{name}/blob/{quote(branch)}/{path}"),
        ("Binder", f"https://mybinder.org/v2/gh/{name}/{quote(branch, safe='')}?{binder}"),
    ]


# -- short addresses, and what a site needs besides its pages ---------------------------------


def short_addresses(pages: set[str]) -> dict[str, str]:
    """For each loss the page that explains it, with an anchor in the reference if none does."""
    found = {}
    for spec in lossref.specs():
        reference = f"reference/{spec.family}"
        if spec.page in pages:
            found[spec.slug] = f"{spec.page}.html"
        elif reference in pages:
            found[spec.slug] = f"{reference}.html#reference-{spec.slug}"
    return found


def write_short_addresses(site: Path, pages: set[str], base: str) -> None:
    """``loss/huber/`` leads to the page of the Huber loss, on any server and for ever."""
    if (site / "loss").is_dir():
        shutil.rmtree(site / "loss")
    for slug, target in short_addresses(pages).items():
        _redirect(site / "loss" / slug, f"../../{target}", base, lossref.spec(slug).title)
    if "reference/index" in pages:
        _redirect(site / "loss", "../reference/index.html", base, "All losses")


def _redirect(folder: Path, target: str, base: str, title: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page = re.sub(r"^(\.\./)+", "", target)
    canonical = f"{base.rstrip('/')}/{page}" if base else target
    (folder / "index.html").write_text(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta http-equiv="refresh" content="0; url={escape(target)}">\n'
        f'<link rel="canonical" href="{escape(canonical)}">\n'
        '<meta name="robots" content="noindex">\n</head>\n'
        f'<body><p><a href="{escape(target)}">{escape(title)}</a></p></body>\n</html>\n',
        encoding="utf-8",
    )


NOT_FOUND = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>No such page - Lossbook</title>
<base href="{base}">
<style>body {{ max-width: 36rem; margin: 15vh auto 0; padding: 0 1rem; font: 18px/1.6 system-ui, sans-serif; }}</style>
</head>
<body>
<h1>No such page</h1>
<p>This address leads nowhere; perhaps the page was renamed.
The <a href="index.html">contents</a> and the <a href="search.html">search</a> are where they
were.</p>
</body>
</html>
"""


def write_not_found(site: Path, base: str) -> None:
    """A server shows 404.html at any depth, so its links start at the root of the site."""
    root = re.sub(r"^\w+://[^/]*", "", base).rstrip("/") + "/"
    (site / "404.html").write_text(NOT_FOUND.format(base=escape(root)), encoding="utf-8")


def write_robots(site: Path, base: str) -> None:
    sitemap = f"Sitemap: {base.rstrip('/')}/sitemap.xml\n" if base else ""
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{sitemap}", encoding="utf-8")


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    site, base = Path(app.outdir), app.config.html_baseurl
    write_short_addresses(site, set(app.env.found_docs), base)
    write_not_found(site, base)
    write_robots(site, base)
    if app.config.lossbook_jupyterlite:
        lite.write_lite(site, app.lossbook_pyodide)
    (site / "_headers").write_text(headers.for_hosts(site), encoding="utf-8")
    if app.config.lossbook_offline_zip:
        offline.write_zip(site, site / offline.NAME)


def start(app: Sphinx) -> None:
    app.lossbook_day = day_of_release()  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    app.add_config_value("lossbook_repository", "", "html", str)
    app.add_config_value("lossbook_branch", "main", "html", str)
    app.add_config_value("lossbook_notebooks_branch", "notebooks", "html", str)
    app.add_config_value("lossbook_jupyterlite", False, "html", bool)
    app.add_config_value("lossbook_offline_zip", False, "html", bool)
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", start)
    app.connect("html-page-context", page, priority=800)
    # After what Sphinx wrote is there and what no page needs is gone.
    app.connect("build-finished", finish, priority=950)
