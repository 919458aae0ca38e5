"""A browser on a built edition: fixtures that load a page once for all that is asked of it."""

import contextlib
import functools
import http.server
import re
import shutil
import threading

import pytest

from tests.book.built import SITE, WRITTEN

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60_000  # milliseconds that a browser may take on a busy machine


@pytest.fixture(scope="module")
def address():
    """The book on a local port."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, driven by Playwright."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


class Shown:
    """A page in a browser, loaded once for all that is asked of it, and what it did meanwhile.

    left: requests that left the machine; errors: what the console complained of. The page
    follows the reader's system, so that :meth:`show` turns it light or dark without loading it.
    """

    def __init__(self, name, browser, address):
        self.name, self.left, self.errors = name, [], []
        self.context = browser.new_context()
        self.context.set_default_timeout(PATIENCE)
        self.tab = tab = self.context.new_page()
        self.show(390, "light")
        tab.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda e: self.errors.append(str(e)))

        def local(route):
            if route.request.url.startswith(address):
                route.continue_()
            else:
                self.left.append(route.request.url)
                route.abort()

        self.context.route(re.compile("^https?:"), local)
        tab.goto(f"{address}/{name}")
        import playwright.sync_api

        # a quiet network is hoped for: on a busy machine it may never be noticed
        with contextlib.suppress(playwright.sync_api.TimeoutError):
            tab.wait_for_load_state("networkidle", timeout=10_000)
        tab.wait_for_function("!window.MathJax || !MathJax.startup || MathJax.startup.promise")
        tab.evaluate("async () => { if (window.MathJax?.startup) await MathJax.startup.promise }")

    def show(self, width, theme):
        # the tooltip of a button stays while the button has the pointer or the focus
        self.tab.mouse.move(0, 0)
        self.tab.evaluate("document.activeElement?.blur()")
        self.tab.set_viewport_size({"width": width, "height": 900})
        self.tab.emulate_media(color_scheme=theme)
        return self.tab


@pytest.fixture(scope="module", params=[*WRITTEN, "search.html"])
def shown(request, browser, address):
    """Each page in turn: all tests of one page come together."""
    page = Shown(request.param, browser, address)
    yield page
    page.context.close()
