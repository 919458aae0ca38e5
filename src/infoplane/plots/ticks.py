"""Numbers on logarithmic axes: in type of one size, without raised exponents in small."""

import re
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, LogFormatterMathtext

from infoplane.signs import minus

__all__ = ["in_one_size"]

READABLE = (0.5e-3, 5e4)  # ends of what is read without a power
RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
POWER = re.compile(r"\^\{([-−\d]+)\}")
MARKUP = re.compile(r"\\math\w+|[${}]")


def in_one_size(figure: Figure) -> None:
    """Have all logarithmic axes of a figure say 0.01 and 100, or 10⁻⁶ where a power is shorter."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            major, minor = axis.get_major_formatter(), axis.get_minor_formatter()
            if isinstance(major, LogFormatterMathtext):
                axis.set_major_formatter(_Plain(major))
            if isinstance(minor, LogFormatterMathtext):
                axis.set_minor_formatter(_Plain(minor))


class _Plain(Formatter):
    """What Matplotlib's formatter says, which also chooses the ticks that have a number."""

    def __init__(self, powers: Formatter) -> None:
        self._powers = powers

    def set_axis(self, axis: Any) -> None:
        super().set_axis(axis)
        self._powers.set_axis(axis)

    def set_locs(self, locs: Any) -> None:
        super().set_locs(locs)
        self._powers.set_locs(locs)

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = self._powers(x, pos)
        ends = [abs(end) for end in self.axis.get_view_interval() if end]  # type: ignore[union-attr]
        if not text or (READABLE[0] <= min(ends) and max(ends) <= READABLE[1]):
            return minus(f"{x:g}") if text else ""
        text = POWER.sub(lambda found: found[1].translate(RAISED), text)
        return MARKUP.sub("", text.replace(r"\times", "×")).replace("-", "−")
