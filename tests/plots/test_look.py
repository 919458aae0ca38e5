"""One look: colours that can be seen, styles that stay inside, what maps and repetitions show."""

import subprocess
import sys
import textwrap

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from infoplane import plots
from tests.plots.conftest import figure


def luminance(color):
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#ffffff", "#14181e"])
def test_colours_can_be_seen_on_light_and_dark(ground):
    for color in {*plots.COLORS.values(), *plots.CLASSES, *plots.shades(20)} - {plots.INK}:
        high, low = sorted([luminance(color), luminance(ground)], reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, color  # WCAG 1.4.11, graphical objects


UNTOUCHED = """
    import importlib, pkgutil
    import matplotlib
    import infoplane

    before = dict(matplotlib.rcParams.copy())
    for found in pkgutil.walk_packages(infoplane.__path__, "infoplane."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    after_import = dict(matplotlib.rcParams.copy())
    import pandas
    from infoplane import plots

    made, axes = plots.panel(title="t")
    plots.band(axes, [0, 1], [0, 1], [0, 0], [1, 1], label="a", color="C0")
    plots.truth(axes, [0, 1], [0, 1])
    plots.ceiling(axes, 1.0, "most")
    mapped = plots.heatmap([[0.0, 1.0]], title="t", label="nats", vmax=1)
    plots.repetitions(
        axes, pandas.DataFrame({"a": ["b", "b"], "v": [0.0, 1.0]}),
        x="a", y="v", hue="a", interval=lambda v: (0.0, 1.0), palette={"b": "C0"},
    )
    plots.show(made, mapped, alt=["a", "b"], caption="c")
    after_figures = dict(matplotlib.rcParams.copy())
    for now in (after_import, after_figures):
        print({name for name in before if now[name] != before[name]} or "as before")
"""


def test_neither_importing_nor_drawing_changes_the_users_matplotlib():
    """In a process of its own: here every module has been imported long ago."""
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(UNTOUCHED)], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    assert [line for line in told.stdout.splitlines() if not line.startswith("<")] == [
        "as before"
    ] * 2


def test_seaborn_is_imported_by_those_who_draw_with_it():
    code = "import sys; from infoplane import plots; print('seaborn' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_what_is_styled_has_the_books_style_whatever_the_users(shown):
    with mpl.rc_context({"text.color": "red", "axes.edgecolor": "red", "xtick.color": "red"}):
        plots.show(figure(), alt="a", caption="c")
    plain = figure()
    plots.show(plain, alt="a", caption="c")
    assert "#ff0000" not in shown[0]
    assert shown[0] == shown[1]


def test_styled_gives_rcparams_back_after_an_error():
    @plots.styled
    def broken():
        assert mpl.rcParams["text.color"] == plots.INK
        raise ZeroDivisionError

    before = {name: mpl.rcParams[name] for name in plots.STYLE}
    assert before != plots.STYLE
    with pytest.raises(ZeroDivisionError):
        broken()
    assert {name: mpl.rcParams[name] for name in plots.STYLE} == before


def repeated():
    """Three values of each of two ways in each of two groups."""
    rows = [
        {"group": group, "way": way, "value": start + seed}
        for group, start in (("a", 0.0), ("b", 10.0))
        for way in ("one", "two")
        for seed in (0.0, 1.0, 5.0)
    ]
    return pd.DataFrame(rows)


def test_repetitions_show_each_value_its_mean_and_its_interval(shown):
    made, axes = plots.panel()
    plots.repetitions(
        axes,
        repeated().query("way == 'one'"),
        x="group",
        y="value",
        hue="group",
        interval=lambda values: (values.min() - 1, values.max() + 2),
        palette={"a": plots.COLORS["mine"], "b": plots.COLORS["ksg"]},
    )
    dots = [dots.get_offsets() for dots in axes.collections if len(dots.get_offsets())]
    assert [sorted(xy[:, 1]) for xy in dots] == [[0, 1, 5], [10, 11, 15]]
    drawn = np.concatenate([line.get_xydata() for line in axes.lines])
    assert {(0, 2), (1, 12)} <= {tuple(xy) for xy in drawn}  # means
    assert {-1, 7, 9, 17} <= set(drawn[:, 1])  # ends
    plots.show(made, alt="a", caption="c")


def test_ways_stand_side_by_side_where_their_repetitions_do():
    _, axes = plots.panel()
    palette = {"one": plots.CLASSES[0], "two": plots.CLASSES[1]}
    plots.repetitions(
        axes,
        repeated(),
        x="value",
        y="group",
        hue="way",
        interval=lambda values: (values.min(), values.max()),
        palette=palette,
        markers=["o", "s"],
    )
    means = [
        line for line in axes.lines if line.get_marker() in ("o", "s") and len(line.get_xdata())
    ]
    at = {y for line in means for y in line.get_ydata()}
    dots = {
        y for dots in axes.collections for y in np.round(np.unique(dots.get_offsets()[:, 1]), 6)
    }
    assert dots == {-0.2, 0.2, 0.8, 1.2}
    assert {float(np.round(y, 6)) for y in at} == dots
    assert [text.get_text() for text in axes.get_legend().get_texts()][-2:] == ["one", "two"]


def test_a_map_has_its_values_its_range_and_its_unit():
    values = np.array([[0.0, 1.0], [2.0, 3.0]])
    axes, bar = plots.heatmap(values, title="t", label="nats", vmax=4).axes
    (cells,) = axes.collections
    np.testing.assert_array_equal(np.ravel(cells.get_array()), values.ravel())
    assert cells.get_clim() == (0, 4)
    assert axes.yaxis_inverted()  # rows from the top, as they are read
    assert not axes.get_xticklabels()
    assert bar.get_ylabel() == "nats"


def test_a_map_that_begins_below_zero_has_another_colour_for_either_sign():
    """And none of both for 0, which is in the middle."""
    signed, plain = (
        plots.heatmap([[-1.0, 0.0, 1.0]], title="t", label="r", vmax=1, vmin=low)
        for low in (-1.0, 0.0)
    )
    cells = signed.axes[0].collections[0]
    assert cells.get_clim() == (-1, 1)
    assert cells.get_cmap() != plain.axes[0].collections[0].get_cmap()
    below, zero, above = cells.get_cmap()([0.0, 0.5, 1.0])[:, :3]
    assert below[2] > below[0]  # blue
    assert above[0] > above[2]  # red
    assert np.ptp(zero) < 0.02  # grey


def test_a_map_of_a_table_has_its_names_and_numbers():
    table = pd.DataFrame([[0.12, 1.0]], index=["row"], columns=["left", "right"])
    axes, _ = plots.heatmap(table, title="t", label="nats", vmax=4, numbers=".1f").axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["left", "right"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["row"]
    assert [text.get_text() for text in axes.texts] == ["0.1", "1.0"]
