"""Variational bounds: functions of scores on joint and on marginal pairs, in nats."""

import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

__all__ = ["DonskerVaradhan", "dv", "dv_test", "log_mean_exp"]


def log_mean_exp(scores: Tensor) -> Tensor:
    """log of the mean of exp(scores) over the last axis, without overflow."""
    return torch.logsumexp(scores, dim=-1) - math.log(scores.shape[-1])


def dv(joint: Tensor, marginal: Tensor) -> Tensor:
    """The Donsker–Varadhan bound on I(X; Z), in nats, one value for each leading index.

    mean f(x, z) over joint pairs - log mean exp f(x, z') over marginal pairs

    joint: (..., n) scores of pairs drawn together; marginal: (..., m) of pairs drawn apart.
    A lower bound for a critic that has not seen these pairs, up to the bias of the logarithm:
    E log mean <= log E mean, so few marginal pairs bias it upwards. Its variance grows like
    exp(I). Adding a constant to every score changes nothing.
    Source: Donsker & Varadhan (1983); Belghazi et al. (2018), eq. 10,
    https://arxiv.org/abs/1801.04062

    >>> import torch
    >>> float(dv(torch.full((5,), 2.0), torch.zeros(7)))
    2.0
    """
    return joint.mean(dim=-1) - log_mean_exp(marginal)


class DonskerVaradhan:
    """The training side of :func:`dv`: its value on a batch and its derivative by the scores.

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

    def step(self, joint: Tensor, marginal: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The bound on a batch (b,), and d loss / d joint and d loss / d marginal (b, m)."""
        m = joint.shape[-1]
        # one kernel: log_softmax is the scores less their logsumexp
        log_shares = torch.log_softmax(marginal, dim=-1)  # (b, m)
        log_mean = marginal[:, 0] - log_shares[:, 0] - math.log(m)  # (b,)
        if self.log_average is None or self._rate == 1:
            self.log_average = log_mean
        else:
            self.log_average = torch.logaddexp(
                self.log_average + math.log1p(-self._rate), log_mean + math.log(self._rate)
            )
        d_joint = torch.full_like(joint, -1 / m)
        d_marginal = torch.exp(log_shares + (log_mean - self.log_average).unsqueeze(-1))
        return joint.mean(dim=-1) - log_mean, d_joint, d_marginal

    def keep(self, rows: Tensor) -> None:
        """Go on with the members `rows` only."""
        if self.log_average is not None:
            self.log_average = self.log_average[rows]


def dv_test(
    joint: npt.NDArray[np.float64], marginal: npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """Value of :func:`dv` on a test set, its standard error, and that of mean exp, relative.

    joint: (n,) scores of row i with row i. marginal: (k, n), entry (s - 1, i) the score of row i
    of x with row i + s modulo n of z, s = 1 … k.
    The standard error is that of the bound of *this* critic at its population value, from the
    influence of each row (the Hájek projection of a two-sample statistic). A row enters the
    first term once and the second twice, as x and as z:

        psi_i = f_i - mean f - (mean_s w[s, i] - 1) - (mean_s w[s, i - s] - 1),

    w = exp(f) / mean exp(f). The k pairs of a row estimate its two conditional means with an
    error of variance var(w) / k each, of which the estimate itself carries only one: the other
    is taken off. Too small where few pairs carry the sum, which a third number above 0.1 tells.

    >>> import numpy as np
    >>> dv_test(np.array([1.0, 3.0]), np.zeros((1, 2)))
    (2.0, 1.0, 0.0)
    """
    k, n = marginal.shape
    top = marginal.max()
    w = np.exp(marginal - top)
    value = joint.mean() - (top + math.log(w.mean()))
    w /= w.mean()
    as_z = np.mean([np.roll(row, s) for s, row in enumerate(w, start=1)], axis=0)
    mean_exp = w.mean(axis=0) + as_z - 2  # (n,)
    excess = w.var() / k
    psi = joint - joint.mean() - mean_exp
    # both are estimates: what is taken off stays below half of the whole
    variance = max(psi.var() - excess, psi.var() / 2)
    relative = max(mean_exp.var() - excess, mean_exp.var() / 2)
    return float(value), math.sqrt(variance / (n - 1)), math.sqrt(relative / (n - 1))
