"""I(X;T) and I(T;Y) of many layers by any estimator: what it is asked, and what of it is kept."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, check_batch
from infoplane.estimators.estimate import Estimate
from infoplane.inputs.arrays import Array
from infoplane.inputs.options import check_device, whole
from infoplane.plane.sides import QUANTITIES, Sides, finite

__all__ = ["estimate_layers", "estimates", "members_at_once"]

# Bytes of float64 samples that one call of an estimator is given.
MEMORY = 2**28

Pair = tuple[Any, Any]


def estimate_layers(
    estimator: Estimator,
    x: Any,
    t: Any,
    y: Any,
    *,
    seeds: Sequence[int],
    device: str = "cpu",
    quantities: Sequence[str] | None = None,
) -> tuple[list[Estimate], list[Estimate]]:
    """I(X; T) and I(T; Y), in nats, of b layers of one width: two lists of b estimates.

    x: (n, …) inputs, the same for all; t: (b, n, d) activations; y: (n,) labels, or None, and
    the second list is empty. seeds: one a layer. quantities: those wanted, both by default.

    What is asked of the estimator is its own matter (:class:`~infoplane.estimators.Estimator`):

    * Binning without limits cuts the range of the *layer*, from its least to its greatest
      activation, not that of each unit, so that a unit or layer that is dead lies in one bin and
      brings nothing. Equal rows of x are one symbol; where no two are equal, I(X; T) = H(T).
      Without mode="mass" and correction these are the counts of
      :func:`infoplane.estimators.patterns.layer_information`.
    * Exact and AAMINE add their noise to T: (x, t) and (y, t). AAMINE takes form="input" for the
      labels, since "pair" looks at the layer alone. Prediction takes T for a distribution.
    * all others: (x, t) and (t, y). Units and columns of x that are constant are left out: they
      carry nothing, and many estimators refuse them. A layer that is constant altogether has
      I = 0, and the estimator is not asked; its warnings say so, as they do of units left out.
      A layer that the estimator refuses (ties, say) is nan, and its warnings say why.

    Raises InputError at once for what lies not in a layer: options that do not suit x, y or n.

    >>> from infoplane.estimators import Binning
    >>> t = np.array([[[0.0], [0.0], [1.0], [1.0]]])
    >>> of_x, of_y = estimate_layers(Binning(), np.arange(4), t, [0, 1, 0, 1], seeds=[0])
    >>> of_x[0].value, of_y[0].value  # log 2, 0
    (0.693..., 0.0)
    """
    t, sides = finite(t, "t"), Sides.of(x, y)
    if t.ndim != 3 or t.shape[1] != sides.n or 0 in t.shape:
        raise InputError(
            f"t has shape {t.shape}: (b, {sides.n}, d) is accepted, as x has {sides.n} rows"
        )
    check_batch(t, t, seeds)
    if quantities is None:
        quantities = QUANTITIES if y is not None else QUANTITIES[:1]
    lists: dict[str, list[Estimate]] = {quantity: [] for quantity in QUANTITIES}
    step = members_at_once(sides.n, t.shape[2] + sides.width)
    for i in range(0, len(t), step):
        part = slice(i, i + step)
        options: dict[str, Any] = {"quantities": quantities, "seeds": seeds[part]}
        found = estimates(estimator, sides, t[part], device=device, **options)
        for quantity, some in found.items():
            lists[quantity] += some
    return lists[QUANTITIES[0]], lists[QUANTITIES[1]]


def members_at_once(n: int, columns: int) -> int:
    """How many problems of n rows and so many columns one call may be given."""
    return max(1, MEMORY // (8 * n * columns))


def estimates(
    estimator: Estimator,
    sides: Sides,
    t: Array,
    *,
    quantities: Sequence[str],
    seeds: Sequence[int],
    device: str,
) -> dict[str, list[Estimate]]:
    """Each quantity of t (b, n, d) in one call, as :func:`estimate_layers` says."""
    _check(estimator, sides, quantities, seeds, device)
    x, y = (sides.codes(q) if q in quantities else None for q in QUANTITIES)
    at_once = estimator.estimate_layers(t, x, y, seeds=seeds, device=device)
    if at_once is not None:
        found = dict(zip(QUANTITIES, at_once, strict=True))
        return {quantity: found[quantity] for quantity in quantities}
    _refuse(estimator, sides, quantities)
    return {q: _asked(*_roles(estimator, sides, q), t, seeds, device) for q in quantities}


def _check(
    estimator: Estimator,
    sides: Sides,
    quantities: Sequence[str],
    seeds: Sequence[int],
    device: str,
) -> None:
    if not isinstance(estimator, Estimator):
        raise InputError(
            f"estimator={estimator!r} is no estimator: pass one, such as "
            "Exact(noise_std=1.0, relative=True)"
        )
    check_device(device)
    for seed in seeds:
        whole("seed", seed, at_least=0)
    if isinstance(quantities, str) or not set(quantities) or set(quantities) - set(QUANTITIES):
        raise InputError(
            f"quantities={quantities!r} is not accepted: pass a list of "
            f"{' and '.join(map(repr, QUANTITIES))}"
        )
    if sides.y is None and QUANTITIES[1] in quantities:
        raise InputError(
            "quantities has 'I(T;Y)', and there is no y: give labels, or pass quantities=['I(X;T)']"
        )


def _refuse(estimator: Estimator, sides: Sides, quantities: Sequence[str]) -> None:
    """What is refused beside a layer that cannot be to blame is refused for all."""
    errors: dict[str, InputError] = {}
    for quantity in quantities:
        asked, pair = _roles(estimator, sides, quantity)
        try:
            asked.check(*pair(asked.harmless_layer(sides.n)))
        except InputError as error:
            errors[quantity] = error
    for quantity, refused in errors.items():
        rest = [other for other in QUANTITIES if other in quantities and other not in errors]
        advice = f"; or leave it out, quantities={rest}" if rest else ""
        raise InputError(f"{quantity}: {refused}{advice}") from refused


def _roles(
    estimator: Estimator, sides: Sides, quantity: str
) -> tuple[Estimator, Callable[[Array], Pair]]:
    """The estimator as it is asked for a quantity, and of a layer what it is given."""
    of_y = quantity == QUANTITIES[1]
    if of_y:
        estimator = estimator.for_labels()
    other: Array | None = sides.codes(quantity)
    layer_first = of_y and not estimator.whole_layers
    if layer_first:
        other = sides.labels
    elif estimator.reads_inputs and not of_y:
        other = sides.varying
    return estimator, lambda layer: (layer, other) if layer_first else (other, layer)


def _asked(
    estimator: Estimator,
    pair: Callable[[Array], Pair],
    t: Array,
    seeds: Sequence[int],
    device: str,
) -> list[Estimate]:
    """By the estimator, whatever it is; constant and refused layers as estimate_layers says."""
    found: dict[int, Estimate] = {}
    pairs: dict[int, Pair] = {}
    left_out: dict[int, str] = {}
    for i, layer in enumerate(t):
        if not estimator.whole_layers:
            varies = layer.min(axis=0) != layer.max(axis=0)
            if not varies.any():
                told = "the layer is constant: 0 by definition, the estimator was not asked"
                found[i] = estimator.unasked(0.0, told, n=len(layer), seed=seeds[i])
                continue
            if not varies.all():
                layer = layer[:, varies]
                dead = f"{np.sum(~varies)} of {len(varies)} units"
                left_out[i] = f"{dead} are constant and were left out"
        pairs[i] = pair(layer)
    found |= _solved(estimator, pairs, seeds, device)
    for i, told in left_out.items():
        found[i] = replace(found[i], warnings=(*found[i].warnings, told))
    return [found[i] for i in range(len(t))]


def _solved(
    estimator: Estimator, pairs: dict[int, Pair], seeds: Sequence[int], device: str
) -> dict[int, Estimate]:
    """One batch of what the estimator accepts, and nan with the reason for the rest."""
    found: dict[int, Estimate] = {}

    def refused(i: int, error: InputError) -> Estimate:
        return estimator.unasked(math.nan, str(error), n=len(pairs[i][0]), seed=seeds[i])

    for i, pair in pairs.items():
        try:
            estimator.check(*pair)
        except InputError as error:
            found[i] = refused(i, error)
    accepted = [i for i in pairs if i not in found]
    if not accepted:
        return found
    left, right = zip(*(pairs[i] for i in accepted), strict=True)
    of_accepted = [seeds[i] for i in accepted]
    try:
        batch = estimator.estimate_batch(left, right, seeds=of_accepted, device=device)
        return found | dict(zip(accepted, batch, strict=True))
    except InputError:  # of one of them, found only on the way: the others are not to blame
        for i in accepted:
            try:
                found[i] = estimator.estimate(*pairs[i], seed=seeds[i], device=device)
            except InputError as error:
                found[i] = refused(i, error)
    return found
