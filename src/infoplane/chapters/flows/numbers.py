"""Numbers of chapter 10 as text: with as many digits as mean something."""

from collections.abc import Iterable

from infoplane.signs import number
from infoplane.words import power_above

__all__ = ["about", "small", "span"]


def span(values: Iterable[float], digits: int = 1) -> str:
    """From the least to the largest, or what both are.

    >>> span([2.0, 1.0]), span([1.01, 1.02])
    ('1.0 to 2.0', '1.0')
    """
    few = list(values)
    low, high = (number(end, digits) for end in (min(few), max(few)))
    return low if low == high else f"{low} to {high}"


def about(value: float) -> str:
    """One digit that counts.

    >>> about(11.25), about(0.19)
    ('10', '0.2')
    """
    return f"{float(f'{value:.1g}'):g}"


def small(value: float) -> str:
    """Two digits that count; of what is nothing but rounding the power of ten that it is below.

    >>> small(0.0159), small(1.07e-14)
    ('0.016', '< 10⁻¹³')
    """
    return f"{value:.2g}" if value >= 1e-3 else f"< {power_above(value)}"
