"""Binned information of whole planes: every layer of every network at every checkpoint.

A row of a layer, binned, is one integer, its pattern. Sorting the patterns with the label in
their lowest bits puts equal (pattern, label) next to each other, and lengths of runs are counts.
"""

import math
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.bins import Ints, check_bins, dense, symbols
from infoplane.inputs.arrays import Array, as_labels, as_numbers, as_plain

__all__ = ["LayerInformation", "invented", "layer_information"]

Floats = npt.NDArray[np.float64]
Range = Literal["layer", "unit"] | tuple[float, float]

# Rows binned at once: their columns and codes stay in a core's cache.
ROWS = 2**14


class LayerInformation(NamedTuple):
    """I(X;T) and I(T;Y), each with its standard error, in nats: arrays of the leading shape."""

    inputs: Floats
    inputs_std: Floats
    labels: Floats
    labels_std: Floats


def layer_information(
    t: Any, labels: Any = None, *, bins: int = 30, limits: Range = "layer"
) -> LayerInformation:
    """I(X; T) and I(T; Y) of binned layers, in nats, for any number of layers in one pass.

        I(X;T) = H(T),   I(T;Y) = H(T) + H(Y) - H(T,Y)

    H being entropies of counted patterns. X is uniform on the n rows and every row a symbol of
    its own, so that a deterministic layer leaves nothing of H(T|X).

    t: (…, n, d), float arrays or tensors, cut into `bins` bins of equal width; integers keep
    their values. The leading axes are networks, checkpoints, or whatever there is. Bins are found
    in float64 whatever the dtype, a few members at a time. labels: (n,) or (…, n) integers.
    limits: the range that is cut. "layer", from the least to the greatest activation of that
    member; "unit", of every column of it; (low, high), whose outer bins take what lies outside.
    A layer or unit without width is one bin.
    Returns arrays of shape (…); nan in place of what needs labels where there are none.
    Range: I(X;T) in [0, log n], I(T;Y) in [0, min(I(X;T), H(Y))]. Beyond t itself
    memory is 100 bytes and two copies of the activations for each of the 16 384 rows, or the n
    of one member if these are more, that are binned at once.

    Standard errors: those of :class:`~infoplane.estimators.binning.Binning`, for the chance of the
    n rows as a sample. Where the rows are the whole population the values are exact and there is
    no such chance.
    Wrong when: read as properties of the network alone. I(X;T) of a continuous layer is
    infinite, and this is the entropy of T on a grid, whose width moves with the activations
    unless limits are fixed; as a value of the population it saturates at log n.
    Raises InputError for options out of range, shapes that do not fit, and for values that are
    NaN or infinite, naming the member.
    Source: Shwartz-Ziv & Tishby (2017), https://arxiv.org/abs/1703.00810; what it means:
    Goldfeld et al. (2019), https://arxiv.org/abs/1810.05728

    >>> plane = layer_information(np.array([[[0.0], [0.0], [1.0], [1.0]]]), [0, 1, 0, 1])
    >>> plane.inputs, plane.labels  # log 2, 0
    (array([0.693...]), array([0.]))
    """
    t = as_layers(t, bins, limits)
    lead, n = t.shape[:-2], t.shape[-2]
    y = None if labels is None else labels_of(labels, lead, n)
    shared = dense(y) if y is not None and y.ndim == 1 else None
    if not lead:
        t = t[None]
    members = math.prod(lead)
    result = np.full((4, members), np.nan)
    step = max(1, ROWS // n)
    for start in range(0, members, step):
        part = np.arange(start, min(start + step, members))
        # Indices, because reshaping the leading axes to one copies a t that is transposed.
        index = np.unravel_index(part, t.shape[:-2])
        chunk = t[index]  # (c, n, d)
        refuse_missing(chunk, lead, start)
        patterns = patterns_of(chunk, bins, limits)
        own = shared if shared is not None or y is None else dense(y[index])
        result[:, part] = counted(patterns, own)
    return LayerInformation(*result.reshape(4, *lead))


def as_layers(t: Any, bins: int, limits: Any) -> Array:
    """Checked options, and t as it is: no copy, whatever its size and dtype."""
    if isinstance(limits, str):
        if limits not in ("layer", "unit"):
            raise InputError(f"limits={limits!r}: 'layer', 'unit' and (low, high) are accepted")
        check_bins(bins, "width", None)
    elif limits is None:
        raise InputError("limits=None: 'layer', 'unit' and (low, high) are accepted")
    else:
        check_bins(bins, "width", limits)
    a = as_numbers(t, "t")
    if a.ndim < 2 or 0 in a.shape[-2:]:
        raise InputError(
            f"t has shape {a.shape}: (…, n, d) is accepted, n rows of d units, both at least 1; "
            "give a single unit as t[:, None]"
        )
    return a


def labels_of(labels: Any, lead: tuple[int, ...], n: int) -> Array:
    """Checked labels, (n,) or (*lead, n) integers."""
    a = as_plain(labels, "labels")
    if a.shape not in ((n,), (*lead, n)):
        accepted = " or ".join(map(str, dict.fromkeys([(n,), (*lead, n)])))
        raise InputError(f"labels has shape {a.shape}: {accepted} is accepted for this t")
    return as_labels(a.reshape(-1), "labels").reshape(a.shape)


def refuse_missing(chunk: Array, lead: tuple[int, ...], start: int) -> None:
    """An error for NaN or infinities in chunk (c, n, d), whose first member is number `start`."""
    if chunk.dtype.kind != "f":
        return
    # NaN wins in both, so that two numbers tell about all.
    ends = chunk.min(axis=(1, 2)), chunk.max(axis=(1, 2))
    bad = ~(np.isfinite(ends[0]) & np.isfinite(ends[1]))
    if not bad.any():
        return
    member = int(np.argmax(bad))
    missing = ~np.isfinite(chunk[member])
    row, column = np.argwhere(missing)[0]
    index = ", ".join(str(i) for i in np.unravel_index(start + member, lead)) if lead else ""
    raise InputError(
        f"t{f'[{index}]' if lead else ''} has {missing.sum()} values that are NaN or infinite, "
        f"the first at row {row}, column {column}: leave that member out, or replace them"
    )


def patterns_of(t: Array, bins: int, limits: Range) -> Ints:
    """One integer >= 0 for each row, equal for rows of one member whose binned rows are equal.

    t: (c, n, d). Returns (c, n); packed directly where bins^d fits 63 bits, and renumbered on
    the way otherwise.
    """
    if t.dtype.kind != "f":
        return np.stack([symbols(member) for member in t])
    shared = None if limits == "unit" else _edges(t.reshape(len(t), -1), limits)
    codes, size = np.zeros(t.shape[:2], dtype=np.int64), 1
    for column in np.moveaxis(t, 2, 0):
        if size * bins > 2**63:
            codes = dense(codes)
            size = codes.size
        codes *= bins
        codes += _digits(column, bins, *(shared or _edges(column, limits)))
        size *= bins
    return codes


def _edges(a: Array, limits: Range) -> tuple[Floats, Floats]:
    """Low and high end of what is cut, for a (c, m): (c, 1) each, or two numbers."""
    if isinstance(limits, str):
        low, high = a.min(axis=1, keepdims=True), a.max(axis=1, keepdims=True)
        return low.astype(np.float64), high.astype(np.float64)
    return np.asarray(limits[0], dtype=np.float64), np.asarray(limits[1], dtype=np.float64)


def _digits(column: Array, bins: int, low: Floats, high: Floats) -> Ints:
    """Bin numbers of column (c, n): the steps of :func:`equal_width`, in place."""
    half = low * 0.5
    width = high * 0.5 - half
    share = np.multiply(column, 0.5, dtype=np.float64)
    share -= half
    with np.errstate(over="ignore"):  # beyond the limits is beyond them
        share /= np.where(width > 0, width, 1)
        share *= bins
    np.clip(share, 0, bins - 1, out=share)
    return share.astype(np.int64)


def counted(patterns: Ints, labels: Ints | None) -> tuple[Floats, Floats, Floats, Floats]:
    """H(T) and I(T; labels) with their standard errors, of codes (c, n): (c,) each.

    labels: (n,) or (c, n) codes >= 0, or None, for which the last two are nan.
    """
    c, n = patterns.shape
    y = np.zeros(n, dtype=np.int64) if labels is None else labels
    bits = int(y.max()).bit_length()
    if int(patterns.max()) >= 2**63 >> bits:
        patterns = dense(patterns)
    ordered = np.sort(patterns << bits | y, axis=1)  # (c, n)
    first = _first(ordered >> bits)
    start = np.flatnonzero(first)
    counts = np.diff(start, append=c * n)
    entropy = _mean(np.log(n / counts), counts, start // n, c, n)
    if labels is None:
        return *entropy, np.full(c, np.nan), np.full(c, np.nan)
    start = np.flatnonzero(_first(ordered))
    c_ty, member = np.diff(start, append=c * n), start // n
    c_t = counts[np.cumsum(first.ravel()[start]) - 1]
    label = (ordered.ravel()[start] & ((1 << bits) - 1)) + (member << bits)
    c_y = np.bincount(label, weights=c_ty)[label]
    return *entropy, *_mean(np.log(n * c_ty / (c_t * c_y)), c_ty, member, c, n)


def _first(ordered: Ints) -> npt.NDArray[np.bool_]:
    """Where a run of equal codes begins."""
    first = np.ones(ordered.shape, dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=first[:, 1:])
    return first


def _mean(values: Floats, counts: Ints, member: Ints, c: int, n: int) -> tuple[Floats, Floats]:
    """Mean of each member's n values, each standing for `counts` rows, and its standard error."""
    mean = np.bincount(member, weights=counts * values, minlength=c) / n
    variance = np.bincount(member, weights=counts * (values - mean[member]) ** 2, minlength=c) / n
    return mean, np.sqrt(variance / n)


def invented(entropy: float, std: float, labels: Ints) -> list[str]:
    """What counting the patterns of a layer, of that entropy in nats, invents about labels (n,).

    There are exp(entropy) patterns or more, of which the plug-in takes (K - 1)(classes - 1) / 2n
    nats too many to first order (Miller 1955), until each row has one to itself.
    """
    n = len(labels)
    if entropy > 0.95 * math.log(n):
        return [
            "nearly every row has a pattern to itself, and looks determined by the layer whatever "
            "the labels: nothing is known of I(T;Y); more samples or fewer bins are needed"
        ]
    bias = math.expm1(entropy) * (len(np.unique(labels)) - 1) / (2 * n)
    if bias <= max(std, 0.01):
        return []
    return [
        f"biased up by about {bias:.2f} nats or more: at least {math.exp(entropy):.0f} patterns "
        f"for {n} rows; more samples or fewer bins are needed"
    ]
