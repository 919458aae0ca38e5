"""Pictures of chapter 06: what is drawn is what the records hold."""

import math

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated, plots, tables
from infoplane.chapters.transfer_learning.settings import (
    NORMS,
    QUANTITIES,
    REGIMES,
    TRANSFERRED,
)
from infoplane.datasets import vision
from infoplane.plots import INK, shades
from tests.chapters.transfer_learning.world import (
    NAMES,
    PARAMETERS,
    N,
    noises,
    unlike,
    world,
)

pytestmark = pytest.mark.usefixtures("fewer")


@pytest.fixture(scope="module")
def frames():
    return world()


@pytest.fixture(scope="module")
def pairs(frames, fewer):
    return correlated.pairs(frames)


def ticks(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def dots(axes):
    """Row -> where its mark is, of marks with error bars."""
    found = {}
    for container in axes.containers:
        line = container.lines[0]
        found |= {round(y): float(x) for x, y in zip(*line.get_data(), strict=True)}
    return found


def spans(axes):
    """Row -> (low, high) of its error bar."""
    found = {}
    for container in axes.containers:
        for segment in container.lines[2][0].get_segments():
            found[round(segment[0, 1])] = tuple(sorted(segment[:, 0]))
    return found


def lines(axes, label):
    return [line for line in axes.lines if line.get_label() == label]


def test_digits_are_those_to_tell_apart_a_row_each():
    figure = plots.image_panel(count=3)
    shown = [axes.images[0].get_array() for axes in figure.axes]
    digits = vision.load("digits")
    expected = [digits.images[digits.labels == digit][i] for digit in TRANSFERRED for i in range(3)]
    np.testing.assert_array_equal(shown, expected)


def test_accuracies_stand_at_their_network_in_one_order(frames):
    """By accuracy in the optimal regime, the least at the top; a shade a regime."""
    best = [unlike("accuracy", "optimal", i) for i in range(len(NAMES))]
    expected = [NAMES[i] for i in np.argsort(best)]
    (axes,) = plots.accuracy_panel(frames).axes
    assert ticks(axes) == expected
    assert axes.yaxis_inverted()
    assert [c.get_label() for c in axes.containers] == list(REGIMES)
    assert [c.lines[0].get_color() for c in axes.containers] == shades(3)
    for regime, container in zip(REGIMES, axes.containers, strict=True):
        share = np.array([unlike("accuracy", regime, NAMES.index(name)) for name in expected])
        x, y = (np.asarray(side, dtype=float) for side in container.lines[0].get_data())
        np.testing.assert_allclose(x, share)
        assert list(np.round(y)) == list(range(len(NAMES)))
        chance = np.sqrt(share * (1 - share) / 70)
        ends = [np.sort(s[:, 0]) for s in container.lines[2][0].get_segments()]
        np.testing.assert_allclose(ends, np.stack([share - chance, share + chance], axis=1))


def test_accuracy_stands_over_compactness_with_their_r(frames, pairs):
    *panels, last = plots.compactness_panels(frames, pairs)
    own = pairs[(pairs["a"] == "accuracy") & (pairs["b"] == "I(X;E+eps)")].set_index("regime")
    for regime, figure in zip(REGIMES, panels, strict=True):
        (axes,) = figure.axes
        assert axes.get_title(loc="left") == f"{regime}, r = {own.loc[regime, 'r']:.2f}"
        found = sorted((x, y) for line in axes.lines for x, y in zip(*line.get_data(), strict=True))
        expected = sorted(
            (unlike("exact", REGIMES[0], i), unlike("accuracy", regime, i)) for i in range(8)
        )
        np.testing.assert_allclose(found, expected)
        looks = {(line.get_color(), line.get_marker()) for line in axes.lines}
        assert len(looks) == 4  # families
    (axes,) = last.axes
    assert ticks(axes) == list(REGIMES)
    assert spans(axes)[0] == pytest.approx(tuple(own.loc["underfitted", ["low", "high"]]))
    assert [len(figure.legends) for figure in (*panels, last)] == [0, 0, 0, 1]


def test_courses_are_drawn_over_epochs_with_their_mean(frames):
    panels = plots.course_panels(frames)
    for figure, name in zip(panels, ("accuracy", "loss", "ross"), strict=True):
        (axes,) = figure.axes
        assert axes.get_xscale() == "log"
        label = "I(P;Y)" if name == "ross" else "mean over networks"
        (line,) = lines(axes, label)
        assert list(line.get_xdata()) == [1, 3, PARAMETERS["epochs"]]
        mean = np.mean([unlike(name, REGIMES[0], i) for i in range(len(NAMES))])
        np.testing.assert_allclose(line.get_ydata(), mean + 0.01 * np.array([1, 3, 9]))
        assert len(axes.lines) >= 1 + len(NAMES)
    constant = {
        label: lines(panels[2].axes[0], label)[0].get_ydata()
        for label in ("I(E;Y)", "I(X;E+ε)")
    }  # fmt: skip
    for label, name in (("I(E;Y)", "classifier"), ("I(X;E+ε)", "exact")):
        mean = np.mean([unlike(name, REGIMES[0], i) for i in range(len(NAMES))])
        np.testing.assert_allclose(constant[label], mean)


def test_reported_tables_stand_left_of_those_from_here(frames):
    panels = plots.matrix_panels(frames)
    assert len(panels) == 6
    for i, regime in enumerate(REGIMES):
        for j, (which, table) in enumerate(
            (("reported", correlated.reported(regime)), ("here", correlated.matrix(frames, regime)))
        ):
            (axes,) = panels[2 * i + j].axes  # numbers are in the cells, and no bar beside them
            assert axes.get_title(loc="left") == f"{regime}, {which}"
            cells = axes.collections[0]
            np.testing.assert_allclose(np.ravel(cells.get_array()), table.to_numpy().ravel())
            assert cells.get_clim() == (-1, 1)
            assert ticks(axes) == [plots.SHORT[name] for name in QUANTITIES]


def test_entries_stand_beside_their_region_and_what_was_reported(frames, pairs):
    for regime, figure in zip(REGIMES, plots.pair_panels(frames, pairs), strict=True):
        (axes,) = figure.axes
        own = pairs[pairs["regime"] == regime].reset_index(drop=True)
        assert axes.get_title(loc="left") == regime
        assert ticks(axes)[0] == "accuracy ~ loss"
        grey = [line for line in axes.lines if line.get_linewidth() == plots.REGION["linewidth"]]
        strokes = [line for line in axes.lines if line.get_marker() == "|"
                   and line.get_color() == INK]  # fmt: skip
        marks = {
            round(float(line.get_ydata()[0])): float(line.get_xdata()[0])
            for line in axes.lines if line.get_marker() == "o"
        }  # fmt: skip
        assert len(grey) == len(strokes) == len(marks) == 10
        for i, row in own.iterrows():
            assert tuple(grey[i].get_xdata()) == correlated.accepted(row["reported"])
            assert (strokes[i].get_xdata()[0], strokes[i].get_ydata()[0]) == (row["reported"], i)
            assert marks[i] == row["r"]
            assert spans(axes)[i] == pytest.approx((row["low"], row["high"]))
        (hollow,) = [line for line in axes.lines if line.get_marker() == "D"]
        np.testing.assert_allclose(hollow.get_xdata(), correlated.by_source(frames, own))


def test_an_interval_that_leaves_out_its_r_is_drawn_as_it_is(frames, pairs):
    """A bootstrap of few families, corrected for its bias, may."""
    table = pairs.assign(low=pairs["r"] + 0.01, high=pairs["r"] + 0.02)
    for regime, figure in zip(REGIMES, plots.pair_panels(frames, table), strict=True):
        own = table[table["regime"] == regime].reset_index(drop=True)
        found = spans(figure.axes[0])
        for i, row in own.iterrows():
            assert found[i] == pytest.approx((row["low"], row["high"]))


def test_critics_stand_over_exact_values_with_their_spread(frames):
    (axes,) = plots.critic_panel(frames).axes
    (bars,) = axes.containers[:1]
    x, y = (np.asarray(side, dtype=float) for side in bars.lines[0].get_data())
    np.testing.assert_allclose(x, [unlike("exact", REGIMES[0], i) for i in range(8)])
    np.testing.assert_allclose(y, [unlike("aware", REGIMES[0], i) for i in range(8)])
    heights = [np.ptp(segment[:, 1]) for segment in bars.lines[2][0].get_segments()]
    np.testing.assert_allclose(heights, [0.2 * (i + 1) for i in range(8)])
    (truth,) = lines(axes, "exact")
    assert list(truth.get_xdata()) == list(truth.get_ydata())


def test_values_by_noise_have_a_line_a_network_and_their_ceiling(frames):
    *panels, last = plots.noise_panels(frames)
    for norm, figure in zip(NORMS, panels, strict=True):
        (axes,) = figure.axes
        assert axes.get_title(loc="left") == plots.NORM_NAMES[norm]
        curves = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 3]
        order = np.argsort([unlike("accuracy", "optimal", i) for i in range(len(NAMES))])
        expected = [
            [noises(norm, s, unlike("exact", REGIMES[0], i)) for s in PARAMETERS["noise_stds"]]
            for i in order
        ]
        np.testing.assert_allclose(curves, expected)
        assert [text.get_text() for text in axes.texts] == ["log N"]
        assert axes.get_ylim()[1] > math.log(N)
        colors = {line.get_label(): line.get_color() for line in axes.lines}
        assert [colors[NAMES[i]] for i in order] == shades(len(NAMES))
    table = correlated.over_noise(frames)
    for norm in NORMS:
        (line,) = lines(last.axes[0], plots.NORM_NAMES[norm])
        np.testing.assert_allclose(line.get_ydata(), table[table["norm"] == norm]["r"])


def test_rankers_stand_at_their_name_and_compactness_in_ink(frames):
    table = correlated.of_rankers(frames)
    for prefix, figure in zip(("", "partial "), plots.ranker_panels(frames), strict=True):
        (axes,) = figure.axes
        names = list(plots.RANKERS)[bool(prefix) :]  # none given itself
        assert ticks(axes) == [plots.RANKERS[name] for name in names]
        marks = {
            round(float(line.get_ydata()[0])): (float(line.get_xdata()[0]), line.get_color())
            for line in axes.lines if line.get_marker() == "o"
        }  # fmt: skip
        for i, name in enumerate(names):
            r = table.loc[name, f"{prefix}r"]
            assert (i in marks) == np.isfinite(r)
            if i in marks:
                assert marks[i][0] == pytest.approx(r)
                assert (marks[i][1] == INK) == (name == "compactness")
                ends = tuple(float(table.loc[name, f"{prefix}{end}"]) for end in ("low", "high"))
                assert spans(axes)[i] == pytest.approx(ends)


def test_names_of_the_page_are_whole():
    assert set(plots.SHORT) == set(QUANTITIES)
    assert set(plots.NORM_NAMES) == set(NORMS)
    assert len(set(plots.RANKERS.values())) == len(plots.RANKERS)
    assert set(tables.rankers(world()).columns) == set(plots.RANKERS)
