"""Objectives: the bounds as a critic is trained on them, with their derivatives by the scores.

b members at once, in the layout of :mod:`infoplane.estimators.neural.bounds`: joint (b, m),
marginal (b, k, m). No member influences another. The derivatives are written out instead of
recorded: on small batches autograd costs as much as the arithmetic.
"""

import math
import numbers
from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.neural import bounds
from infoplane.estimators.neural.influence import Together

__all__ = [
    "NWJ",
    "Bound",
    "DonskerVaradhan",
    "InfoNCE",
    "JensenShannon",
    "Smile",
]

# A share of the gradient that is none. What float32 holds below 1e-38 would make every product
# behind it four times as slow.
NOTHING = 1e-30

Floats = npt.NDArray[np.float64]
Step = tuple[Tensor, Tensor, Tensor]


class Bound(ABC):
    """What a critic is trained on, what it is judged by, and what its test set says."""

    @abstractmethod
    def step(self, joint: Tensor, marginal: Tensor) -> Step:
        """The bound on a batch (b,), and d loss / d joint (b, m) and d loss / d marginal (b, k, m).

        The loss is minus what is raised, which need not be the bound itself.
        """

    @abstractmethod
    def value(self, joint: Tensor, marginal: Tensor) -> Tensor:
        """The bound (b,) on held-out scores, over the whole set at once."""

    @abstractmethod
    def test(
        self, joint: Floats, marginal: Floats, together: Together | None = None
    ) -> tuple[float, float, float]:
        """Value, standard error and relative standard error of mean exp, for one member.

        joint: (n,); marginal: (k, n); together: the groups of rows, if any; see
        :func:`infoplane.estimators.neural.bounds.dv_test`.
        """

    def keep(self, rows: Tensor) -> None:  # noqa: B027  most bounds remember nothing
        """Go on with the members `rows` only."""

    def ceiling(self, shifts: int, n: int) -> tuple[float, str]:
        """The largest value that `shifts` derangements of n rows can show, and its name."""
        return math.inf, "infinity"


class DonskerVaradhan(Bound):
    """The training side of :func:`~infoplane.estimators.neural.bounds.dv`.

    The gradient of log mean exp is a ratio of two batch means, hence biased. MINE replaces the
    denominator by a moving average (Belghazi et al. 2018, eq. 12):

        loss = -(mean f_joint - mean exp(f_marginal) / average)

    The average lives in the log domain, so that scores of 1000 do no harm, and takes the current
    batch in before it divides, so that the ratio is at most 1 / rate. With rate 1 the average is
    the batch and the gradient is the plain one, as it is with `rate=None`.
    """

    def __init__(self, rate: float | None) -> None:
        self._rate = 1.0 if rate is None else rate
        self.log_average: Tensor | None = None  # (b,)

    def step(self, joint: Tensor, marginal: Tensor) -> Step:
        scores = marginal.flatten(1)  # (b, k m); a view where k is 1
        # one kernel: log_softmax is the scores less their logsumexp
        log_shares = torch.log_softmax(scores, dim=-1)
        log_mean = scores[:, 0] - log_shares[:, 0] - math.log(scores.shape[1])  # (b,)
        if self.log_average is None or self._rate == 1:
            self.log_average = log_mean
        else:
            self.log_average = torch.logaddexp(
                self.log_average + math.log1p(-self._rate), log_mean + math.log(self._rate)
            )
        d_joint = torch.full_like(joint, -1 / joint.shape[1])
        d_marginal = torch.exp(log_shares + (log_mean - self.log_average).unsqueeze(-1))
        return joint.mean(dim=-1) - log_mean, d_joint, _cut(d_marginal).view(marginal.shape)

    def value(self, joint: Tensor, marginal: Tensor) -> Tensor:
        return bounds.dv(joint, marginal)

    def test(
        self, joint: Floats, marginal: Floats, together: Together | None = None
    ) -> tuple[float, float, float]:
        return bounds.dv_test(joint, marginal, together)

    def keep(self, rows: Tensor) -> None:
        if self.log_average is not None:
            self.log_average = self.log_average[rows]

    def ceiling(self, shifts: int, n: int) -> tuple[float, str]:
        """log of the number of marginal pairs: so many cannot vouch for more."""
        return _log(shifts * n)


class NWJ(Bound):
    """The training side of :func:`~infoplane.estimators.neural.bounds.nwj`."""

    def step(self, joint: Tensor, marginal: Tensor) -> Step:
        m, pairs = joint.shape[1], marginal[0].numel()
        # that of a tangent above STEEPEST, where exp would overflow float32 or its square in the
        # norm of the gradient; not zero, so that such a pair is still pushed down
        d_marginal = torch.exp((marginal - 1).clamp(max=bounds.STEEPEST)) / pairs
        return bounds.nwj(joint, marginal), torch.full_like(joint, -1 / m), _cut(d_marginal)

    def value(self, joint: Tensor, marginal: Tensor) -> Tensor:
        return bounds.nwj(joint, marginal)

    def test(
        self, joint: Floats, marginal: Floats, together: Together | None = None
    ) -> tuple[float, float, float]:
        return bounds.nwj_test(joint, marginal, together)


class InfoNCE(Bound):
    """The training side of :func:`~infoplane.estimators.neural.bounds.infonce`."""

    def step(self, joint: Tensor, marginal: Tensor) -> Step:
        m = joint.shape[1]
        # (b, k + 1, m): how much each pair of a row of x has of that row's sum
        log_shares = torch.log_softmax(torch.cat([joint.unsqueeze(1), marginal], dim=1), dim=1)
        value = log_shares[:, 0].mean(dim=-1) + math.log(log_shares.shape[1])
        d_scores = _cut(torch.exp(log_shares) / m)
        return value, d_scores[:, 0] - 1 / m, d_scores[:, 1:]

    def value(self, joint: Tensor, marginal: Tensor) -> Tensor:
        return bounds.infonce(joint, marginal)

    def test(
        self, joint: Floats, marginal: Floats, together: Together | None = None
    ) -> tuple[float, float, float]:
        return bounds.infonce_test(joint, marginal, together)

    def ceiling(self, shifts: int, n: int) -> tuple[float, str]:
        """log(shifts + 1), that of perfect recognition."""
        return _log(shifts + 1)


class JensenShannon(Bound):
    """Trained on the Jensen–Shannon objective, judged by its bound.

    See :func:`~infoplane.estimators.neural.bounds.js`. The objective's gradient knows no
    exponential, and its optimum is the log density ratio.
    """

    def step(self, joint: Tensor, marginal: Tensor) -> Step:
        return self.value(joint, marginal), *_jensen_shannon_gradient(joint, marginal)

    def value(self, joint: Tensor, marginal: Tensor) -> Tensor:
        return bounds.js(joint, marginal)

    def test(
        self, joint: Floats, marginal: Floats, together: Together | None = None
    ) -> tuple[float, float, float]:
        return bounds.js_test(joint, marginal, together)


class Smile(Bound):
    """Trained on the Jensen–Shannon objective, judged by SMILE, which is no bound.

    The gradient is not that of :func:`~infoplane.estimators.neural.bounds.smile`: what is clipped
    has none. Song & Ermon (2020) train so too, in `smile_lower_bound` of
    https://github.com/ermongroup/smile-mi-estimator.
    tau: where log density ratios of marginal pairs are clipped, > 0; inf clips nothing.
    """

    def __init__(self, tau: float = 5.0) -> None:
        given: object = tau
        number = isinstance(given, numbers.Real) and not isinstance(given, bool)
        if not number or not (0 < tau <= 1e30 or tau == math.inf):  # nan is neither
            raise InputError(
                f"tau={tau!r} is not accepted: pass a number > 0, such as 5, or inf for no clipping"
            )
        self.tau = float(tau)

    def step(self, joint: Tensor, marginal: Tensor) -> Step:
        return self.value(joint, marginal), *_jensen_shannon_gradient(joint, marginal)

    def value(self, joint: Tensor, marginal: Tensor) -> Tensor:
        return bounds.smile(joint, marginal, self.tau)

    def test(
        self, joint: Floats, marginal: Floats, together: Together | None = None
    ) -> tuple[float, float, float]:
        return bounds.smile_test(joint, marginal, self.tau, together)

    def ceiling(self, shifts: int, n: int) -> tuple[float, str]:
        """That of dv where exp(tau) exceeds the number of pairs; none where it does not.

        The joint term is not clipped, and about exp(tau) pairs tell the clipped mean: with more
        of them nothing depends on their number.
        """
        return _log(shifts * n) if self.tau > math.log(shifts * n) else super().ceiling(shifts, n)


def _jensen_shannon_gradient(joint: Tensor, marginal: Tensor) -> tuple[Tensor, Tensor]:
    """Derivatives of minus :func:`~infoplane.estimators.neural.bounds.jensen_shannon`."""
    d_joint = torch.sigmoid(-joint) / -joint.shape[1]
    return d_joint, _cut(torch.sigmoid(marginal) / marginal[0].numel())


def _cut(shares: Tensor) -> Tensor:
    """Shares of a gradient, those next to nothing replaced by 0 in place."""
    return torch.threshold_(shares, NOTHING, 0.0)


def _log(pairs: int) -> tuple[float, str]:
    return math.log(pairs), f"log {pairs}"
