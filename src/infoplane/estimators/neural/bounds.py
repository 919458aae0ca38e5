"""Variational bounds: functions of scores on joint and on marginal pairs, in nats.

joint: (..., m), the score of row i of x with row i of z. marginal: (..., k, m), entry (s - 1, i)
that of row i of x with row i + s modulo m of z, s = 1 … k < m, so that no row meets itself. One
value comes back for each leading index. All but :func:`infonce` take a mean over all marginal
pairs and accept them in any shape after the leading axes.

Each bound has a second function for a test set, in NumPy and float64, which gives with the value
its standard error and whether to trust it; :func:`dv_test` says how and why.
"""

import math

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import logsumexp
from torch import Tensor
from torch.nn.functional import softplus

from infoplane.estimators.neural.influence import Together, errors, standard_error

__all__ = [
    "dv",
    "dv_test",
    "infonce",
    "infonce_test",
    "jensen_shannon",
    "js",
    "js_test",
    "log_mean_exp",
    "nwj",
    "nwj_test",
    "smile",
    "smile_test",
]

Floats = npt.NDArray[np.float64]

# Where the exponential of nwj and js goes on as its tangent. A log density ratio of 30 comes once
# in e^30 = 10^13 marginal pairs; a critic that gives it to any pair is worth minus millions of
# nats either way, and its gradient has squares that float32 can still add up.
STEEPEST = 30.0


def log_mean_exp(scores: Tensor) -> Tensor:
    """log of the mean of exp(scores) over the last axis, without overflow."""
    return torch.logsumexp(scores, dim=-1) - math.log(scores.shape[-1])


def dv(joint: Tensor, marginal: Tensor) -> Tensor:
    """The Donsker–Varadhan bound on I(X; Z), in nats, one value for each leading index.

    mean f(x, z) over joint pairs - log mean exp f(x, z') over marginal pairs

    joint: (..., m) scores of pairs drawn together; marginal: (..., k, m) of pairs drawn apart.
    A lower bound for a critic that has not seen these pairs, up to the bias of the logarithm:
    E log mean <= log E mean, so few marginal pairs bias it upwards. Its variance grows like
    exp(I). Adding a constant to every score changes nothing.
    Source: Donsker & Varadhan (1983); Belghazi et al. (2018), eq. 10,
    https://arxiv.org/abs/1801.04062

    >>> import torch
    >>> round(float(dv(torch.full((5,), 2.0), torch.zeros(7))), 4)
    2.0
    """
    return joint.mean(dim=-1) - log_mean_exp(_pairs(joint, marginal))


def nwj(joint: Tensor, marginal: Tensor) -> Tensor:
    """The bound of Nguyen, Wainwright & Jordan on I(X; Z), in nats, one value a leading index.

    mean f(x, z) over joint pairs - mean exp(f(x, z') - 1) over marginal pairs

    joint: (..., m); marginal: (..., k, m). A lower bound for a critic that has not seen these
    pairs, without bias, and never above :func:`dv` of the same scores, as log t <= t - 1. Tight
    at f = 1 + log density ratio only: the level of the scores counts. Its variance grows like
    exp(I). Where f - 1 exceeds 30 the exponential goes on as its tangent, so that nothing
    overflows; the value is hopeless there either way.
    Source: Nguyen, Wainwright & Jordan (2010), https://arxiv.org/abs/0809.0853; in this form
    Poole et al. (2019), section 2, https://arxiv.org/abs/1905.06922

    >>> import torch
    >>> round(float(nwj(torch.full((5,), 3.0), torch.ones(2, 5))), 4)
    2.0
    """
    scores = _pairs(joint, marginal) - 1
    tame = scores.clamp(max=STEEPEST)
    return joint.mean(dim=-1) - (tame.exp() * (1 + scores - tame)).mean(dim=-1)


def infonce(joint: Tensor, marginal: Tensor) -> Tensor:
    """The InfoNCE bound on I(X; Z), in nats, one value for each leading index.

    mean over i of f_i - log ((exp f_i + sum_s exp f'[s, i]) / (k + 1))

    joint: (..., m), f_i; marginal: (..., k, m), f'[s, i]. Row i of x is to recognise its own z
    among k others. A lower bound for a critic that has not seen these pairs, with little
    variance and without bias for its own k, but never above log(k + 1), whatever I is; it grows
    with k. Adding a function of x to every score changes nothing.
    Source: van den Oord et al. (2018), https://arxiv.org/abs/1807.03748; Poole et al. (2019),
    section 2, https://arxiv.org/abs/1905.06922

    >>> import torch
    >>> round(float(infonce(torch.full((5,), 1e3), torch.zeros(3, 5))), 4)  # log 4
    1.3863
    """
    scores = torch.cat([joint.unsqueeze(-2), marginal], dim=-2)  # (..., k + 1, m)
    log_share = joint - torch.logsumexp(scores, dim=-2)
    return log_share.mean(dim=-1) + math.log(scores.shape[-2])


def smile(joint: Tensor, marginal: Tensor, tau: float) -> Tensor:
    """SMILE, an estimate of I(X; Z) in nats and *no bound*, one value for each leading index.

    mean f(x, z) over joint pairs - log mean exp clip(f(x, z'), -tau, tau) over marginal pairs

    joint: (..., m); marginal: (..., k, m); tau > 0; tau = inf is :func:`dv`. The clipping limits
    the variance of a pair's exponential to exp(2 tau) / 4, whatever I is. Its price is a bias:
    upwards where density ratios exceed exp(tau), as the clipped mean falls short of the true one,
    so that the value can exceed I at any sample size; downwards, by exp(-tau) at most, where they
    lie below exp(-tau). The level of the scores counts: they should be log density ratios.
    Source: Song & Ermon (2020), https://arxiv.org/abs/1910.06222

    >>> import torch
    >>> round(float(smile(torch.full((5,), 2.0), torch.full((2, 5), 9.0), tau=1.0)), 4)
    1.0
    """
    return dv(joint, marginal.clamp(-tau, tau))


def js(joint: Tensor, marginal: Tensor) -> Tensor:
    """The bound on I(X; Z) of a critic f that is a log density ratio, in nats: nwj of f + 1.

    1 + mean f(x, z) over joint pairs - mean exp f(x, z') over marginal pairs

    joint: (..., m); marginal: (..., k, m). The value for a critic trained on
    :func:`jensen_shannon`, whose optimum is the log density ratio; plugged in where nwj expects
    its own optimum, which is larger by 1. Otherwise as :func:`nwj`.
    Source: Poole et al. (2019), section 2, "From density ratio estimators to bounds",
    https://arxiv.org/abs/1905.06922

    >>> import torch
    >>> round(float(js(torch.full((5,), 2.0), torch.zeros(2, 5))), 4)
    2.0
    """
    return nwj(joint + 1, marginal + 1)


def jensen_shannon(joint: Tensor, marginal: Tensor) -> Tensor:
    """The Jensen–Shannon objective: what is raised to train a critic, *no bound on I(X; Z)*.

    -mean softplus(-f(x, z)) over joint pairs - mean softplus(f(x, z')) over marginal pairs

    joint: (..., m); marginal: (..., k, m). The log likelihood of telling joint from marginal
    pairs, at most 0. Its optimum is f = log density ratio, where it is 2 JSD - log 4; scores of
    any size leave its gradient within 1.
    Source: Nowozin et al. (2016), https://arxiv.org/abs/1606.00709

    >>> import torch
    >>> round(float(jensen_shannon(torch.zeros(5), torch.zeros(2, 5))), 4)  # -log 4
    -1.3863
    """
    return -softplus(-joint).mean(dim=-1) - softplus(_pairs(joint, marginal)).mean(dim=-1)


def _pairs(joint: Tensor, marginal: Tensor) -> Tensor:
    """Marginal scores with one last axis for all pairs of a leading index."""
    return marginal.flatten(joint.dim() - 1)


def dv_test(
    joint: Floats, marginal: Floats, together: Together | None = None
) -> tuple[float, float, float]:
    """Value of :func:`dv` on a test set, its standard error, and that of mean exp, relative.

    joint: (n,) scores of row i with row i. marginal: (k, n), entry (s - 1, i) the score of row i
    of x with row i + s modulo n of z, s = 1 … k. together: where rows belong together, their
    groups, and other shifts in place of these; then the standard error is that of groups.
    The standard error is that of the bound of *this* critic at its population value, from the
    influence of each row (the Hájek projection of a two-sample statistic). A row enters the
    first term once and the second twice, as x and as z:

        psi_i = f_i - mean f - (mean_s w[s, i] - 1) - (mean_s w[s, i - s] - 1),

    w = exp(f) / mean exp(f). The k pairs of a row estimate its two conditional means with an
    error of variance var(w) / k more than the estimate itself carries: that is taken off. Too
    small where few pairs carry the sum, which a third number above 0.1 tells.

    >>> import numpy as np
    >>> np.round(dv_test(np.array([1.0, 3.0]), np.zeros((1, 2))), 6)
    array([2., 1., 0.])
    """
    log_mean, w = _shares(marginal)
    return float(joint.mean() - log_mean), *errors(joint, w, 1.0, together)


def nwj_test(
    joint: Floats, marginal: Floats, together: Together | None = None
) -> tuple[float, float, float]:
    """Value of :func:`nwj` on a test set, its standard error, and that of mean exp, relative.

    As :func:`dv_test`, with the mean itself in place of its logarithm: w, the share of a pair in
    mean exp, counts mean exp(f' - 1) times.

    >>> import numpy as np
    >>> np.round(nwj_test(np.array([1.0, 3.0]), np.ones((1, 2))), 6)
    array([1., 1., 0.])
    """
    scores = marginal - 1
    tame = np.minimum(scores, STEEPEST)
    # the tangent of exp at `tame`, in the log domain
    log_mean, w = _shares(tame + np.log1p(scores - tame))
    mean = math.exp(log_mean)
    return float(joint.mean() - mean), *errors(joint, w, mean, together)


def js_test(
    joint: Floats, marginal: Floats, together: Together | None = None
) -> tuple[float, float, float]:
    """Value of :func:`js` on a test set, its standard error, and that of mean exp, relative."""
    return nwj_test(joint + 1, marginal + 1, together)


def smile_test(
    joint: Floats, marginal: Floats, tau: float, together: Together | None = None
) -> tuple[float, float, float]:
    """Value of :func:`smile` on a test set, its standard error, and that of the clipped mean exp.

    As :func:`dv_test`. The standard error is that at the population value of the clipped term:
    the bias of clipping is not in it.
    """
    return dv_test(joint, marginal.clip(-tau, tau), together)


def infonce_test(
    joint: Floats, marginal: Floats, together: Together | None = None
) -> tuple[float, float, float]:
    """Value of :func:`infonce` on a test set, its standard error, and 0.

    joint: (n,); marginal: (k, n), laid out as in :func:`dv_test`. Both are for this k. No mean of
    exponentials stands alone here, so there is none whose standard error could tell more.
    Row i gives l_i = log((k + 1) p_i), p_i the share of its own pair among the k + 1 of its x,
    and lends its z to k others. To l of row i - s that z adds log(1 - p[s, i - s]); what l would
    be without it does not depend on z_i, hence adds nothing to the projection, and

        psi_i = l_i - mean l + q_i - mean q,   q_i = sum_s log(1 - p[s, i - s]).

    For many pairs q_i is -sum_s p[s, i - s], as the derivative says; for k = 1 it is l of the row
    before. The noise of single pairs, k var log(1 - p), is taken off as in :func:`dv_test`.

    >>> import numpy as np
    >>> np.allclose(infonce_test(np.zeros(3), np.zeros((2, 3))), 0, atol=1e-6)
    True
    """
    scores = np.concatenate([joint[None], marginal])  # (k + 1, n)
    log_sum = logsumexp(scores, axis=0)  # (n,)
    log_share = joint - log_sum + math.log(len(scores))
    # 1 - p of the largest from the sum of the others: p may be 1 to the last digit
    largest = marginal.argmax(axis=0)[None]
    p = np.exp(marginal - log_sum)
    np.put_along_axis(p, largest, 0.0, axis=0)
    np.put_along_axis(scores[1:], largest, -np.inf, axis=0)
    left_out = np.log1p(-p)
    np.put_along_axis(left_out, largest, (logsumexp(scores, axis=0) - log_sum)[None], axis=0)
    return float(log_share.mean()), standard_error(log_share, left_out, together), 0.0


def _shares(scores: Floats) -> tuple[float, Floats]:
    """log mean exp of scores (k, n), and the share of each pair in that mean, 1 on average."""
    top = scores.max()
    w = np.exp(scores - top)
    return float(top + math.log(w.mean())), w / w.mean()
