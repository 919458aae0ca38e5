"""What estimators by densities share: numbers apart from labels, one unit, no copies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.base import Samples
from infoplane.estimators.density.grids import grids
from infoplane.inputs.arrays import Array, as_columns, as_plain
from infoplane.inputs.columns import (
    Floats,
    copies,
    independent,
    is_discrete,
    is_text,
    refuse_constant,
    scaled,
    standardized,
)
from infoplane.inputs.margins import transformed

__all__ = [
    "ENTROPY",
    "Sided",
    "Sides",
    "class_rows",
    "entropy_rows",
    "in_one_unit",
    "refuse_few",
    "sides",
]

# What to do about the shape of a margin, as a map of it would change an entropy.
ENTROPY = (
    "one unit does not fit both the bulk and the tails, and an entropy, unlike information, is "
    "another one after a map f of the column: transform it by a smooth increasing f and add "
    "mean(-log f'(column)) to the entropy"
)

Ints = npt.NDArray[np.int64]


class Sides(NamedTuple):
    """Checked sides: names and columns of those with a density, and the labels, if any.

    numbers: without columns that are linear combinations of others; classes: what an error
    calls each label; warnings: what to tell of copies among the rows and of dependent columns.
    """

    names: tuple[str, ...]
    numbers: tuple[Array, ...]
    labels: Ints | None
    classes: tuple[str, ...]
    warnings: list[str]

    @property
    def columns(self) -> int:
        """The dimension of the joint density."""
        return sum(a.shape[1] for a in self.numbers)


@dataclass(frozen=True)
class Sided(Samples):
    """Checked samples, and what checking found: their sides, and the row numbers of each class."""

    sides: Sides = field(kw_only=True)
    rows: tuple[Ints, ...] = field(kw_only=True, default=())


def sides(samples: Samples, estimator: str, margins: str) -> Sides:
    """Numbers and labels (one column of integers, booleans or text) told apart, and checked.

    A column that is a linear combination of others, such as the last of softmax probabilities
    or a copy of a unit, leaves no density to estimate, and is left out: the others determine
    it, and information is the same under one-to-one maps of a side. margins: in which distances
    are taken, and so copies and grids are looked for.

    Raises InputError where both sides are labels, and for numbers with a constant column or
    with more than 5 % of copies.
    """
    both = {"x": samples.x, "z": samples.z}
    labels = [name for name, a in both.items() if a.shape[1] == 1 and is_discrete(a)]
    if len(labels) == 2:
        raise InputError(
            f"x and z are both labels, and {estimator} needs numbers with a density on one side: "
            "use binning, or pass numbers as floats"
        )
    numbers, warnings = {}, []
    for name, a in both.items():
        if name in labels:
            continue
        refuse_constant(a, name)
        # As distances see it: next to an outlier of 1e20, values that differ may not differ there.
        (seen,) = in_one_unit([a], margins)
        warnings += copies(seen, name)
        grids(seen, name)  # information is the same on a fine one
        kept = independent(a)
        numbers[name] = a[:, kept]
        if not kept.all():
            first, more = np.argmin(kept), np.sum(~kept) - 1
            warnings.append(
                f"column {first} of {name}{f' (and {more} more)' if more else ''} is a linear "
                "combination of the others and was left out: it adds no information to them"
            )
    codes, classes = None, []
    if labels:
        (name,) = labels
        values, codes = np.unique(both[name][:, 0], return_inverse=True)
        text = name in samples.text
        if len(values) == 1:
            told = "" if text else f" ({values[0]})"
            raise InputError(f"{name} has a single class{told}: at least 2 classes are needed")
        place = " (by the alphabet, from 0)" if text else ""
        classes = [f"class {value}{place} of {name}" for value in values]
    return Sides(tuple(numbers), tuple(numbers.values()), codes, tuple(classes), warnings)


def in_one_unit(sides: Sequence[Array], margins: str, seed: int | None = None) -> list[Floats]:
    """Both sides (n, d) after the map of their margins.

    "raw" columns are centred and all divided by one number, the root mean square of their standard
    deviations: kernels have no unit of their own, and no square overflows. seed: of random normal
    scores, if they are to be random.
    """
    if margins != "raw":
        # not the stream of half-samples; one for both sides, whose scores must not err alike
        rng = None if seed is None else np.random.default_rng([seed, 1])
        return [transformed(a, margins, rng) for a in sides]
    fraction, exponent = scaled(np.hstack(list(sides)))
    # one power of two for all columns: their relative scale is what is kept
    a = np.ldexp(fraction - fraction.mean(axis=0), exponent - exponent.max())
    a /= math.sqrt(float(np.mean(a.var(axis=0))))
    widths = np.cumsum([side.shape[1] for side in sides])
    return np.split(a, widths[:-1], axis=1)


def refuse_few(samples: Samples, found: Sides) -> None:
    """A density needs more rows than it has dimensions."""
    given = sum(getattr(samples, name).shape[1] for name in found.names)
    dependent = given > found.columns
    # n rows span n - 1 dimensions: what else depends on these does so for want of rows.
    if samples.n > found.columns + dependent:
        return
    kept = f", {found.columns} of them independent" if dependent else ""
    raise InputError(
        f"{' and '.join(found.names)} {'have' if len(found.names) > 1 else 'has'} {samples.n} rows "
        f"of {given} columns{kept}: a density needs more rows than dimensions, and far more to be "
        "of use; give more data or fewer columns"
    )


def class_rows(samples: Samples, found: Sides, at_least: int, told: str) -> list[Ints]:
    """Row numbers of each class; `told` is what needs `at_least` rows in each.

    Raises InputError where a class has fewer, and where its rows, though more than the columns
    are, lie in fewer dimensions, so that there is no density within the class.
    """
    assert found.labels is not None
    (name,), (a,) = found.names, found.numbers
    other = "z" if name == "x" else "x"
    sizes = np.bincount(found.labels)
    if sizes.min() < at_least:
        i, size = int(sizes.argmin()), int(sizes.min())
        few = f"has {size} row{'s' if size > 1 else ''}: {told} needs at least {at_least} in each"
        if len(sizes) > 2 and other not in samples.text:
            raise InputError(
                f"{other} has {len(sizes)} distinct integers, taken for labels, and "
                f"{found.classes[i]} {few} class; pass {other}.astype(float) if these are "
                "measurements, or else drop or merge the class, or give more data"
            )
        raise InputError(
            f"{found.classes[i]} {few} class; drop or merge the class, or give more data"
        )
    rows = [np.flatnonzero(found.labels == label) for label in range(len(sizes))]
    for of_class, within in zip(found.classes, rows, strict=True):
        d = a.shape[1]
        # Copies, of which few are accepted, are not what is meant.
        if len(np.unique(a[within], axis=0)) > d and not (kept := independent(a[within])).all():
            raise InputError(
                f"the rows of {name} in {of_class} lie in {kept.sum()} of {d} dimensions: there "
                "is no density within the class (its entropy would be minus infinity); use ross "
                "or binning, leave columns out, or add noise of a stated size"
            )
    return rows


def entropy_rows(rows: Any, estimator: str) -> tuple[Array, Floats, float, list[str]]:
    """Checked rows of an entropy, the same in standard units, their log volume, and warnings."""
    if is_text(plain := as_plain(rows, "rows")):
        raise InputError(
            f"rows holds text, which {estimator} cannot measure: text has no density; give numbers"
        )
    a = as_columns(plain, "rows")
    n, d = a.shape
    if n <= d:
        raise InputError(
            f"rows has {n} rows of {d} columns: a density in {d} dimensions needs more than {d}, "
            "and far more to be of use; give more data or fewer columns"
        )
    if n < 4:
        raise InputError(f"rows has {n} rows: at least 4 are needed")
    refuse_constant(a, "rows")
    standard, log_volume = standardized(a)
    warnings = copies(standard, "rows")
    warnings += grids(standard, "rows")
    kept = independent(a)
    if not kept.all():
        raise InputError(
            f"column {np.argmin(kept)} of rows is a linear combination of the others, and there "
            f"is no density in {d} dimensions (its entropy would be minus infinity): drop it, or "
            "add noise of a stated size"
        )
    return a, standard, log_volume, warnings
