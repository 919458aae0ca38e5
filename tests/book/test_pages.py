"""A built edition, as files and as a browser shows it: the quick one, or that of PROFILE."""

import contextlib
import functools
import gzip
import http.server
import json
import os
import re
import shutil
import threading
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from infoplane import paths
from infoplane.book.editions import site
from infoplane.book.notebooks import chapters
from infoplane.claims import ledger

PROFILE = os.environ.get("PROFILE", "quick")
SITE = site(PROFILE)
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
PAGES = [page for page in PAGES if "_static" not in page]
WRITTEN = [page for page in PAGES if page.startswith(("book/", "notebooks/"))]
# Where buttons are pressed: the scripts and the frame are the same on all pages, but for a page
# without sections, which has no contents.
PRESSED = [
    page
    for page in ("book/intro.html", "book/provenance.html", "notebooks/02_mixture.html")
    if page in WRITTEN
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60_000  # milliseconds that a browser may take on a busy machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAGES, reason=f"nothing in {SITE}: make book PROFILE={PROFILE} first"),
]


class Links(HTMLParser):
    """What a page names: links, scripts, images, figures, and the ids it has."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.scripts, self.images, self.figures, self.ids = [], [], [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id") or found.get("name"))
        if tag == "a" and found.get("href"):
            self.targets.append(found["href"])
        if tag in ("script", "img", "link"):
            self.scripts.append(found.get("src") or found.get("href") or "")
        if tag == "img":
            self.images.append(found.get("alt"))
        if tag == "svg" and "flex" in (found.get("style") or ""):
            self.figures.append((found.get("role"), found.get("aria-label")))


@functools.cache
def parsed(page):
    text = (SITE / page).read_text(encoding="utf-8")
    return text, Links(text)


def test_every_page_of_the_table_of_contents_is_there():
    import yaml

    toc = yaml.safe_load((paths.root() / "_toc.yml").read_text())
    files = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    assert [f"{file}.html" for file in files if not (SITE / f"{file}.html").exists()] == []
    assert (SITE / "index.html").exists()
    # each once, and in order within its part, as a part may come before what was written first
    assert [f"notebooks/{chapter.name}" for chapter in chapters()] == sorted(
        file for file in files if file.startswith("notebooks/")
    )
    for part in toc["parts"]:
        own = [c["file"] for c in part["chapters"] if c["file"].startswith("notebooks/")]
        assert own == sorted(own)


@pytest.mark.parametrize("page", WRITTEN)
def test_no_page_shows_an_error(page):
    text, _ = parsed(page)
    traces = "Traceback (most recent call last)", "papermill-error-cell", "FAILED ", "output stderr"
    for trace in traces:
        assert trace not in text
    assert not re.search(r"\{\{ \w+ \}\}", text)  # a marker that nothing replaced
    assert not re.search(r"\{(cite|eq|doc|ref)[:}]", text)  # a role that was not read


@pytest.mark.parametrize("page", WRITTEN)
def test_every_local_link_leads_somewhere(page):
    _, links = parsed(page)
    broken = []
    for target in links.targets:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        path = (SITE / page).parent / unquote(parts.path) if parts.path else SITE / page
        if not path.exists():
            broken.append(target)
        elif parts.fragment and path.suffix == ".html":
            _, there = parsed(path.resolve().relative_to(SITE.resolve()).as_posix())
            if unquote(parts.fragment) not in there.ids:
                broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_scripts_styles_and_images_are_served_from_the_book(page):
    _, links = parsed(page)
    assert [source for source in links.scripts if re.match(r"(https?:)?//", source)] == []


@pytest.mark.parametrize("page", WRITTEN)
def test_every_picture_says_what_it_shows(page):
    _, links = parsed(page)
    assert all(links.images)
    assert all(role == "img" and label for role, label in links.figures)


def test_every_chapter_has_figures_a_banner_its_claims_and_its_downloads():
    for chapter in chapters():
        text, links = parsed(f"notebooks/{chapter.name}.html")
        assert len(links.figures) >= 2
        assert 'class="banner simple"' in text
        for word in ("Profile", "Seeds", "Device", "Seconds", "Commit", "Versions", "Records"):
            assert f"<dt>{word}</dt>" in text
        for claim in ledger().values():
            assert (f'id="claim-{claim.id}"' in text) == (claim.chapter == chapter.name)
        for ending in (".ipynb", ".executed.ipynb", ".records.json.gz"):
            file = SITE / "_static" / "downloads" / f"{chapter.name}{ending}"
            assert f"../_static/downloads/{file.name}" in links.targets
            content = file.read_bytes()
            assert json.loads(gzip.decompress(content) if ending.endswith("gz") else content)
        assert "What to trust" in text


def test_the_scoreboard_has_every_claim():
    text, _ = parsed("book/scoreboard.html")
    assert [claim for claim in ledger() if f'id="claim-{claim}"' not in text] == []


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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_on_a_phone(shown, theme):
    """Nothing leaves the machine, nothing complains, formulae are set, nothing is too wide."""
    tab = shown.show(390, theme)
    tab.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
    raw = tab.evaluate("document.querySelectorAll('.math:not(:has(mjx-container))').length")
    assert raw == 0
    assert tab.evaluate("document.querySelectorAll('mjx-merror').length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert shown.left == []
    assert shown.errors == []


@pytest.mark.parametrize("shown", PRESSED, indirect=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_buttons_of_a_phone_lead_to_the_other_pages_and_down_the_page(shown, theme):
    """Each opens its list, with links that can be seen; Escape closes it."""
    from playwright.sync_api import expect

    tab = shown.show(390, theme)
    lists = [("primary", tab.get_by_role("link", name="Scoreboard", exact=True))]
    if tab.locator("#pst-page-toc-nav").count():  # some pages have no sections
        lists.append(("secondary", tab.locator("#pst-page-toc-nav a").first))
    for which, link in lists:
        inside = tab.locator(f".bd-sidebar-{which}").locator(link)
        expect(inside).to_be_hidden()
        tab.locator(f"button.{which}-toggle:visible").click()
        expect(inside).to_be_visible()
        tab.keyboard.press("Escape")
        expect(inside).to_be_hidden()
    assert shown.errors == []


@pytest.mark.parametrize("shown", PRESSED, indirect=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_button_of_a_wide_page_folds_the_list_of_pages_and_its_contents_are_seen(shown, theme):
    from playwright.sync_api import expect

    tab = shown.show(1280, theme)
    link = tab.locator(".bd-sidebar-primary").get_by_role("link", name="Scoreboard", exact=True)
    button = tab.locator("button.primary-toggle:visible")
    expect(link).to_be_visible()
    button.click()
    expect(link).to_be_hidden()
    button.click()
    expect(link).to_be_visible()
    if tab.locator("#pst-page-toc-nav").count():
        expect(tab.locator("#pst-page-toc-nav a").first).to_be_visible()
    assert shown.errors == []


def test_sliders_move_with_the_keyboard(shown):
    """One frame is seen at a time, its name beside it; arrow keys lead to the neighbours."""
    tab = shown.show(390, "light")
    sliders = tab.locator("figure.panels:has(input[type=range])")
    if shown.name == "notebooks/05_tishby_plane.html":
        assert sliders.count() >= 2
    for i in range(sliders.count()):
        figure = sliders.nth(i)
        bar, told = figure.locator("input"), figure.locator("output")
        names = bar.get_attribute("data-names").split("|")

        def seen(figure=figure):
            frames = "gs => gs.filter(g => g.style.display !== 'none').map(g => g.dataset.frame)"
            return set(figure.locator("[data-frame]").evaluate_all(frames))

        assert (told.inner_text(), seen()) == (names[-1], {str(len(names) - 1)})
        bar.focus()
        tab.keyboard.press("ArrowLeft")
        assert (told.inner_text(), seen()) == (names[-2], {str(len(names) - 2)})
        tab.keyboard.press("Home")
        assert (told.inner_text(), seen()) == (names[0], {"0"})
        assert bar.get_attribute("aria-valuetext") == names[0]
    assert shown.errors == []


# Lines and glyphs of a figure that is one picture to a reader, role=img: no rule looks at them, and
# they are most of a page. What a rule could look at keeps all of its figure.
WITHOUT_LINES = """() => {
    const told = "a, text, title, foreignObject, [role], [aria-label], [tabindex]";
    const pictures = [...document.querySelectorAll("svg[role=img]")];
    window.lines = pictures.filter(svg => !svg.querySelector(told))
        .map(svg => [svg, [...svg.childNodes]]);
    for (const [svg] of window.lines) svg.replaceChildren();
}"""
# An animation without an end cannot be brought to it.
FINISHED = """() => {
    for (const animation of document.getAnimations()) {
        try { animation.finish(); } catch { }
    }
}"""
WITH_LINES = "() => { for (const [svg, lines] of window.lines) svg.replaceChildren(...lines); }"


@pytest.mark.parametrize("shown", ["book/scoreboard.html"], indirect=True)
def test_claims_can_be_chosen_by_verdict_and_source(shown):
    tab = shown.show(1280, "light")
    rows = tab.locator("table.ledger tbody tr")
    every = rows.count()
    word = rows.first.get_attribute("data-verdict")
    tab.get_by_label("verdict").select_option(word)
    some = tab.locator(f'table.ledger tr[data-verdict="{word}"]').count()
    assert 0 < some < every
    assert tab.locator("table.ledger tbody tr:visible").count() == some
    assert f"{some} of {every} claims" in tab.locator("form.filters output").inner_text()
    tab.get_by_label("source").select_option("001")
    both = tab.locator(f'table.ledger tr[data-verdict="{word}"][data-source="001"]').count()
    assert tab.locator("table.ledger tbody tr:visible").count() == both
    for name in ("verdict", "source"):
        tab.get_by_label(name).select_option("")
    assert tab.locator("table.ledger tbody tr:visible").count() == every


@pytest.mark.parametrize("shown", ["notebooks/02_mixture.html"], indirect=True)
def test_a_figure_is_saved_as_svg_and_its_numbers_as_csv(shown, tmp_path):
    tab = shown.show(1280, "light")
    for name, begins in (("Save as SVG", "<svg"), ("Numbers as CSV", "panel,frame,curve")):
        with tab.expect_download() as waiting:
            tab.locator("figure.panels").first.get_by_text(name).click()
        waiting.value.save_as(tmp_path / "saved")
        assert (tmp_path / "saved").read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("shown", [p for p in WRITTEN if "notebooks/" in p], indirect=True)
def test_the_first_screen_of_a_chapter_is_prose(shown):
    tab = shown.show(1280, "light")
    codes = tab.locator("div.cell_input pre:visible")
    assert not [box for box in (c.bounding_box() for c in codes.all()) if box and box["y"] < 900]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_accessible(shown, theme):
    """axe-core finds nothing serious; in the dark, only what colours decide is asked again."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"]}
    if theme == "dark":
        options["runOnly"] = ["color-contrast", "link-in-text-block"]
    tab = shown.show(1280, theme)
    tab.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
    # colours pass from one theme to the other by way of others, of less contrast
    tab.evaluate(FINISHED)
    tab.evaluate(WITHOUT_LINES)
    found = Axe().run(tab, options=options).response["violations"]
    tab.evaluate(WITH_LINES)
    serious = [
        f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:120]})"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
