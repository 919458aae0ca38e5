"""One side that is compressed: its code, what the code loses, and what to doubt in that."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.dimension.correlation import correlation_dimension
from infoplane.errors import InputError
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.inputs.arrays import Array

__all__ = ["Coded", "Side", "left_out", "no_density", "second_opinion"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Share of the variance that a code may lose before that is said; how many times as much as of the
# rows it learned from; and the ratio of columns' sizes from which the largest is all it follows.
MUCH, BY_HEART, UNEQUAL = 0.1, 2.0, 30.0
# Lines of what is lost that are looked at, nats that one may add before that is said, in parts of
# the rows whose mean has a standard error, and how many of these make it sure, of several lines.
LINES, LITTLE, PARTS, SURELY = 3, 0.05, 5, 4.0
PART_ROWS = 60  # the least of such a part
LARGEST = 100  # powers of two up to which the squares of rows are left alone
DIMENSION_ROWS = 3_000  # on which intrinsic dimensions are looked for
# Share of a code's columns that its dimension falls short of without being curved, at most, and
# the most columns of which that can be told.
FILLED, MOST_COLUMNS = 0.75, 6
ROUNDING = 1e-6  # of the largest column of a code, below which another is no column


@dataclass(frozen=True)
class Coded:
    """code: (n, k); residual: (n, lines) of what it loses, or None where nothing is compressed;
    lost: the share of variance that it loses of these rows; doubts: what to doubt in that."""

    code: Floats
    residual: Floats | None
    lost: float
    doubts: tuple[str, ...] = ()


class Side:
    """One side of the samples, and the code that was learned for it, if any.

    rows: (n, d); learned: numbers of the rows to learn from; margins: "raw" or "standardized";
    wanted: columns of the code, or None; small: columns up to which None compresses nothing.
    """

    def __init__(
        self, name: str, rows: Array, learned: Ints, margins: str, wanted: int | None, small: int
    ) -> None:
        rows = np.asarray(rows, dtype=np.float64)
        exponent = int(np.frexp(np.abs(rows).max())[1])
        if abs(exponent) > LARGEST:  # squares would overflow, or vanish
            rows = np.ldexp(rows, -exponent)
        if margins == "standardized":
            std = rows[learned].std(axis=0)
            rows = (rows - rows[learned].mean(axis=0)) / np.where(std > 0, std, 1.0)
        self.name, self.rows, self.margins = name, rows, margins
        self.learned = rows[learned]
        if (self.learned == self.learned[0]).all():
            raise InputError(
                f"{name} has equal rows only among the {len(learned)} to learn a code from: give "
                "more rows, another seed or a larger train_fraction"
            )
        self.wanted, self.small = wanted, small
        self.code: Any = None
        self.doubts: list[str] = []

    def code_dim(self, device: str) -> int | None:
        """The columns that its code is to have, or None where it stays as it is."""
        width, dim = self.rows.shape[1], self.wanted
        if dim is None and width <= self.small:
            return None
        if dim is None:
            try:
                found = correlation_dimension(self.learned[:DIMENSION_ROWS], device=device)
            except InputError as error:
                raise InputError(
                    f"code_dim=None needs the correlation dimension of {self.name}, which the "
                    f"{len(self.learned)} rows to learn from do not show ({error}): pass code_dim, "
                    "or give more rows"
                ) from error
            dim = max(1, round(found.value))
            self.doubts += [
                f"code_dim of {self.name} is its correlation dimension, {found.value:.2g}, where "
                f"{told}"
                for told in found.warnings
            ]
        if dim >= width:
            return None
        self._unequal()
        return dim

    def coded(self, at: Ints) -> Coded:
        """The code of the rows `at`."""
        rows = self.rows[at]
        if self.code is None:
            return Coded(rows, None, 0.0)
        code, lost = np.asarray(self.code.encode(rows), dtype=np.float64), self.code.lost(rows)
        size = code.std(axis=0)
        kept = size > ROUNDING * size.max()
        doubts = [*self._doubts(lost, code.shape[1])]
        if not kept.all():
            doubts.append(
                f"{self.name} lies in {int(kept.sum())} dimensions: the other columns of its code "
                "are rounding, and were left out"
            )
        return Coded(code[:, kept], self.code.residual(rows, LINES), lost, tuple(doubts))

    def _unequal(self) -> None:
        """A doubt where the largest columns are all that a code of raw columns can follow."""
        if self.margins != "raw":
            return
        size = np.sort(self.learned.std(axis=0))
        typical = float(np.median(size[size > 0]))
        largest = int(self.learned.std(axis=0).argmax())
        if size[-1] > UNEQUAL * typical:
            self.doubts.append(
                f"column {largest} of {self.name} is {size[-1] / typical:.0f} times as large as "
                f"columns typically are, and the code of {self.name} follows it first: pass "
                "margins='standardized' if units mean nothing"
            )

    def _doubts(self, lost: float, columns: int) -> list[str]:
        tried, kind = self.code.tried, self.code.kind
        heart = self.code.by_heart > BY_HEART and lost > MUCH / 5
        told = []
        if lost > MUCH or heart:
            way = (
                f"{self.code.by_heart:.1f} times as much as of the rows it learned from, which it "
                "knows by heart; give more rows"
                if heart
                else "what of this tells of the other side is missing; pass a larger code_dim"
            )
            told.append(
                f"the code of {self.name} in {columns} columns ({kind}) loses {100 * lost:.0f} % "
                f"of its variance: {way}"
            )
        if tried[kind] > min(tried.values()):
            told.append(
                f"the autoencoder of {self.name} has not learned: it loses "
                f"{100 * tried['autoencoder']:.3g} % where PCA loses {100 * tried['pca']:.3g} %; "
                "take coder='auto', more steps or more rows"
            )
        return told


def left_out(coded: list[Coded]) -> list[str]:
    """A warning where what the codes lose, put beside them, surely adds information to KSG.

    Line by line, as one of them may tell what another hides.
    """
    n = len(coded[0].code)
    lossy = [own.residual is not None and own.lost > 0 for own in coded]
    if not any(lossy):
        return []
    if n < PARTS * PART_ROWS:
        return [
            f"{n} rows are too few to see whether what the codes leave out tells more: "
            f"{PARTS * PART_ROWS} are needed"
        ]
    plain = [own.code for own in coded]
    parts = [np.arange(i, n, PARTS) for i in range(PARTS)]
    without = [_ksg(plain, part) for part in parts]
    best = (0.0, 0.0)
    for line in range(LINES):
        wide = [_beside(own, line) for own in coded]
        if all(own.shape == code.shape for own, code in zip(wide, plain, strict=True)):
            break
        more = [_ksg(wide, part) - base for part, base in zip(parts, without, strict=True)]
        mean, std = float(np.mean(more)), float(np.std(more, ddof=1)) / PARTS**0.5
        if mean >= LITTLE and mean >= SURELY * std:
            best = max(best, (mean, std))
    if not best[0]:
        return []
    return [
        f"what the codes leave out tells more: with a part of it beside them KSG finds "
        f"{best[0]:.2g} ± {best[1]:.1g} nats more in {len(parts[0])} rows; pass a larger code_dim"
    ]


def no_density(side: str, own: Coded, device: str) -> list[str]:
    """A warning where a code has more columns than its rows fill, so that it has no density.

    Of codes of 2 to 6 columns: in more, the correlation dimension is itself too low.
    """
    columns = own.code.shape[1]
    if own.residual is None or not 2 <= columns <= MOST_COLUMNS:
        return []
    try:
        filled = correlation_dimension(own.code[:DIMENSION_ROWS], device=device).value
    except InputError:  # few rows, or distances that are tied: nothing is known
        return []
    if filled >= FILLED * columns:
        return []
    return [
        f"the code of {side} fills about {filled:.1f} of its {columns} dimensions, where there is "
        "no density, and entropies err by nats, either way: pass a smaller code_dim, or "
        "estimator='ksg'"
    ]


def second_opinion(coded: list[Coded], value: float, std: float) -> list[str]:
    """A warning where KSG, which errs low, finds surely more than weighted neighbours."""
    every = np.arange(len(coded[0].code))
    ksg = _ksg([own.code for own in coded], every)
    if not np.isfinite(std) or ksg <= value + 3 * std:
        return []
    return [
        f"wkl finds {value:.2f} ± {std:.2f} nats of these codes and ksg, which errs low, "
        f"{ksg:.2f}: the densities of codes are rough; pass estimator='ksg' for weak dependence"
    ]


def _beside(own: Coded, line: int) -> Floats:
    if own.residual is None or line >= own.residual.shape[1] or not np.ptp(own.residual[:, line]):
        return own.code
    return np.hstack([own.code, own.residual[:, line : line + 1]])


def _ksg(sides: list[Floats], rows: Ints) -> float:
    ksg = KSG(errors=None)
    return float(ksg._estimate(ksg.check(*(side[rows] for side in sides)), 0, "cpu").value)
