"""A minus before a number: what Python writes as a hyphen, and a page has as a sign."""

import re

__all__ = ["minus"]

# not of a range, a name, an exponent or a date, all of which have something right before it
HYPHEN = re.compile(r"(?<![\w.)\]}%/−-])-(?=\.?\d)")
ZERO = re.compile(HYPHEN.pattern + r"(?=[0.]+(?![\d.]*[1-9]))")


def minus(text: str) -> str:
    """Plain text with a true minus sign for the hyphen of each negative number; 0 has none.

    >>> minus("r = -0.5 [-1, .2] of 2-3 in run 003-7, 1e-15")
    'r = −0.5 [−1, .2] of 2-3 in run 003-7, 1e-15'
    """
    return HYPHEN.sub("−", ZERO.sub("", text))
