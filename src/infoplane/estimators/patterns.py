"""Binned information of whole planes: every layer of every network at every checkpoint.

A row of a layer, binned, is one integer, its pattern. Sorting the patterns with the label in
their lowest bits puts equal (pattern, label) next to each other, and lengths of runs are counts.
"""

import math
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.binning import Binning, symbols
from infoplane.inputs.arrays import Array, as_array, as_labels, as_numbers
from infoplane.inputs.options import whole

__all__ = ["Extended", "LayerInformation", "Reading", "extended_information", "layer_information"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Range = Literal["layer", "unit"] | tuple[float, float]

# Rows binned at once: their columns and codes stay in a core's cache.
ROWS = 2**14


class LayerInformation(NamedTuple):
    """I(X;T) and I(T;Y), each with its standard error, in nats: arrays of the leading shape."""

    inputs: Floats
    inputs_std: Floats
    labels: Floats
    labels_std: Floats


class Reading(NamedTuple):
    """One reading of a layer: I(X;T) and I(T;Y), in nats."""

    inputs: float
    labels: float


class Extended(NamedTuple):
    """Three readings of one layer in several networks: :func:`extended_information`."""

    mixed: Reading
    told: Reading
    neurons: Reading


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

    Standard errors: those of :class:`Binning`, for the chance of the n rows as a sample. Where
    the rows are the whole population the values are exact and there is no such chance.
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
    t = _activations(t, bins, limits)
    lead, n = t.shape[:-2], t.shape[-2]
    y = None if labels is None else _labels(labels, lead, n)
    shared = _dense(y) if y is not None and y.ndim == 1 else None
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
        _refuse_missing(chunk, lead, start)
        patterns = _patterns(chunk, bins, limits)
        own = shared if shared is not None or y is None else _dense(y[index])
        result[:, part] = _information(patterns, own)
    return LayerInformation(*result.reshape(4, *lead))


def extended_information(
    t: Any, labels: Any, *, bins: int = 30, limits: Range = "layer", seed: int = 0
) -> Extended:
    """I(X; T) and I(T; Y), in nats, of one layer over J independently trained networks.

    Training is random, so that a layer "after training" is no function of X. With J uniform on
    the networks and independent of X, and T = t_J(X), three readings of that:

    * mixed: T from a network drawn at random, and not told which. Exact, by counting all J n
      patterns: I(X;T) = H(T) - H(T|X), the latter over the networks for each row; I(T;Y)
      likewise. What X and a pattern have in common in all networks.
    * told: the network is known, I(X;T|J) and I(T;Y|J): the means over networks of
      :func:`layer_information`.
    * neurons: each neuron's activation from a network drawn for it alone, one draw for each row
      (`seed`); then counted as if the layer were deterministic: I(X;T) is H(T).

    t: (J, n, d), as in :func:`layer_information`; labels: (n,) integers. All networks share the
    bins: "layer" and "unit" are ranges over all of them, or one pattern would not mean the same
    in two networks. `told` is therefore the mean for those bins.
    Range: since J is independent of X, I(X;T|J) = I(X;T) + I(X;J|T), so that

        told - log J <= mixed <= told <= log n

    and the same for Y. All three are equal for one network, and for identical ones.

    Wrong when: `mixed` is taken for the training algorithm's, over all networks it could give:
    H(T|X) <= log J, so few networks leave `mixed` too high, and in the mean it falls as J grows.
    The same hidden layer with its units in another order is another code: `mixed` asks for
    neurons that mean the same everywhere, as outputs do. `neurons` counts the draw as
    information: H(T) = I(X;T) + H(T|X) with the last term up to d log J, so it rises towards
    log n, and once rows are unique I(T;Y) rises towards H(Y), whatever T says about either.
    Its layer, of neurons from different networks, exists in no network.

    What the source means: its words are `neurons`, "sample elements of T_i (activation values
    of neurons) randomly from several T_ij", and reuse of the estimator for a deterministic
    layer leaves the draw in I(X;T). Its reason, that retraining gives another T for the same X,
    asks for `mixed`; curves that are merely smoother are those of `told`, an average.
    The chance of the networks: repeat with other groups of networks.
    Raises InputError as :func:`layer_information` does.
    Source: document 002, section 2.1.1.

    Two networks that say the same in opposite words: known which, all is known; else nothing.

    >>> t = np.array([[[0.0], [1.0]], [[1.0], [0.0]]])
    >>> readings = extended_information(t, [0, 1])
    >>> readings.mixed, readings.told
    (Reading(inputs=0.0, labels=0.0), Reading(inputs=0.693..., labels=0.693...))
    """
    whole("seed", seed, at_least=0)
    t = _activations(t, bins, limits)
    if t.ndim != 3 or not len(t):
        raise InputError(
            f"t has shape {t.shape}: (J, n, d) is accepted, one layer in J >= 1 networks"
        )
    _refuse_missing(t, t.shape[:1], 0)
    j, n, d = t.shape
    y = _dense(_labels(labels, (), n))
    draw = np.random.default_rng(seed).integers(j, size=(n, d))
    drawn = np.take_along_axis(t, draw[None], axis=0)
    # As one layer of (J + 1) n rows they share bins and codes; what was drawn widens no range.
    together = np.concatenate([t, drawn]).reshape(1, (j + 1) * n, d)
    patterns = _patterns(together, bins, limits).reshape(j + 1, n)
    told_x, _, told_y, _ = _information(patterns[:-1], y)
    neurons_x, _, neurons_y, _ = _information(patterns[-1:], y)
    pooled = patterns[:-1].reshape(1, j * n)
    rows = np.arange(n)
    mixed = (_information(pooled, np.tile(v, j))[2].item() for v in (rows, y))
    return Extended(
        Reading(*mixed),
        Reading(float(told_x.mean()), float(told_y.mean())),
        Reading(neurons_x.item(), neurons_y.item()),
    )


def _activations(t: Any, bins: int, limits: Any) -> Array:
    """Checked options, and t as it is: no copy, whatever its size and dtype."""
    if isinstance(limits, str):
        if limits not in ("layer", "unit"):
            raise InputError(f"limits={limits!r}: 'layer', 'unit' and (low, high) are accepted")
        Binning(bins=bins)
    elif limits is None:
        raise InputError("limits=None: 'layer', 'unit' and (low, high) are accepted")
    else:
        Binning(bins=bins, limits=limits)
    a = as_numbers(t, "t")
    if a.ndim < 2 or 0 in a.shape[-2:]:
        raise InputError(
            f"t has shape {a.shape}: (…, n, d) is accepted, n rows of d units, both at least 1; "
            "give a single unit as t[:, None]"
        )
    return a


def _labels(labels: Any, lead: tuple[int, ...], n: int) -> Array:
    a = as_array(labels, "labels")
    if a.shape not in ((n,), (*lead, n)):
        accepted = " or ".join(map(str, dict.fromkeys([(n,), (*lead, n)])))
        raise InputError(f"labels has shape {a.shape}: {accepted} is accepted for this t")
    return as_labels(a.reshape(-1), "labels").reshape(a.shape)


def _refuse_missing(chunk: Array, lead: tuple[int, ...], start: int) -> None:
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


def _patterns(t: Array, bins: int, limits: Range) -> Ints:
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
            codes = _dense(codes)
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
    """Bin numbers of column (c, n): the steps of :class:`Binning`, in place."""
    half = low * 0.5
    width = high * 0.5 - half
    share = np.multiply(column, 0.5, dtype=np.float64)
    share -= half
    with np.errstate(over="ignore"):  # beyond the limits is beyond them
        share /= np.where(width > 0, width, 1)
        share *= bins
    np.clip(share, 0, bins - 1, out=share)
    return share.astype(np.int64)


def _information(patterns: Ints, labels: Ints | None) -> tuple[Floats, Floats, Floats, Floats]:
    """H(T) and I(T; labels) with their standard errors, of codes (c, n): (c,) each.

    labels: (n,) or (c, n) codes >= 0, or None, for which the last two are nan.
    """
    c, n = patterns.shape
    y = np.zeros(n, dtype=np.int64) if labels is None else labels
    bits = int(y.max()).bit_length()
    if int(patterns.max()) >= 2**63 >> bits:
        patterns = _dense(patterns)
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


def _dense(codes: Array) -> Ints:
    """The same codes renumbered 0, 1, 2, … in order, of the same shape."""
    return np.unique(codes, return_inverse=True)[1].reshape(codes.shape)
