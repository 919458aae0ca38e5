"""Planes of arrays: one path or frame a checkpoint, means and intervals, ceilings, units."""

import re

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text

from infoplane import plots
from infoplane.errors import InputError
from infoplane.plane.plots import plane_frames, plane_paths, plot
from infoplane.plane.tables import tidy
from infoplane.plots import shown
from infoplane.stats import mean_of
from tests.plane.drawn import EPOCHS, ceilings

CEILINGS = (8.0, 0.7)


@pytest.fixture
def planes():
    """I(X;T) and I(T;Y) of five networks at four checkpoints, three layers."""
    rng = np.random.default_rng(0)
    return rng.uniform(1, 7, (5, 4, 3)), rng.uniform(0.1, 0.6, (5, 4, 3))


def test_paths_go_through_the_means_of_each_checkpoint(planes):
    x, y = planes
    figure = plane_paths(x, y, EPOCHS, title="t", ceilings=CEILINGS)
    axes, scale = figure.axes
    assert len(axes.containers) == len(EPOCHS)
    colors = []
    for i, (line, _, bars) in enumerate(axes.containers):
        means, lows, highs = zip(mean_of(x[:, i]), mean_of(y[:, i]), strict=True)
        np.testing.assert_allclose(line.get_xydata(), np.transpose(means))
        colors.append(line.get_color())
        assert len(bars) == 2
        for side, bar in enumerate(bars):  # a bar a layer: (from, to), of its coordinate
            ends = np.array(bar.get_segments())[:, :, side]
            np.testing.assert_allclose(ends, np.transpose([lows[side], highs[side]]))
    assert len(set(colors)) == len(EPOCHS)
    # the first and the last epoch have the ends of the scale
    assert [colors[0], colors[-1]] == [plots.ORDERED(0.0), plots.ORDERED(1.0)]
    assert scale.get_ylabel() == "epoch + 1"


@pytest.mark.parametrize("kind", ["paths", "frames"])
def test_axes_have_units_and_ceilings(planes, kind):
    def draw(**labels):
        if kind == "paths":
            return plane_paths(*planes, EPOCHS, title="bins", ceilings=CEILINGS, **labels)
        return plane_frames(*planes, title="bins", ceilings=CEILINGS, **labels)

    axes = draw().axes[0]
    assert axes.get_title(loc="left") == "bins"
    for label in (axes.get_xlabel(), axes.get_ylabel()):
        assert label.endswith("(nats)")
    assert ceilings(axes) == ([CEILINGS[0]], [CEILINGS[1]])
    other = draw(xlabel="a (nats)", ylabel="b (bits)").axes[0]
    assert (other.get_xlabel(), other.get_ylabel()) == ("a (nats)", "b (bits)")


@pytest.mark.parametrize("scale", [1e-3, 1.0])
def test_all_that_can_be_is_in_the_picture_which_is_the_same_for_all_estimates(planes, scale):
    x, y = (scale * values for values in planes)
    figures = [
        plane_paths(x, y, EPOCHS, title="t", ceilings=CEILINGS),
        plane_frames(x, y, title="t", ceilings=CEILINGS),
    ]
    for figure in figures:
        figure.canvas.draw()
        (left, right), (low, high) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
        assert left < 0 < CEILINGS[0] < right < 1.2 * CEILINGS[0]
        assert low < 0 < CEILINGS[1] < high < 1.2 * CEILINGS[1]
    assert figures[0].axes[0].get_xlim() == figures[1].axes[0].get_xlim()
    assert figures[0].axes[0].get_ylim() == figures[1].axes[0].get_ylim()


def test_frames_show_every_network_of_their_checkpoint(planes):
    x, y = planes
    axes = plane_frames(x, y, title="t", ceilings=CEILINGS).axes[0]
    for i in range(4):
        artists = [a for a in axes.get_children() if a.get_gid() == f"frame-{i}"]
        dots = [a for a in artists if isinstance(a, PathCollection)]
        for k, cloud in enumerate(dots):
            np.testing.assert_allclose(cloud.get_offsets(), np.stack([x[:, i, k], y[:, i, k]], 1))
        colors = [tuple(cloud.get_facecolor()[0]) for cloud in dots]
        assert len(set(colors)) == len(dots) == 3
        (path,) = (a for a in artists if isinstance(a, Line2D))
        means = np.stack([x[:, i].mean(axis=0), y[:, i].mean(axis=0)], axis=1)
        np.testing.assert_allclose(path.get_xydata(), means)
        names = [a for a in artists if isinstance(a, Annotation)]
        assert [name.get_text() for name in names] == ["1", "2", "3"]
        np.testing.assert_allclose([name.xy for name in names], means)
        assert len(artists) == 3 + 1 + 3
    gids = {a.get_gid() for a in axes.get_children()} - {None}
    assert gids == {f"frame-{i}" for i in range(4)}  # ceilings are in all


def test_layers_in_one_place_have_one_name(planes):
    x, y = (values.copy() for values in planes)
    x[:, 0], y[:, 0] = [8.0, 7.9, 2.0], [0.69, 0.70, 0.69]
    axes = plane_frames(x, y, title="t", ceilings=CEILINGS).axes[0]
    names = [a for a in axes.texts if a.get_gid() == "frame-0"]
    assert [name.get_text() for name in names] == ["1, 2", "3"]
    np.testing.assert_allclose([name.xy for name in names], [(7.95, 0.695), (2.0, 0.69)])


def test_a_slider_has_a_frame_for_each_checkpoint(planes, monkeypatch):
    pages = []
    monkeypatch.setattr(shown, "display", lambda html: pages.append(html.data))
    figure = plane_frames(*planes, title="t", ceilings=CEILINGS)
    plots.show(figure, alt="a", caption="c", frames=[str(epoch) for epoch in EPOCHS])
    drawn = re.findall(r'data-frame="(\d+)"', pages[0])
    assert sorted(set(drawn)) == list("0123")
    assert all(drawn.count(frame) == 7 for frame in set(drawn))


def test_one_network_has_frames_but_no_interval(planes):
    x, y = (values[:1] for values in planes)
    assert plane_frames(x, y, title="t", ceilings=CEILINGS).axes
    with pytest.raises(InputError, match="no interval"):
        plane_paths(x, y, EPOCHS, title="t", ceilings=CEILINGS)


def test_what_is_written_follows_the_page(planes):
    """Black would be read on a light page alone."""
    rows = [
        (network, 0, epoch, layer, quantity, "exact", 0.5 + 0.1 * epoch, 0.0, 2.0, "")
        for network in (0, 1)
        for epoch in (0, 1)
        for layer in "ab"
        for quantity in ("I(X;T)", "I(T;Y)")
    ]
    figures = [
        plot(tidy(rows)),
        plane_paths(*planes, EPOCHS, title="t", ceilings=CEILINGS),
        plane_frames(*planes, title="t", ceilings=CEILINGS),
    ]
    for figure in figures:
        written = [text for text in figure.findobj(Text) if text.get_text()]
        assert len(written) > 3
        assert {to_hex(text.get_color()) for text in written} == {plots.INK}
