"""Forests of chapter 07: marks where the numbers are, and none where the veto fires."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.container import ErrorbarContainer

from infoplane import plots
from infoplane.chapters.autoencoder_entropy.forests import tables
from infoplane.chapters.autoencoder_entropy.forests.plots import (
    break_panels,
    code_panel,
    digit_panels,
    gauge_forest,
    method_forest,
    saturation_panel,
    slope_panels,
    window_forest,
)
from infoplane.chapters.autoencoder_entropy.tables import breaks, cases, digit_breaks
from infoplane.estimators.density.gauges import GAUGES
from tests.chapters.autoencoder_entropy.made import (
    CODED,
    MNIST,
    SEEDS,
    coded,
    entropies,
    four,
    place,
    shuffled,
)

LINE = 99.0  # a break out of sight: the curve is a line


def frame():
    return shuffled(coded(place) + coded(lambda g, m: LINE, "curved-4"))


def marks(axes, label):
    """(x, y) of all marks of a name, those with bars too."""
    bars = {group.lines[0]: group for group in axes.containers}
    named = [line for line in axes.lines if bars.get(line, line).get_label() == label]
    return sorted(
        (float(x), float(y)) for line in named for x, y in zip(*line.get_data(), strict=True)
    )


def names_of(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_break_has_a_mark_where_the_veto_lets_it_stand():
    found = breaks(frame())
    positions, slopes, legend = break_panels(found)
    axes = positions.axes[0]
    rows = {name: i for i, name in enumerate(names_of(axes))}
    assert set(rows) == {"linear-3", "curved-4"}
    ((x, y),) = marks(axes, "two pieces")
    assert (x, y) == (pytest.approx(place("unit variance", "loo")), rows["linear-3"])
    assert [y for _, y in marks(axes, "second difference")] != []
    beside = slopes.axes[0]
    after, before, limit = (
        {y: x for x, y in marks(beside, label)}
        for label in ("slope after", "slope before", "limit of the veto")
    )
    for name, slope in (("linear-3", 0.1), ("curved-4", 1.0)):
        row = found.set_index("name").loc[name]
        assert after[rows[name]] == pytest.approx(slope)
        assert before[rows[name]] == pytest.approx(1.0)
        assert limit[rows[name]] == pytest.approx(row["limit"])
        assert (after[rows[name]] <= limit[rows[name]]) == bool(row["found"])
    assert set(legend_of(legend)) == {
        "two pieces", "second difference", "true dimension", "slope before", "slope after",
        "limit of the veto",
    }  # fmt: skip


def test_the_true_dimension_is_dashed_in_its_row():
    axes = break_panels(breaks(frame()))[0].axes[0]
    (dashed,) = [line for line in axes.lines if line.get_linestyle() == "--"]
    parts = np.reshape(dashed.get_xydata(), (-1, 3, 2))[:, :2]  # from, to, and a gap
    at = {names_of(axes)[round(part[:, 1].mean())]: part[0, 0] for part in parts}
    assert at.items() <= {"linear-3": 3, "curved-4": 4}.items()
    assert "linear-3" in at
    assert dashed.get_color() == plots.INK


def test_gauges_and_methods_have_a_mark_each():
    ways = tables.by_gauge(frame())
    positions, slopes, legend = gauge_forest(ways)
    axes = positions.axes[0]
    row = names_of(axes).index("linear-3")
    for gauge in GAUGES:
        ((x, y),) = marks(axes, gauge)  # none of the line, which the veto keeps out
        assert x == pytest.approx(place(gauge, "loo"))
        assert abs(y - row) < 0.5
        assert sorted(x for x, _ in marks(slopes.axes[0], gauge)) == pytest.approx([0.1, 1.0])
    assert set(legend_of(legend)) == {*GAUGES, "true dimension"}
    positions, _, _ = method_forest(tables.by_method(frame()))
    for method in ("loo", "monte-carlo", "plug-in", "wkl"):
        ((x, _),) = marks(positions.axes[0], method)
        assert x == pytest.approx(place("unit variance", method))


def test_slopes_of_digits_stand_beside_those_of_all():
    rows = coded(place, "digits")
    for row in rows:
        row["class_entropies"] = [entropies(row["code"], place)[0][0]] * 10
    all_codes = shuffled(rows)
    figure, _ = slope_panels(pd.concat([breaks(all_codes), digit_breaks(all_codes)]))
    axes = figure.axes[0]
    assert names_of(axes) == ["all", *(f"digit {d}" for d in range(10))]
    assert [y for _, y in sorted(marks(axes, "slope after"), key=lambda at: at[1])] == list(
        range(11)
    )


def test_windows_have_a_mark_each_of_data_and_of_codes():
    points = [
        {"dataset": "linear-3", "noise": 0.0, "n": 100, "seed": s} | four(7.0, None, 6.0, 5.0)
        for s in SEEDS
    ]
    data, codes, legend = window_forest(tables.by_window(shuffled(coded(place)), shuffled(points)))
    for figure, expected in ((data, (7.0, 6.0, 5.0)), (codes, (3.5, 2.0, 1.0))):
        axes = figure.axes[0]
        kept = [tables.WINDOWS[0], *tables.WINDOWS[2:]]
        for window, value in zip(kept, expected, strict=True):
            assert [x for x, _ in marks(axes, window)] == pytest.approx([value])
        assert marks(axes, tables.WINDOWS[1]) == []
    assert data.axes[0].get_xlim() == codes.axes[0].get_xlim()  # to be compared
    assert "true dimension" in legend_of(legend)


def test_codes_and_images_share_the_colour_of_their_window():
    ((case, part),) = cases(shuffled(CODED))
    axes = code_panel(case, part, shuffled(MNIST)).axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    # 60 000 images, not the 10 000 that were published on
    for window, value in zip(
        [tables.WINDOWS[0], *tables.WINDOWS[2:]], (10.0, 1.0, 1.0), strict=True
    ):
        own = lines[f"data, {window}"]
        assert list(own.get_ydata()) == [value, value]
        assert own.get_color() == lines[window].get_color()
    np.testing.assert_allclose(lines["default"].get_ydata(), np.arange(1, 9) + 0.5)
    assert tables.WINDOWS[1] not in lines


def test_saturation_is_against_what_the_claim_accepts():
    figure = saturation_panel(tables.saturations(shuffled(CODED), shuffled(MNIST)))
    axes = figure.axes[0]
    assert names_of(axes)[0] == "mnist, default"
    at = [group.lines[0].get_xdata()[0] for group in axes.containers]
    assert at == pytest.approx([-1.5, 1.0, 0.0])
    (strip,) = axes.patches
    assert strip.get_x() == -0.5
    assert strip.get_width() == 1.0


def test_digits_have_their_dimensions_and_their_share_of_the_closest_pairs():
    near = pd.DataFrame(
        [
            {"dataset": "mnist", "seed": s, "shares": [0.02 * d + 0.01 * s for d in range(10)]}
            for s in (0, 2)
        ]
    )
    found = tables.by_digit(shuffled(CODED), shuffled(MNIST))
    dims, pairs, legend = digit_panels(found, near)
    of_twonn = next(group for group in dims.axes[0].containers if group.get_label() == "TwoNN")
    assert isinstance(of_twonn, ErrorbarContainer)
    heights = np.asarray(of_twonn.lines[0].get_ydata(), dtype=float)
    np.testing.assert_allclose(heights, 21 + 0.01 * np.arange(10))
    heights = [bar.get_height() for bar in pairs.axes[0].patches]
    np.testing.assert_allclose(heights, 2 * np.arange(10) + 1)
    assert legend_of(legend) == ["C(r), codes", "C(r)", "TwoNN", "max. likelihood"]
