"""A built edition, as a browser shows it."""

import pandas as pd
import pytest

from tests.book.browser import *  # noqa: F403  # fixtures
from tests.book.built import BUILT, WRITTEN

# Where buttons are pressed: the scripts and the frame are the same on all pages, but for a page
# without sections, which has no contents.
PRESSED = [
    page
    for page in ("book/intro.html", "book/provenance.html", "notebooks/02_mixture.html")
    if page in WRITTEN
]

pytestmark = BUILT

# The least size of type that any figure has on the screen, in pixels.
SMALLEST = """() => {
  const size = (text) => parseFloat(getComputedStyle(text).fontSize);
  const scale = (svg) => svg.clientWidth / svg.viewBox.baseVal.width;
  const texts = [...document.querySelectorAll("figure.panels svg text")];
  return Math.min(99, ...texts.map((text) => size(text) * scale(text.ownerSVGElement)));
}"""


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
    tab.locator("select[name=verdict]").select_option(word)
    some = tab.locator(f'table.ledger tr[data-verdict="{word}"]').count()
    assert 0 < some < every
    assert tab.locator("table.ledger tbody tr:visible").count() == some
    assert f"{some} of {every} claims" in tab.locator("form.filters output").inner_text()
    tab.locator("select[name=source]").select_option("001")
    both = tab.locator(f'table.ledger tr[data-verdict="{word}"][data-source="001"]').count()
    assert tab.locator("table.ledger tbody tr:visible").count() == both
    for name in ("verdict", "source"):
        tab.locator(f"select[name={name}]").select_option("")
    tab.locator("select[name=chapter]").select_option("02_mixture")
    assert tab.locator("table.ledger tbody tr:visible").count() == 3
    tab.locator("select[name=chapter]").select_option("")
    assert tab.locator("table.ledger tbody tr:visible").count() == every


@pytest.mark.parametrize("shown", ["book/scoreboard.html"], indirect=True)
def test_claims_can_be_sorted_and_go_back_to_their_chapters(shown):
    tab = shown.show(1280, "light")
    rows = "table.ledger tbody tr"

    def seen(of):
        return tab.locator(f"{rows}:visible").evaluate_all(f"rows => rows.map(r => r.dataset.{of})")

    before = seen("chapter")
    tab.locator("select[name=order]").select_option("source")
    assert seen("source") == sorted(seen("source"))
    assert len(seen("source")) == len(before)
    tab.locator("select[name=order]").select_option("")
    assert seen("chapter") == before


@pytest.mark.parametrize("shown", ["book/intro.html"], indirect=True)
def test_a_slider_is_printed_as_its_first_and_its_last_frame(shown):
    tab = shown.show(1280, "light")
    drawn = "gs => new Set(gs.filter(g => g.style.display !== 'none').map(g => g.dataset.frame))"
    frames = f"gs => [...({drawn})(gs)].sort((a, b) => a - b).map(Number)"
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    groups = tab.locator("figure.panels").first.locator("[data-frame]")
    first, last = groups.evaluate_all(frames)
    assert first == 0 < last
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    chosen = tab.locator("figure.panels input").first.evaluate("bar => Number(bar.value)")
    assert groups.evaluate_all(frames) == [chosen]  # as the reader left it
    assert tab.locator(".first-frame").count() == 0


@pytest.mark.parametrize("shown", ["book/estimators.html"], indirect=True)
def test_a_table_of_words_has_a_block_a_row_on_a_phone(shown):
    tab = shown.show(390, "light")
    cells = tab.locator("article table tbody tr").first.locator("td")
    tops = [box["y"] for box in (cell.bounding_box() for cell in cells.all())]
    assert tops == sorted(set(tops))


@pytest.fixture
def tabled(browser, address):
    """Show a data frame on a phone, on a page of the book that has none; returns the tab."""
    contexts = []

    def show(frame):
        def with_table(route):
            page = route.fetch().text().replace("</article>", f"{frame.to_html()}</article>", 1)
            route.fulfill(body=page, content_type="text/html")

        contexts.append(browser.new_context(viewport={"width": 390, "height": 800}))
        tab = contexts[-1].new_page()
        tab.route("**/book/references.html", with_table)
        tab.goto(f"{address}/book/references.html")
        return tab

    yield show
    for context in contexts:
        context.close()


WIDE = [f"a rather long name of column {i}" for i in range(6)]


def test_a_long_table_begins_with_six_blocks_on_a_phone(tabled):
    tab = tabled(pd.DataFrame(1.0, index=range(12), columns=WIDE))
    blocks = tab.locator("table.dataframe tbody tr")
    tab.locator("table.long").wait_for()
    assert [row.is_visible() for row in blocks.all()].count(True) == 6
    tab.locator("table.dataframe + button").click()
    assert all(row.is_visible() for row in blocks.all())


def test_no_table_is_cut_on_a_phone(shown):
    """What is wider than the page has a block a row, which begins with its name and has no gaps."""
    tab = shown.show(390, "light")
    cut = """tables => tables.filter(t => t.scrollWidth > t.parentElement.clientWidth + 1)
        .map(t => t.tHead?.textContent)"""
    assert tab.locator(".bd-article table.dataframe").evaluate_all(cut) == []
    blocks = tab.locator("table.blocks.dataframe")
    for table in blocks.all():
        assert all(cell.inner_text().strip() for cell in table.locator("td:visible").all()[:20])
        named = table.locator("tbody tr").first.locator("th:visible")
        assert named.count() <= 1


def test_a_row_with_a_name_in_several_cells_has_them_in_the_heading_of_its_block(tabled):
    rows = pd.MultiIndex.from_product([["tanh", "relu"], ["bins", "exact"]])
    tab = tabled(pd.DataFrame(1.0, index=rows, columns=WIDE))
    tab.locator("table.blocks").wait_for()
    names = [cell.text_content() for cell in tab.locator("table.dataframe th.levels").all()]
    assert names == ["tanh, bins", "tanh, exact", "relu, bins", "relu, exact"]
    tab.set_viewport_size({"width": 1280, "height": 800})
    assert tab.locator("th.levels:visible").count() == 0


def test_a_formula_that_is_too_wide_scrolls_and_shows_it(shown):
    tab = shown.show(390, "dark")
    wide = """formulas => formulas.filter(f => f.scrollWidth > f.clientWidth + 1)
        .map(f => getComputedStyle(f))
        .map(style => [style.overflowX, style.backgroundAttachment.includes("scroll")])"""
    for scrolls, shaded in tab.locator("div.math > mjx-container").evaluate_all(wide):
        assert (scrolls, shaded) == ("auto", True)


@pytest.mark.parametrize("width", [390, 1280])
def test_type_in_figures_has_eleven_pixels(shown, width):
    tab = shown.show(width, "light")
    # a tenth for the rounding of a viewBox; a page that gets wider takes a moment
    tab.wait_for_function(f"({SMALLEST})() >= 10.9")


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
