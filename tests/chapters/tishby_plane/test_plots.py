"""Figures of chapter 05: planes, bins, layers, noise and rules, out of made-up records."""

import numpy as np
import pandas as pd

from infoplane import plots
from infoplane.chapters.tishby_plane import plots as drawn_by
from infoplane.chapters.tishby_plane.noisy_network import DISTANCES
from infoplane.chapters.tishby_plane.paths.plots import ESTIMATORS
from infoplane.chapters.tishby_plane.settings import DATASETS
from infoplane.chapters.tishby_plane.stopping_tables import PROFILES

EPOCHS, LAYERS, NETWORKS = [0, 9, 99], 6, 3
RNG = np.random.default_rng(0)


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def titles(figures):
    return [figure.axes[0].get_title(loc="left") for figure in figures]


def values(*shape):
    return RNG.random(shape).tolist()


def trained():
    rows = [
        {"seed": s, "epoch": EPOCHS, "finer": [5, 30], "sigmas": [0.1, 0.5]}
        | {f"binned_{q}": values(3, LAYERS) for q in "xy"}
        | {f"exact_{q}": values(2, 3, LAYERS) for q in "xy"}
        | {"finer_x": values(2, 3, LAYERS)}
        for s in range(NETWORKS)
    ]
    return {"tanh": pd.DataFrame(rows)}


def test_the_last_hidden_layer_over_training_by_bins_and_exactly():
    parts = trained()
    figure, _ = drawn_by.bins_panels(parts)
    drawn = lines(figure.axes[0])
    finer = np.array(parts["tanh"]["finer_x"].tolist())
    np.testing.assert_allclose(drawn["30 bins"].get_xdata(), np.array(EPOCHS) + 1)
    np.testing.assert_allclose(drawn["30 bins"].get_ydata(), finer[:, 1, :, 4].mean(axis=0))
    assert drawn["exact, σ = 0.1"].get_color() == plots.INK
    assert drawn["exact, σ = 0.5"].get_linestyle() != drawn["exact, σ = 0.1"].get_linestyle()


def neural():
    rows = [
        {"seed": s}
        | {
            name: values(2, LAYERS)
            for name in ("mine_x", "mine_y", "aware_x", "exact_x", "exact_y")
        }
        for s in range(2)
    ]
    return pd.DataFrame(rows)


def test_neural_layers_have_the_estimators_colours():
    frame = neural()
    *figures, _ = drawn_by.neural_panels(frame, [0, 9], 0.1)
    assert [t.rpartition(", ")[2] for t in titles(figures)] == ["epoch 0"] * 2 + ["epoch 9"] * 2
    drawn = {bars.get_label(): bars.lines[0] for bars in figures[2].axes[0].containers}
    at = [line.get_xdata()[0] for line in drawn.values()]
    assert len(set(at)) == len(ESTIMATORS)  # side by side
    for name, (column, color) in ESTIMATORS.items():
        known = np.array(frame[f"{column}_x"].tolist())[:, -1].mean(axis=0)
        np.testing.assert_allclose(drawn[name].get_ydata(), known)
        assert drawn[name].get_color() == plots.COLORS[color]
    assert drawn["exact"].get_linestyle() == "--"
    shown = [bars.get_label() for bars in figures[3].axes[0].containers]
    assert "AA-MINE" not in shown  # it has no I(T;Y)


def test_courses_are_means_over_networks_above_the_accuracy():
    rows = [
        {"dataset": name, "seed": s, "epoch": EPOCHS, "accuracy": values(3)}
        | {"simple_x": values(4, 3, LAYERS)}
        for name in ("simple", "digits")
        for s in range(3)
    ]
    frame = pd.DataFrame(rows)
    originals = pd.DataFrame(
        [{"dataset": "simple", "seed": s, "fixed_x": values(4, 3, LAYERS)} for s in range(3)]
    )
    *figures, legend = drawn_by.course_panels(frame, originals)
    named = [text.get_text() for text in legend.legends[0].get_texts()]
    assert named == [f"layer {k}{on}" for k in (4, 5) for on in ("", ", on [-1, 1]")] + ["accuracy"]
    assert titles(figures) == ["simple", "digits"]
    top, bottom = figures[0].axes
    own = np.array(frame[frame["dataset"] == "simple"]["simple_x"].tolist())
    np.testing.assert_allclose(lines(top)["layer 5"].get_ydata(), own[..., 4].mean(axis=(0, 1)))
    fixed = np.array(originals["fixed_x"].tolist())
    dashed = lines(top)["layer 4, on [-1, 1]"]
    np.testing.assert_allclose(dashed.get_ydata(), fixed[..., 3].mean(axis=(0, 1)))
    assert len(figures[1].axes[0].lines) == 2
    # of images alone there are no runs with the original's bins, and a frame without columns
    alone, _ = drawn_by.course_panels(frame[frame["dataset"] == "digits"], pd.DataFrame([]))
    assert len(alone.axes[0].lines) == 2
    np.testing.assert_allclose(bottom.lines[0].get_xdata(), np.array(EPOCHS) + 1)
    assert bottom.get_ylim() == (0, 1)


def test_decisions_are_two_classes_in_a_square():
    for figure in drawn_by.decision_panels()[:-1]:
        assert (
            sum(len(dots.get_offsets()) for dots in figure.axes[0].collections) == drawn_by.POINTS
        )


def noisy():
    bins = len(DISTANCES) - 1
    rows = [
        {"seed": s, "epoch": EPOCHS}
        | {name: values(3, 5) for name in ("information_x", "information_y", "within", "between")}
        | {f"{name}_counts": values(3, 5, bins) for name in ("within", "between")}
        for s in range(NETWORKS)
    ]
    return pd.DataFrame(rows)


def test_the_noisy_network_has_its_plane_its_information_and_its_distances():
    frame = noisy()
    plane, information, own, ratio, _ = drawn_by.noisy_panels(frame)
    assert titles([plane]) == ["noisy network"]
    x, within, between = (
        np.array(frame[name].tolist()) for name in ("information_x", "within", "between")
    )
    for figure, known in ((information, x), (own, within), (ratio, within / between)):
        for layer in range(5):
            drawn = lines(figure.axes[0])[f"layer {layer + 1}"]
            assert drawn.get_color() == plots.CLASSES[layer]  # the plane's colours are epochs
            np.testing.assert_allclose(drawn.get_ydata(), known[..., layer].mean(axis=0))


def test_histograms_are_shares_in_a_frame_an_epoch():
    figure, _ = drawn_by.distance_panels(noisy(), [4])
    steps = figure.axes[0].lines
    assert sorted({step.get_gid() for step in steps}) == [f"frame-{i}" for i in range(3)]
    assert len(steps) == 6
    for step in steps:
        np.testing.assert_allclose(step.get_xdata(), DISTANCES)
        np.testing.assert_allclose(sum(step.get_ydata()[:-1]), 1)


def test_rules_have_a_panel_each_with_the_levels_of_the_loss():
    rows = [
        {"dataset": d, "rule": rule, "beta": beta, "compression": within, "burn_in": burn}
        | {"seed": s, "kept": 0.7 + 0.1 * s + 0.05 * within + burn, "best": 0.9, "last": 0.8}
        for d in DATASETS
        for rule in PROFILES
        for beta in (5.0, 1.0)
        for within in (True, False)
        for burn in (True, False)
        for s in (0, 1)
    ]
    loss = {"rule": "loss", "beta": 0.0, "compression": False, "burn_in": False}
    rows += [
        {"dataset": d, "seed": s, "kept": 0.85, "best": 0.9, "last": 0.8} | loss
        for d in DATASETS
        for s in (0, 1)
    ]
    *figures, _ = drawn_by.stopping_panels(pd.DataFrame(rows))
    assert titles(figures) == [f"{d}, {rule}" for d in DATASETS for rule in PROFILES]
    for figure in figures:
        drawn = lines(figure.axes[0])
        np.testing.assert_allclose(drawn["whole profile"].get_xydata(), [[1, 0.8], [5, 0.8]])
        np.testing.assert_allclose(drawn["without I(X;Ŷ)"].get_ydata(), [0.75, 0.75])
        for label, level in (("best epoch", 0.9), ("stopped by loss", 0.85), ("last epoch", 0.8)):
            np.testing.assert_allclose(drawn[label].get_ydata(), level)
