"""What a layer is compared with: the inputs and the labels of the rows that it was recorded for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator
from infoplane.estimators.bins import Ints, entropy
from infoplane.estimators.sequence import follow_each_other
from infoplane.inputs.arrays import Array, as_columns, as_labels, as_numbers, as_plain
from infoplane.inputs.columns import distinct_rows, is_text

__all__ = ["QUANTITIES", "Sides", "finite"]

QUANTITIES = ("I(X;T)", "I(T;Y)")


@dataclass(frozen=True, eq=False)
class Sides:
    """Inputs x (n, dx) and labels y (n,) as codes 0, 1, …; y is None where there are none.

    labels: (n,) as they were given, whole numbers or text, for estimators that may look at more
    than whether two are equal, and refuse text then.
    """

    x: Array
    y: Ints | None
    labels: Array | None = None

    @classmethod
    def of(cls, x: Any, y: Any) -> Self:
        """Checked x (n, …), flattened, and y; or InputError."""
        x = finite(x, "x")
        if not x.ndim or len(x) < 2:
            raise InputError(f"x has shape {x.shape}: (n, …) is accepted, n >= 2 rows")
        x = x.reshape(len(x), -1)
        if y is None:
            return cls(x, None)
        given = as_plain(y, "y")
        labels = as_labels(y, "y")
        if len(labels) != len(x):
            raise InputError(
                f"y has {len(labels)} rows and x has {len(x)}: one label a row is accepted"
            )
        codes = np.unique(labels, return_inverse=True)[1].reshape(-1)
        return cls(x, codes, given.reshape(-1) if is_text(given) else labels)

    @property
    def n(self) -> int:
        return len(self.x)

    @property
    def width(self) -> int:
        """The columns of x."""
        return int(self.x.shape[1])

    @cached_property
    def symbols(self) -> Ints:
        """One code for each row of x, equal where rows are."""
        return distinct_rows(self.x)[0]

    @cached_property
    def varying(self) -> Array:
        """The columns of x that are not constant, float64 or int64."""
        varies = self.x.min(axis=0) != self.x.max(axis=0)
        if not varies.any():
            raise InputError("x has only equal rows: I(X;T) needs inputs that differ")
        return as_columns(self.x[:, varies], "x")

    @cached_property
    def order(self) -> list[str]:
        """What to doubt of the order of the rows, by their inputs and labels, in sentences.

        Of inputs that were counted up or sorted nothing, and layers do not show that.
        """
        if self.y is None:
            return []
        return follow_each_other(self.x, self.y[:, None], names=("x", "y"), text=["y"])

    def codes(self, quantity: str) -> Ints:
        """Codes of the other side of a quantity, for estimators that only compare them."""
        return self.symbols if quantity == QUANTITIES[0] or self.y is None else self.y

    def ceiling(self, estimator: Estimator, quantity: str, *, units: int) -> float:
        """What the quantity of a layer of so many units cannot exceed for these n rows, in nats."""
        return min(entropy(self.codes(quantity)), estimator.ceiling(self.n, units=units))


def finite(values: Any, name: str) -> Array:
    """A finite array of numbers, of any shape but an empty one; or InputError."""
    a = as_numbers(values, name)
    if not a.size:
        raise InputError(f"{name} has shape {a.shape}: it is empty, pass numbers")
    if not np.isfinite(a).all():
        raise InputError(f"{name} has values that are NaN or infinite: drop or replace them")
    return a
