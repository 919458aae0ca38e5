"""The gauge of an autoencoder's code, without which its entropy means nothing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.density.kde import Method, bandwidth, kde_entropy
from infoplane.estimators.density.wkl import wkl_entropy
from infoplane.inputs.arrays import Array, as_columns
from infoplane.inputs.columns import (
    Floats,
    copies,
    independent,
    is_text,
    outliers,
    scaled,
    standardized,
)
from infoplane.inputs.options import check_device, listed, whole

__all__ = ["GAUGES", "METHODS", "CodeEntropies", "code_entropies", "live", "normalised"]

GAUGES = ("raw", "one scale", "unit variance", "whitened")
METHODS = ("loo", "monte-carlo", "shrunk", "plug-in", "wkl")

# Nats by which one shape of kernels must predict better than another to be worth a warning.
MOST_GAP = 0.1
ADVICE = "the kernels have one width for all columns, in standard deviations; transform it"


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


def live(codes: Any) -> tuple[npt.NDArray[np.bool_], list[str]]:
    """Which columns of a code change from row to row, (d,), and a warning if not all do.

    codes: (n, d). A column counts as constant, a dead unit, where its standard deviation is
    no more than 32 roundings of its largest value, in single precision if all its values are.
    Raises InputError where every column is constant, for text, and without rows.

    >>> live([[0.0, 1.0, 2.0], [0.0, 3.0, 1.0]])
    (array([False,  True,  True]), ['code unit 0 is constant (a dead unit): it is left out, ...'])
    """
    a = _columns(codes)
    alive = np.array([independent(a[:, [j]])[0] for j in range(a.shape[1])])
    dead = np.flatnonzero(~alive)
    if not len(dead):
        return alive, []
    if not alive.any():
        raise InputError(
            f"codes has {len(dead)} columns, and all are constant (dead units): a point has no "
            "density (its entropy would be minus infinity); train the encoder again, from another "
            "seed or with a smaller learning rate"
        )
    names = ", ".join(map(str, dead))
    told = f"code units {names} are constant (dead units)"
    if len(dead) == 1:
        told = f"code unit {names} is constant (a dead unit)"
    out = "it is" if len(dead) == 1 else "they are"
    return alive, [f"{told}: {out} left out, and the dimension counted without"]


def normalised(codes: Any, gauge: str) -> Floats:
    """The live columns of a code in a gauge: (n, live), float64.

    "raw": as the encoder gives them.
    "one scale": centred, and all divided by one number, the root mean square over all columns.
    "unit variance": each column centred and divided by its standard deviation.
    "whitened": rotated to principal axes, those of least variance first, and each axis divided
    by its standard deviation: the covariance is the identity. Defined up to the sign of each
    axis, here that its largest weight is positive, and up to rotations where variances agree.

    codes: (n, d) or (n,); columns that are constant are left out, see :func:`live`.
    Raises InputError for an unknown gauge, where all columns are constant, for text, without
    rows, and, if whitened, where a column is a linear combination of others, or n <= d.

    >>> normalised([[0.0, 5.0], [2.0, -1.0]], "unit variance")
    array([[-1.,  1.], [ 1., -1.]])
    """
    _known("gauge", gauge, GAUGES)
    a = _columns(codes)
    a = a[:, live(a)[0]]
    if gauge == "raw":
        return a.astype(np.float64)
    standard, _ = standardized(a)
    if gauge == "unit variance":
        return standard
    if gauge == "one scale":
        return standard * _relative_stds(a)
    _refuse_flat(a)
    return _whiten(a)


def code_entropies(
    codes: Any,
    *,
    gauges: Sequence[str] = GAUGES,
    methods: Sequence[str] = ("loo", "monte-carlo", "plug-in"),
    seed: int = 0,
    device: str = "cpu",
) -> CodeEntropies:
    """Differential entropy of a code in each gauge of :func:`normalised`, by each method, nats.

        h(aY) = h(Y) + d log a,     h(AY) = h(Y) + log |det A|

    A decoder undoes any invertible map of the code, so that training does not fix its scale, and
    H(d) over the code dimension d means something only in a stated gauge.

    codes: (n, d) or (n,), n > d; gauges: of GAUGES; methods: of METHODS, the first four of
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
    every = _columns(codes)
    alive, warnings = live(every)
    a = every[:, alive]
    _refuse_flat(a)
    standard, log_volume = standardized(a)
    warnings += copies(standard, "codes") + outliers(every, "codes", ADVICE)
    relative = _relative_stds(a)
    shifts = {
        "raw": log_volume,
        "one scale": float(np.log(relative).sum()),
        "unit variance": 0.0,
        "whitened": 0.0,
    }
    values, stds, bandwidths = {}, {}, {}
    for base, shape in _bases(gauges).items():
        rows = standard if base == "unit variance" else _whiten(a)
        if base == "whitened":
            warnings += outliers(rows, "the whitened codes", ADVICE)
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


def _relative_stds(a: Array) -> Floats:
    """Standard deviations of the columns over their root mean square: (d,)."""
    fraction, exponent = scaled(a)
    # From the largest exponent down: squares neither overflow nor all vanish.
    stds = np.ldexp(fraction.std(axis=0), exponent - exponent.max())
    return cast(Floats, stds / math.sqrt(float(np.mean(stds**2))))


def _whiten(a: Array) -> Floats:
    """Principal axes, each of mean 0 and variance 1, smallest variance first: (n, d)."""
    fraction, exponent = scaled(a)
    # One power of two for all columns: their relative scale decides the axes.
    centred = np.ldexp(fraction - fraction.mean(axis=0), exponent - exponent.max())
    # Of the rows themselves: forming the covariance would square small variances away.
    _, singular, axes = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    projected = centred @ (axes * signs[:, None] / singular[:, None] * math.sqrt(len(a))).T
    return cast(Floats, np.ascontiguousarray(projected[:, ::-1]))


def _refuse_flat(a: Array) -> None:
    """InputError where the live columns of a code have no density in their dimension."""
    n, d = a.shape
    if n <= d or n < 4:
        raise InputError(
            f"codes has {n} rows of {d} columns that are not constant: a density needs more rows "
            "than columns, and at least 4, and far more to be of use; give more rows or a "
            "smaller code"
        )
    kept = independent(a)
    if not kept.all():
        raise InputError(
            f"codes has {d} columns that lie in {kept.sum()} dimensions: there is no density in "
            f"{d} dimensions (the entropy is minus infinity in every gauge); use a code of at "
            f"most {kept.sum()}, or add noise of a stated size"
        )


def _columns(codes: Any) -> Array:
    """Checked columns of numbers, with rows."""
    a = as_columns(codes, "codes")
    if not len(a):
        raise InputError(
            f"codes has shape {a.shape}, and so no rows: a density needs more rows than columns, "
            "and at least 4; give more rows"
        )
    if is_text(codes, a):
        raise InputError("codes holds text, which has no density: give numbers")
    return a


def _names(name: str, given: Sequence[str], accepted: tuple[str, ...]) -> list[str]:
    """At least one of the accepted names, each once."""
    names = listed(name, given)
    for one in names:
        _known(name, one, accepted)
    if not names or len(set(names)) < len(names):
        raise InputError(f"{name}={given!r} is not accepted: pass a list of different names")
    return names


def _known(name: str, given: str, accepted: tuple[str, ...]) -> None:
    if not isinstance(given, str) or given not in accepted:
        raise InputError(f"{name}={given!r} is unknown: {', '.join(accepted)} are accepted")
