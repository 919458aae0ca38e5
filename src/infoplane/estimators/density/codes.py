"""The entropy of an autoencoder's code, in stated gauges, without which it means nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.density.gauges import (
    GAUGES,
    code_columns,
    live,
    refuse_flat,
    relative_stds,
    whiten,
)
from infoplane.estimators.density.grids import grids
from infoplane.estimators.density.kernel_entropy import Method, bandwidth, kde_entropy
from infoplane.estimators.density.sides import ENTROPY
from infoplane.estimators.density.wkl import wkl_entropy
from infoplane.estimators.estimate import Estimate
from infoplane.inputs.columns import (
    Floats,
    copies,
    scaled,
    standardized,
)
from infoplane.inputs.options import check_device, listed, one_of, whole
from infoplane.inputs.shape import outliers
from infoplane.inputs.tables import names_columns

__all__ = ["METHODS", "CodeEntropies", "code_entropies"]

METHODS = ("loo", "monte-carlo", "shrunk", "plug-in", "wkl")

# Nats by which one shape of kernels must predict better than another to be worth a warning.
MOST_GAP = 0.1
WHITENED = "kernels have one width for all axes, too narrow for the tails or too wide for the bulk"


@dataclass(frozen=True, eq=False)
class CodeEntropies:
    """Entropies of a code in several gauges, nats, and what they were computed with.

    values, stds: [gauge][method], each estimate and its standard error.
    column_stds: (d,) standard deviation of every column, dead units included.
    dimension: how many columns are not dead, that is the dimension of the entropy.
    half_log_det: 1/2 log det of the correlation matrix, <= 0: what the entropy in unit variance
    is, exactly, above that of the whitened code; estimates differ from it by their bias.
    bandwidths: ["unit variance" or "whitened"], in standard deviations; raw and one scale share
    that of unit variance. Empty where no method has kernels.
    warnings: sentences that say what to doubt.
    """

    values: Mapping[str, Mapping[str, float]]
    stds: Mapping[str, Mapping[str, float]]
    column_stds: Floats
    dimension: int
    half_log_det: float
    bandwidths: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@names_columns
def code_entropies(
    codes: Any,
    *,
    gauges: Sequence[str] = GAUGES,
    methods: Sequence[str] = ("loo", "monte-carlo", "plug-in"),
    seed: int = 0,
    device: str = "cpu",
) -> CodeEntropies:
    """Differential entropy of a code in each gauge, by each method, nats.

        h(aY) = h(Y) + d log a,     h(AY) = h(Y) + log |det A|

    A decoder undoes any invertible map of the code, so that training does not fix its scale, and
    H(d) over the code dimension d means something only in a stated gauge.

    codes: (n, d) or (n,), n > d; gauges: of GAUGES, see
    :func:`infoplane.estimators.density.gauges.normalised`; methods: of METHODS, the first four of
    :func:`kde_entropy`, the last :func:`wkl_entropy`; seed: of what "monte-carlo" and "shrunk"
    draw. Constant columns are left out, with a warning.
    The estimators divide every column by its standard deviation, so that the values for raw,
    one scale and unit variance differ by logarithms of standard deviations alone, exactly: they
    are computed once. The whitened code has kernels of its own, round in the units of the
    principal axes and not truncated: no box is the same after a rotation, and so "loo",
    "plug-in" and "wkl" are invariant under every invertible linear map of the code, to rounding
    (and to the 1/512 that log h is rounded to, where the maps' roundings decide it).

    Wrong when: see the estimators. Whitened, a density with edges is estimated too high, by
    .06 in 2 and .30 in 4 dimensions for a uniform one, n = 5000. Columns that nearly depend on
    each other (a code of more dimensions than the data have) make the true entropy very
    negative in all gauges but whitened, and its estimate there too high, as the kernels are
    round; where the whitened ones predict better, which "loo" measures, a warning says so.
    Time: one search of a bandwidth, and one pass over pairs for each method, for all gauges but
    whitened; the same again for that.
    Raises InputError, as :func:`kde_entropy` does, for n <= d, more than 5 % of rows with a copy
    (tanh units at exactly -1 or 1), and a column that is a linear combination of others (the
    entropy is minus infinity in every gauge); for all columns constant, text, and unknown options.

    >>> found = code_entropies([[-3.0], [-1.0], [1.0], [3.0]], methods=["wkl"])
    >>> found.values["raw"]["wkl"] - found.values["unit variance"]["wkl"]  # 1/2 log 5
    0.804...
    """
    gauges, methods = _names("gauges", gauges, GAUGES), _names("methods", methods, METHODS)
    whole("seed", seed, at_least=0)
    check_device(device)
    every = code_columns(codes)
    alive, warnings = live(every)
    a = every[:, alive]
    refuse_flat(a)
    standard, log_volume = standardized(a)
    warnings += copies(standard, "codes") + outliers(every, "codes", ENTROPY)
    warnings += grids(standard, "codes")
    relative = relative_stds(a)
    shifts = {
        "raw": log_volume,
        "one scale": float(np.log(relative).sum()),
        "unit variance": 0.0,
        "whitened": 0.0,
    }
    values, stds, bandwidths = {}, {}, {}
    for base, shape in _bases(gauges).items():
        rows = standard if base == "unit variance" else whiten(a)
        if base == "whitened":
            warnings += outliers(rows, "the whitened codes", WHITENED)
        found, h = _estimates(rows, methods, base != "whitened", seed, device)
        if h is not None:
            bandwidths[base] = h
        # What is said of rows in general was said of the codes above.
        doubts = [w for e in found for w in e.warnings if " of rows" not in w]
        warnings += [f"{', '.join(shape)}: {w}" for w in dict.fromkeys(doubts)]
        for gauge in shape:
            pairs = list(zip(methods, found, strict=True))
            values[gauge] = {method: e.value + shifts[gauge] for method, e in pairs}
            stds[gauge] = {method: e.std for method, e in pairs}
    fraction, exponent = scaled(every)
    half_log_det = 0.5 * float(np.linalg.slogdet(standard.T @ standard / len(a))[1])
    if "loo" in methods and {"unit variance", "whitened"} <= set(gauges):
        gap = values["unit variance"]["loo"] - values["whitened"]["loo"] - half_log_det
        warnings += _shape_doubts(gap, half_log_det)
    return CodeEntropies(
        values={gauge: values[gauge] for gauge in gauges},
        stds={gauge: stds[gauge] for gauge in gauges},
        column_stds=np.ldexp(fraction.std(axis=0), exponent),
        dimension=a.shape[1],
        half_log_det=half_log_det,
        bandwidths=bandwidths,
        warnings=tuple(warnings),
    )


def _bases(gauges: Sequence[str]) -> dict[str, list[str]]:
    """The gauges that need kernels of their own, and which of those asked for share them."""
    together = [gauge for gauge in gauges if gauge != "whitened"]
    alone = ["whitened"] if "whitened" in gauges else []
    shapes = {"unit variance": together, "whitened": alone}
    return {base: shape for base, shape in shapes.items() if shape}


def _estimates(
    rows: Floats, methods: Sequence[str], truncate: bool, seed: int, device: str
) -> tuple[list[Estimate], float | None]:
    """An estimate by each method, those with kernels of one bandwidth; and that, if any has."""
    h = None
    if any(method != "wkl" for method in methods):
        h = bandwidth(rows, truncate=truncate, device=device)
    found = []
    for name in methods:
        if name == "wkl":
            found.append(wkl_entropy(rows, device=device))
            continue
        method = cast(Method, name)
        found.append(
            kde_entropy(rows, method=method, h=h, truncate=truncate, seed=seed, device=device)
        )
    return found, h


def _shape_doubts(gap: float, half_log_det: float) -> list[str]:
    """A warning where kernels shaped like the covariance predict rows left out better."""
    if gap <= MOST_GAP:
        return []
    return [
        f"columns are so correlated that kernels in the shape of the covariance predict a row left "
        f"out better, by {gap:.3g} nats: raw, one scale and unit variance are too high by that at "
        f"least; whitened and half_log_det ({half_log_det:.3g}) give the better value"
    ]


def _names(name: str, given: Sequence[str], accepted: tuple[str, ...]) -> list[str]:
    """At least one of the accepted names, each once."""
    names = listed(name, given)
    for one in names:
        one_of(name, one, accepted)
    if not names or len(set(names)) < len(names):
        raise InputError(f"{name}={given!r} is not accepted: pass a list of different names")
    return names
