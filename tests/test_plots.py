"""Figures follow the page: its ink, its width, and names of their own."""

import re

import pytest

from infoplane import plots


def figure(label="y"):
    made, axes = plots.panel(title="t", xlabel="x", ylabel=label)
    plots.band(axes, [0, 1], [0, 1], [0, 0.5], [0.5, 1.5], label="a", color=plots.COLORS["mine"])
    plots.truth(axes, [0, 1], [0, 1])
    axes.legend()
    return made


@pytest.fixture
def shown(monkeypatch):
    """What `show` displays, as HTML."""
    pages = []
    monkeypatch.setattr(plots, "display", lambda html: pages.append(html.data))
    return pages


def test_ink_is_the_colour_of_the_page(shown):
    plots.show(figure(), alt="a line", caption="c")
    assert "currentColor" in shown[0]
    assert plots.INK not in shown[0]
    assert "#000000" not in shown[0]


def test_names_are_unique_on_a_page_and_all_resolve(shown):
    plots.show(figure("y"), figure("z"), alt=["one", "two"], caption="c")
    ids = re.findall(r'\bid="([^"]+)"', shown[0])
    assert len(ids) == len(set(ids))
    used = re.findall(r'href="#([^"]+)"', shown[0]) + re.findall(r"url\(#([^)]+)\)", shown[0])
    assert set(used) <= set(ids)


def test_the_same_figure_gives_the_same_text(shown):
    plots.show(figure(), alt="a line", caption="c")
    plots.show(figure(), alt="a line", caption="c")
    assert shown[0] == shown[1]


def test_alt_and_caption_are_escaped_and_needed(shown):
    plots.show(figure(), alt='a < b "quoted"', caption="x < y")
    assert 'aria-label="a &lt; b &quot;quoted&quot;"' in shown[0]
    assert "x &lt; y" in shown[0]
    with pytest.raises(ValueError, match="2 panels need 2 alt texts, got 1"):
        plots.show(figure(), figure(), alt="one", caption="c")


def test_a_slider_shows_one_frame_at_a_time(shown):
    made = figure()
    for i in range(3):
        plots.in_frame(i, *made.axes[0].plot([0, 1], [i, i]), made.axes[0].scatter([0], [i]))
    plots.show(made, alt="a", caption="c", frames=["0", "10", "a & b"], slider="epoch")
    drawn = re.findall(r'<g( style="display:none")? data-frame="(\d)"', shown[0])
    assert sorted(frame for _, frame in drawn) == list("001122")
    assert [frame for hidden, frame in drawn if not hidden] == ["2", "2"]
    assert '<input type="range" min="0" max="2" value="2"' in shown[0]
    assert "a &amp; b</output>" in shown[0]
    assert 'id="frame' not in shown[0]


def test_a_panel_has_no_fixed_width(shown):
    plots.show(figure(), alt="a", caption="c")
    opening = re.search(r"<svg[^>]*>", shown[0]).group()
    assert "viewBox" in opening
    assert not re.search(r' (width|height)="', opening)


def luminance(color):
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#ffffff", "#14181e"])
def test_colours_can_be_seen_on_light_and_dark(ground):
    for color in {*plots.COLORS.values(), *plots.CLASSES, *plots.shades(20)} - {plots.INK}:
        high, low = sorted([luminance(color), luminance(ground)], reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, color  # WCAG 1.4.11, graphical objects
