"""A minus before a number: what Python writes as a hyphen, and a page has as a sign."""

import re

__all__ = ["minus", "number"]

# not of a range, a name, an exponent or a date, all of which have something right before it
HYPHEN = re.compile(r"(?<![\w.)\]}%/−-])-(?=\.?\d)")
ZERO = re.compile(HYPHEN.pattern + r"(?=[0.]+(?![\d.]*[1-9]))")


def minus(text: str) -> str:
    """Plain text with a true minus sign for the hyphen of each negative number; 0 has none.

    >>> minus("r = -0.5 [-1, .2] of 2-3 in run 003-7, 1e-15")
    'r = −0.5 [−1, .2] of 2-3 in run 003-7, 1e-15'
    """
    return HYPHEN.sub("−", ZERO.sub("", text))


def number(value: float, digits: int = 2) -> str:
    """So many digits behind the point, with a true minus sign, and none before zero.

    >>> number(-0.567), number(-9.69, 1), number(-0.001)
    ('−0.57', '−9.7', '0.00')
    """
    return minus(f"{value:z.{digits}f}")
