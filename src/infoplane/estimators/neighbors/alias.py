"""`standardize`, which `margins` has replaced, and which still works."""

import warnings

from infoplane.errors import InputError
from infoplane.inputs.margins import check_margins
from infoplane.inputs.options import flag

__all__ = ["STANDARDIZED", "margins_of"]


class _Default(str):
    """A default that can be told from the same word where someone gives it."""

    __slots__ = ()


STANDARDIZED = _Default("standardized")


def margins_of(margins: str, standardize: bool | None) -> str:
    """The margins meant by both options, True being "standardized" and False "raw".

    Called by the `__post_init__` of a dataclass, whose caller's caller is warned.
    Raises InputError where they contradict each other.

    >>> margins_of("raw", None)
    'raw'
    """
    check_margins(margins)
    if standardize is None:
        return margins
    flag("standardize", standardize)
    meant = STANDARDIZED if standardize else "raw"
    if margins is not STANDARDIZED and margins != meant:
        raise InputError(
            f"standardize={standardize} and margins={margins!r} contradict each other: pass "
            f"margins alone, which has replaced standardize (here margins={str(meant)!r})"
        )
    warnings.warn(
        f"standardize={standardize} is deprecated: pass margins={str(meant)!r}",
        DeprecationWarning,
        stacklevel=4,  # this function, __post_init__, the generated __init__
    )
    return meant
