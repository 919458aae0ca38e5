"""Figures follow the page: its ink, its width, and names of their own."""

import re

import pytest
from IPython.core.formatters import DisplayFormatter

from infoplane import plots
from infoplane.plots import shown as module
from tests.plots.conftest import figure


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
    drawn = re.findall(r'<\w+[^>]*?( style="display:none")? data-frame="(\d)"', shown[0])
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


def test_a_notebook_keeps_the_numbers_beside_the_figure(monkeypatch):
    shown = []
    monkeypatch.setattr(module, "display", shown.append)
    plots.show(figure(), alt="a line", caption="c")
    formats, _ = DisplayFormatter().format(shown[0])
    assert formats["text/html"].startswith("<figure")
    assert formats["text/csv"].startswith("panel,frame,curve,x: x,y: y,low,high\nt,,a,0,0,")
