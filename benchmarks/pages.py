"""Lighthouse's scores of the pages of a built edition: python benchmarks/pages.py [PAGE …].

Needs Node.js, whose npx fetches Lighthouse, and Chromium, or a browser that CHROME_PATH names. The
book is served from this machine with compressed text, as a host of static pages serves it, and each
page is visited as a desktop visits it, without anything kept from the page before.

    make book && python benchmarks/pages.py
    python benchmarks/pages.py index notebooks/05_tishby_plane --least 90

Exits with 1 where a score is below --least, or accessibility or good practice below 100.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infoplane.book.editions import PUBLISHED, site

LIGHTHOUSE = "lighthouse@12.8.2"
ASKED = {"performance": 90, "accessibility": 100, "best-practices": 100, "seo": 95}
TEXT = {".css", ".csv", ".html", ".js", ".json", ".svg", ".txt"}


class Compressed(SimpleHTTPRequestHandler):
    """Files of a folder, their text compressed, to be kept for a year as a host says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Cache-Control", "max-age=31536000")
        if path.suffix in TEXT:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        """A browser that has what it wants, and goes, is no error."""
        with suppress(BrokenPipeError, ConnectionResetError):
            super().handle()

    def log_message(self, *args: Any) -> None:
        """Nothing: the table is what is printed."""


def scores(url: str, browser: str, folder: Path) -> dict[str, int]:
    """Category -> 0 to 100, and the kilobytes that came over the wire."""
    report = folder / "report.json"
    command = [
        "npx", "--yes", LIGHTHOUSE, url, "--preset=desktop", "--quiet", "--output=json",
        f"--output-path={report}", f"--only-categories={','.join(ASKED)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-background-networking",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": browser}
    subprocess.run(command, env=environment, check=True, stdout=sys.stderr)
    found = json.loads(report.read_text(encoding="utf-8"))
    if problem := found.get("runtimeError"):
        sys.exit(f"{url}: {problem['message']}")
    of = {name: round(100 * found["categories"][name]["score"]) for name in ASKED}
    return of | {"kB": round(found["audits"]["total-byte-weight"]["numericValue"] / 1000)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", help="without .html; all pages where none is named")
    parser.add_argument("--profile", default=PUBLISHED, help="whose edition")
    parser.add_argument("--least", type=int, help="of the performance", default=90)
    args = parser.parse_args()
    root = site(args.profile)
    browser = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("chrome")
    for needed, there in (
        ("a built edition: run make book", (root / "index.html").exists()),
        ("npx, which comes with Node.js", shutil.which("npx")),
        ("Chromium: install it, or set CHROME_PATH", browser),
    ):
        if not there:
            parser.error(f"this needs {needed}")
    assert browser
    listed = sorted(root.glob("*.html")) + sorted(root.glob("[bn]*/*.html"))
    pages = args.pages or [str(path.relative_to(root).with_suffix("")) for path in listed]
    if unknown := [page for page in pages if not (root / f"{page}.html").is_file()]:
        parser.error(f"{', '.join(unknown)}: no such page below {root}")
    asked = ASKED | {"performance": args.least}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':<32}" + "".join(f"{name:>15}" for name in [*ASKED, "kB"]))
    below = 0
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            url = f"http://127.0.0.1:{server.server_port}/{page}.html"
            of = scores(url, browser, Path(folder))
            below += any(of[name] < least for name, least in asked.items())
            print(f"{page:<32}" + "".join(f"{number:>15}" for number in of.values()), flush=True)
    server.shutdown()
    sys.exit(1 if below else 0)


if __name__ == "__main__":
    main()
