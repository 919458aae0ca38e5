"""Numbers on logarithmic axes have one size."""

import re

import pytest

from infoplane import plots


def ticks(shown, low, high, scale="log", **more):
    figure, axes = plots.panel()
    axes.set_xscale(scale, **more)
    axes.set_xlim(low, high)
    axes.set_yticks([])
    plots.show(figure, alt="a", caption="c")
    assert "tspan" not in shown[-1]
    return re.findall(r"<text[^>]*>([^<]*)</text>", shown[-1])


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.01, 100, ["0.01", "0.1", "1", "10", "100"]),
        (1, 10_000, ["1", "10", "100", "1000", "10000"]),
        (1e-6, 1e-3, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"]),
        (1, 1e6, ["10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"]),
    ],
)
def test_numbers_are_plain_or_powers_of_full_size(shown, low, high, told):
    assert [tick for tick in ticks(shown, low, high) if tick] == told


def test_a_part_of_a_decade_has_numbers_between(shown):
    assert {"0.2", "0.3"} <= set(ticks(shown, 0.15, 0.45))
    assert {"2×10⁻⁵", "3×10⁻⁵"} <= set(ticks(shown, 1.5e-5, 4.5e-5))


def test_either_sign(shown):
    found = ticks(shown, -10, 10, "symlog", linthresh=1)
    assert {"−10", "−1", "0", "1", "10"} <= set(found)


def test_other_axes_keep_their_numbers(shown):
    figure, axes = plots.panel()
    axes.set_xscale("log")
    axes.set_xlim(1, 100)
    axes.set_xticks([2, 50], ["two", "fifty"])
    axes.minorticks_off()
    plots.show(figure, alt="a", caption="c")
    assert ">two<" in shown[0]
    assert ">fifty<" in shown[0]
