"""Binned information of one layer over several trainings, in three readings."""

from typing import Any, NamedTuple

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.bins import dense
from infoplane.estimators.patterns import (
    Range,
    as_layers,
    counted,
    labels_of,
    patterns_of,
    refuse_missing,
)
from infoplane.inputs.options import whole

__all__ = ["Extended", "Reading", "extended_information"]


class Reading(NamedTuple):
    """One reading of a layer: I(X;T) and I(T;Y), in nats."""

    inputs: float
    labels: float


class Extended(NamedTuple):
    """Three readings of one layer in several networks: :func:`extended_information`."""

    mixed: Reading
    told: Reading
    neurons: Reading


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
      :func:`~infoplane.estimators.patterns.layer_information`.
    * neurons: each neuron's activation from a network drawn for it alone, one draw for each row
      (`seed`); then counted as if the layer were deterministic: I(X;T) is H(T).

    t: (J, n, d), and bins and limits, as in `layer_information`; labels: (n,) integers. All
    networks share the bins: "layer" and "unit" are ranges over all of them, or one pattern would
    not mean the same in two networks. `told` is therefore the mean for those bins.
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
    Raises InputError as `layer_information` does.
    Source: document 002, section 2.1.1.

    Two networks that say the same in opposite words: known which, all is known; else nothing.

    >>> t = np.array([[[0.0], [1.0]], [[1.0], [0.0]]])
    >>> readings = extended_information(t, [0, 1])
    >>> readings.mixed, readings.told
    (Reading(inputs=0.0, labels=0.0), Reading(inputs=0.693..., labels=0.693...))
    """
    whole("seed", seed, at_least=0)
    t = as_layers(t, bins, limits)
    if t.ndim != 3 or not len(t):
        raise InputError(
            f"t has shape {t.shape}: (J, n, d) is accepted, one layer in J >= 1 networks"
        )
    refuse_missing(t, t.shape[:1], 0)
    j, n, d = t.shape
    y = dense(labels_of(labels, (), n))
    draw = np.random.default_rng(seed).integers(j, size=(n, d))
    drawn = np.take_along_axis(t, draw[None], axis=0)
    # As one layer of (J + 1) n rows they share bins and codes; what was drawn widens no range.
    together = np.concatenate([t, drawn]).reshape(1, (j + 1) * n, d)
    patterns = patterns_of(together, bins, limits).reshape(j + 1, n)
    told_x, _, told_y, _ = counted(patterns[:-1], y)
    neurons_x, _, neurons_y, _ = counted(patterns[-1:], y)
    pooled = patterns[:-1].reshape(1, j * n)
    rows = np.arange(n)
    mixed = (counted(pooled, np.tile(v, j))[2].item() for v in (rows, y))
    return Extended(
        Reading(*mixed),
        Reading(float(told_x.mean()), float(told_y.mean())),
        Reading(neurons_x.item(), neurons_y.item()),
    )
