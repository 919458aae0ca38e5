"""Figures of chapter 04: four estimates beside the exact value."""

import numpy as np
import pandas as pd

from infoplane import plots
from infoplane.chapters.infinite_mi.plots import (
    LOOKS,
    ablation_panels,
    channel_panel,
    error_panels,
    near_panels,
    value_panels,
)
from infoplane.chapters.infinite_mi.theory import population

CASE = ("tanh", 10)
SIGMAS = (0.5, 2.0)


def lines(axes):
    """By name: lines, and the means of error bars."""
    bars = {container.get_label(): container.lines[0] for container in axes.containers
            if hasattr(container, "lines")}  # fmt: skip
    return {line.get_label(): line for line in axes.lines} | bars


def is_truth(line):
    return (line.get_linestyle(), line.get_color()) == ("--", plots.INK)


def named(legend):
    return [text.get_text() for text in legend.legends[0].get_texts()]


def test_a_critic_of_mine_is_given_the_input_and_that_of_aa_mine_the_layer():
    drawn = lines(channel_panel().axes[0])
    starts = {name: line.get_xdata()[0] for name, line in drawn.items()}
    assert starts == {"MINE": 0, "AA-MINE, pair": 1, "AA-MINE, difference": 1}
    assert {line.get_xdata()[1] for line in drawn.values()} == {2}


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
    figure, legend = value_panels(errors(), frames, [CASE])
    assert named(legend) == [*(look[3] for look in LOOKS.values()), "exact", "bracket"]
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
    figure, _ = error_panels(errors(), [CASE])
    (axes,) = figure.axes
    np.testing.assert_allclose(lines(axes)["MINE, separable"].get_ydata(), [0, 0])
    assert is_truth(lines(axes)["exact"])
    (strip,) = axes.patches
    left, right = strip.get_x(), strip.get_x() + strip.get_width()
    assert left < SIGMAS[0] < right < SIGMAS[1]
    figure.canvas.draw()


def test_the_linear_map_has_its_population_at_every_noise():
    where = [{"map": "linear", "d": 10, "sigma": sigma, "n": 100} for sigma in SIGMAS]
    frames = {
        "bracket": pd.DataFrame([w | {"low": 1.0, "high": 3.0} for w in where]),
        "exact": pd.DataFrame([w | {"exact": 2.5} for w in where]),
    }
    figure, _ = value_panels(errors().assign(map="linear"), frames, [("linear", 10)])
    line = lines(figure.axes[0])["population"]
    assert len(line.get_xdata()) == 100
    np.testing.assert_allclose(line.get_ydata()[-1], population(10, np.array(SIGMAS))[-1])


def test_errors_are_shares_of_the_exact_value_beside_what_was_asked():
    table = errors().assign(mean_exact=4.0)
    figure, legend = near_panels(table)
    (axes,) = figure.axes
    for place, look in enumerate(LOOKS.values()):
        np.testing.assert_allclose(lines(axes)[look[3]].get_xdata(), [100 * place / 4] * 2)
    (strip,) = axes.patches
    assert (strip.get_x(), strip.get_x() + strip.get_width()) == (-10, 10)
    assert named(legend)[-1] == "what was asked"


def test_nothing_is_drawn_where_nothing_was_asked():
    assert near_panels(errors().assign(mean_exact=7.0)) == []


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
