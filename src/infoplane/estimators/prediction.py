"""Information in a prediction that is drawn from a network's output distribution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import entr, xlogy

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples
from infoplane.inputs.arrays import Array

__all__ = ["Prediction", "no_distribution"]

ROUNDING = 1e-3  # how far a row of probabilities may be from the sum 1, float16 included


@dataclass(frozen=True)
class Prediction(Estimator):
    """I(X; Yhat), in nats, for Yhat drawn from the distribution that a network gives for x.

        I(X; Yhat) = H(mean_i p_i) - mean_i H(p_i) = mean_i KL(p_i | mean_j p_j)

    with p_i the distribution of row i. A classifier is a channel from x to classes, so this is
    no matter of bins or noise: it is computed. Equal rows of x are one symbol, whose
    distribution is the mean of theirs; labels in place of x give I(Y; Yhat), which is at most
    I(X; Yhat), as Y - X - Yhat is a Markov chain.

    x: (n,) or (n, dx); second argument: (n, classes) probabilities. Range: [0, log classes].
    Standard error: of the mean over the rows, for the chance of the sample.
    Wrong when: labels have few rows each; then I(Y; Yhat) is biased up, by at most
    (classes - 1)(labels - 1) / 2n to first order.
    For Python: the second argument is a network's output, hardly a file of samples, and so the
    command line does not list it.
    Raises InputError for rows that are no distribution.
    Source: Cover & Thomas (2006), Elements of information theory, section 2.4

    >>> certain, y = np.eye(2)[[0, 1, 0, 1]], [0, 1, 0, 1]
    >>> [Prediction().estimate(y, p).value for p in (certain, np.full((4, 2), 0.5))]
    [0.693..., 0.0]
    """

    name: ClassVar[str] = "prediction"
    min_samples: ClassVar[int] = 2
    whole_layers: ClassVar[bool] = True
    draws_z: ClassVar[bool] = True

    def ceiling(self, n: int, *, units: int) -> float:
        """log units: no more than the name of a class."""
        return math.log(units)

    def harmless_layer(self, n: int) -> Array:
        return np.ones((n, 1))

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        if "z" in samples.text:
            raise InputError("z holds text: give probabilities, one column a class")
        p = samples.z.astype(np.float64)
        if told := no_distribution(p):
            raise InputError(
                f"probabilities {told}: give the network's output after its softmax, one column a "
                "class"
            )
        p = p.clip(0, None)
        return Samples(samples.x, p / p.sum(axis=1, keepdims=True), samples.text)

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, npt.NDArray[np.float64]]]:
        p = samples.z
        symbol = np.unique(samples.x, axis=0, return_inverse=True)[1].reshape(-1)
        of_symbol = np.zeros((int(symbol.max()) + 1, p.shape[1]))
        np.add.at(of_symbol, symbol, p)
        of_symbol /= np.bincount(symbol)[:, None]
        value = float(entr(p.mean(axis=0)).sum() - entr(of_symbol).sum(axis=1)[symbol].mean())
        # The terms of the mean: 0 log 0 = 0, and a class that no row predicts has no part.
        terms = (xlogy(p, of_symbol[symbol]) - xlogy(p, p.mean(axis=0))).sum(axis=1)
        return value, float(terms.std(ddof=1)) / len(p) ** 0.5, (), {}


def no_distribution(p: npt.NDArray[np.float64]) -> str:
    """Why the rows of p (n, classes) are no distributions, in words; empty where they are."""
    off = float(np.abs(p.sum(axis=1) - 1).max())
    if off <= ROUNDING and float(p.min()) >= -ROUNDING:
        return ""
    return f"reach down to {p.min():.3g} and a row's sum is {off:.3g} away from 1"
