"""Figures of chapter 04: two curves of every run, four estimates beside the exact value."""

import numpy as np
import pandas as pd

from infoplane import plots
from infoplane.chapters.infinite_mi.plots import (
    LOOKS,
    ablation_panels,
    error_panels,
    growth_panels,
    value_panels,
)

CASE = ("tanh", 10)
SIGMAS = (0.5, 2.0)


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def is_truth(line):
    return (line.get_linestyle(), line.get_color()) == ("--", plots.INK)


def test_both_bounds_are_drawn_for_every_rate():
    rows = [
        {"d": 10, "matrix": matrix, "rate": rate, "seed": s, "step": [0, 50, 100]}
        | {"held_out": [0.0, s, rate], "batch_value": [0.0, s, 2 * rate]}
        for matrix in ("random", "identity")
        for rate in (0.1, 0.5)
        for s in (0.0, 1.0)
    ]
    figures = growth_panels(pd.DataFrame(rows), scale="log")
    assert [f.axes[0].get_title(loc="left") for f in figures] == [
        "I(X; X), d = 10",
        "I(X; AX), d = 10",
    ]
    for figure in figures:
        drawn = lines(figure.axes[0])
        np.testing.assert_allclose(drawn["held out, lr 0.5"].get_xydata(), [[50, 0.5], [100, 0.5]])
        np.testing.assert_allclose(drawn["batch, lr 0.1"].get_ydata(), [0.5, 0.2])
        assert drawn["batch, lr 0.1"].get_color() == drawn["held out, lr 0.1"].get_color()
        assert figure.axes[0].get_xscale() == "log"


def errors():
    """Estimates that are `place` nats too high, in the mean over two seeds."""
    rows = [
        {"map": "tanh", "d": 10, "sigma": sigma, "seed": s, "form": form, "critic": critic}
        | {"value": 2.0 + place + s, "error": place + s - 0.5, "inside": sigma < 1}
        for place, (form, critic) in enumerate(LOOKS)
        for sigma in SIGMAS
        for s in (0.0, 1.0)
    ]
    return pd.DataFrame(rows)


def test_estimates_lie_beside_the_exact_value_and_its_bracket():
    where = [{"map": "tanh", "d": 10, "sigma": sigma, "n": 100} for sigma in SIGMAS]
    frames = {
        "bracket": pd.DataFrame([w | {"low": 1.0, "high": 3.0} for w in where]),
        "exact": pd.DataFrame([w | {"exact": 2.5, "closed_form": None} for w in where]),
    }
    (figure,) = value_panels(errors(), frames, [CASE])
    (axes,) = figure.axes
    drawn = lines(axes)
    for place, (color, _, _, label) in enumerate(LOOKS.values()):
        np.testing.assert_allclose(drawn[label].get_ydata(), [2.5 + place] * 2)
        assert drawn[label].get_color() == plots.COLORS[color]
    assert is_truth(drawn["exact"])
    np.testing.assert_allclose(drawn["exact"].get_ydata(), [2.5, 2.5])
    assert any(np.allclose(line.get_ydata(), np.log(100)) for line in axes.lines)
    figure.canvas.draw()


def test_errors_say_where_claims_are_judged():
    (figure,) = error_panels(errors(), [CASE])
    (axes,) = figure.axes
    np.testing.assert_allclose(lines(axes)["MINE, separable"].get_ydata(), [0, 0])
    assert is_truth(lines(axes)["exact"])
    (strip,) = axes.patches
    left, right = strip.get_x(), strip.get_x() + strip.get_width()
    assert left < SIGMAS[0] < right < SIGMAS[1]
    figure.canvas.draw()


def test_the_ablation_goes_from_the_input_to_the_layer():
    rows = [
        {"d": 10, "critic": critic, "layer": layer, "seed": s, "value": layer + s}
        for critic in ("separable", "concatenated")
        for layer in (3, 0, 1, 2)
        for s in (0.0, 1.0)
    ]
    exact = pd.DataFrame({"d": [10, 10, 99], "exact": [4.0, 5.0, 100.0]})
    (figure,) = ablation_panels(pd.DataFrame(rows), exact)
    drawn = lines(figure.axes[0])
    np.testing.assert_allclose(drawn["separable"].get_xydata(), [[k, k + 0.5] for k in range(4)])
    assert set(drawn["exact"].get_ydata()) == {4.5}
    assert is_truth(drawn["exact"])
