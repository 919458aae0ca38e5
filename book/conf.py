"""The same book without jupyter-book, by Sphinx alone: `sphinx-build -c book . OUTPUT`.

jupyter-book 1.x pins an old Sphinx and gets no features any more. Everything this book needs of
it is in `_config.yml`, so the way out is these lines; continuous integration keeps it open.
"""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))

globals().update(CONFIG["sphinx"]["config"])

project = html_title = CONFIG["title"]
author = CONFIG["author"]
project_copyright = CONFIG["copyright"]
extensions = [e for e in CONFIG["sphinx"]["config"]["extensions"] if e != "jupyter_book"]
external_toc_path = str(ROOT / "_toc.yml")
exclude_patterns = [path.name for path in ROOT.iterdir() if path.name not in ("book", "notebooks")]
nb_execution_mode = CONFIG["execute"]["execute_notebooks"]
myst_enable_extensions = CONFIG["parse"]["myst_enable_extensions"]
bibtex_bibfiles = [str(ROOT / path) for path in CONFIG["bibtex_bibfiles"]]
html_static_path = [str(ROOT / path) for path in CONFIG["sphinx"]["config"]["html_static_path"]]
html_favicon = str(ROOT / CONFIG["sphinx"]["config"]["html_favicon"])
html_theme = "sphinx_book_theme"
html_theme_options = {"home_page_in_toc": CONFIG["html"]["home_page_in_navbar"]}
