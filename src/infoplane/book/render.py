"""Render a staged tree with jupyter-book, and put what changed into the edition's folder."""

import hashlib
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import click
import yaml

from infoplane import paths
from infoplane.book.weight import lighter, needed

__all__ = ["About", "mended", "render"]

PAGES = (".md", ".ipynb")
# What every formula is set in: a page whose fonts come after its formulas moves twice.
FONTS = ("Main-Regular", "Math-Italic", "Zero")
MATHJAX = re.compile(r'src="([^"]*mathjax/)tex-chtml\.js')


def render(folder: Path, site: Path) -> int:
    """Render `folder`/tree into `site` if a page changed since the last good run; its status.

    Sphinx reads and writes only the pages that changed, unless something changed that stands on
    every page, or is gathered from all of them: the configuration, the table of contents, a
    title, a style, the bibliography and what is cited. So it does after a run with warnings,
    since it warns of a page only when it reads it. `site` holds what was rendered and nothing
    else, whoever wrote there in between.
    """
    tree, output, stamp = folder / "tree", folder / "sphinx", folder / "html.stamp"
    rendered = output / "_build" / "html"
    frame, pages = _digests(tree)
    last = stamp.read_text().split() if stamp.exists() else ["", ""]
    if last == [frame, pages] and (rendered / "index.html").exists():
        _sync(rendered, site, _about(tree))
        click.echo(f"the book is up to date: {site / 'index.html'}")
        return 0
    stamp.unlink(missing_ok=True)
    if last[0] != frame:
        shutil.rmtree(output, ignore_errors=True)
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [str(jupyter_book), "build", str(tree), "--path-output", str(output)]
    done = subprocess.run([*command, "-W", "--keep-going", "-n", "-q"], check=False)
    if not (rendered / "index.html").exists():
        return done.returncode or 1
    _sync(rendered, site, _about(tree))
    if done.returncode == 0:
        paths.write_atomically(stamp, f"{frame}\n{pages}\n")
        click.echo(f"the book: {site / 'index.html'}")
    return done.returncode


def _digests(tree: Path) -> tuple[str, str]:
    """Of what concerns every page, and of the pages with what they let one download."""
    frame, pages = hashlib.sha256(str(tree).encode()), hashlib.sha256()
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        inside, content = path.relative_to(tree), path.read_bytes()
        if "downloads" in inside.parts or path.suffix in PAGES:
            pages.update(str(inside).encode() + content)
            content = b""
        if "downloads" not in inside.parts:
            frame.update(str(inside).encode() + (content or _told(path)))
    return frame.hexdigest(), pages.hexdigest()


def _told(page: Path) -> bytes:
    """What a page tells others: its first heading, for the sidebar, and whom it cites."""
    text = page.read_bytes()
    headings = re.findall(rb'^\s*"?(# .*)$', text, re.MULTILINE)  # in a notebook's JSON, too
    cited = re.findall(rb"\{cite[^}]*\}`[^`]*`", text)
    return b"\n".join([*headings[:1], *sorted(set(cited))])


class About(NamedTuple):
    """What the book's configuration calls it, and says of it in a sentence."""

    title: str
    description: str


def _about(tree: Path) -> About:
    given = yaml.safe_load((tree / "_config.yml").read_text(encoding="utf-8"))
    return About(given["title"], given["sphinx"]["config"]["myst_html_meta"]["description"])


def mended(page: str, about: About) -> str:
    """A page without what readers and search engines mind in Sphinx's and docutils' HTML.

    A bibliography is a list of things that are no list items, in a role that is gone; the page
    that leads to the first, and that of the search, have no icon and no description. Formulas ask
    for their fonts when they are set, which is late.
    """
    page = page.replace(' role="list" class="citation-list"', ' class="citation-list"')
    page = page.replace(' role="doc-biblioentry"', "")
    if page.lstrip().startswith('<meta http-equiv="Refresh"'):
        page = (
            f'<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>{about.title}</title>\n'
            f'<link rel="icon" href="_static/favicon.svg">\n{page.strip()}\n'
            f'<a href="book/intro.html">{about.title}</a>\n</html>\n'
        )
    mathjax = MATHJAX.search(page)
    if mathjax and 'class="math' in page:
        fonts = "".join(
            '<link rel="preload" as="font" type="font/woff" crossorigin href="'
            f'{mathjax[1]}output/chtml/fonts/woff-v2/MathJax_{name}.woff">\n'
            for name in FONTS
        )
        page = page.replace("</title>", f"</title>\n{fonts.rstrip()}", 1)
    if 'name="description"' not in page:
        described = f'<meta name="description" content="{escape(about.description)}">'
        page = page.replace("</title>", f"</title>\n{described}", 1)
    return page


def _sync(rendered: Path, site: Path, about: About) -> None:
    """Make `site` what `rendered` is, touching only the files that differ."""
    wanted = {
        path.relative_to(rendered)
        for path in rendered.rglob("*")
        if path.is_file() and needed(PurePosixPath(path.relative_to(rendered).as_posix()))
    }
    for path in [path for path in site.rglob("*") if path.is_file()]:
        if path.relative_to(site) not in wanted:
            path.unlink()
    for inside in sorted(wanted):
        new, path = (rendered / inside).read_bytes(), site / inside
        if path.suffix == ".html":
            new = mended(lighter(new.decode()), about).encode()
        if not path.is_file() or path.read_bytes() != new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new)
