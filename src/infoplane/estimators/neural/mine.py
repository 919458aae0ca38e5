"""Variational estimators by name: each a bound and its defaults, the rest is shared."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from infoplane.errors import InputError
from infoplane.estimators.neural import objectives
from infoplane.estimators.neural.estimator import NeuralEstimator
from infoplane.estimators.neural.objectives import Bound
from infoplane.inputs.options import flag, within

__all__ = ["JS", "MINE", "NWJ", "SMILE", "InfoNCE", "NeuralEstimator", "by_bound"]


@dataclass(frozen=True)
class MINE(NeuralEstimator):
    """Mutual information neural estimation: a lower bound on I(X; Z) by a trained critic, in nats.

    I(X; Z) >= mean f(x, z) - log mean exp f(x, z'),  f raised over networks by gradient ascent

    Input, splits, history and the options common to all bounds: :class:`NeuralEstimator`.

    | option | default | why |
    |---|---|---|
    | bias_correction | True | Belghazi et al. (2018), section 3.2; see below |
    | ema_rate | 0.01 | a mean over 100 batches; 0.1 lost 0.25 nats of held-out bound |

    The correction and `clip` are at odds: the corrected gradient is right on average by rare long
    steps, which a clip cuts (chapter 03 measures both). At the default batch neither is decisive:
    without the correction the validation bound was 0.1 nats higher at d = 20, rho = 0.5, without
    the clip 0.04 lower there and 0.2 higher at d = 2, rho = 0.99.

    When it is wrong: below the truth where n or the critic is too small, which is usual above 3
    nats, and more so in high dimension; with a variance that grows like exp(I); noise above the
    truth where few pairs carry the marginal term. `warnings` names what can be seen of this.
    Source: Belghazi et al. (2018), https://arxiv.org/abs/1801.04062, eq. 10 and 12.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(2, size=1_000)
    >>> e = MINE(steps=500).estimate(x, x)  # H(X) = log 2 = 0.693
    >>> round(e.value, 1), e.n
    (0.7, 1000)
    """

    name: ClassVar[str] = "mine"

    bias_correction: bool = True
    ema_rate: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        flag("bias_correction", self.bias_correction)
        within("ema_rate", self.ema_rate, above=0, high=1)

    def _bound(self) -> Bound:
        return objectives.DonskerVaradhan(self.ema_rate if self.bias_correction else None)


@dataclass(frozen=True)
class NWJ(NeuralEstimator):
    """The bound of Nguyen, Wainwright and Jordan on I(X; Z), in nats.

    I(X; Z) >= mean f(x, z) - mean exp(f(x, z') - 1)

    Linear in the marginal mean, so a batch has no bias; the value is never above the
    Donsker-Varadhan bound of the same critic, and its variance grows like exp(I) sooner.
    Input, splits, history and options: :class:`NeuralEstimator`; the critic is separable.
    Source: Nguyen et al. (2010), https://arxiv.org/abs/0809.0853; Poole et al. (2019),
    https://arxiv.org/abs/1905.06922, there also called f-GAN KL and MINE-f.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(2, size=1_000)
    >>> round(NWJ(steps=500, restarts=1).estimate(x, x).value, 1)  # H(X) = log 2 = 0.693
    0.7
    """

    name: ClassVar[str] = "nwj"

    critic: str = "separable"

    def _bound(self) -> Bound:
        return objectives.NWJ()


@dataclass(frozen=True)
class InfoNCE(NeuralEstimator):
    """The contrastive bound on I(X; Z), in nats: which of k + 1 z's belongs to x?

    I(X; Z) >= mean_i [ f(x_i, z_i) - log mean_j exp f(x_i, z_j) ],  j over z_i and k others

    Never above log(k + 1), which is log batch_size by default: low variance, and a bias that
    begins well below that ceiling. Input, splits, history and options: :class:`NeuralEstimator`;
    the critic is separable, and a test row is compared with as many others as a row in training,
    or with all others where the test split has fewer.
    Source: van den Oord et al. (2018), https://arxiv.org/abs/1807.03748; Poole et al. (2019),
    https://arxiv.org/abs/1905.06922

    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(2, size=1_000)
    >>> round(InfoNCE(steps=500, restarts=1).estimate(x, x).value, 1)  # H(X) = log 2 = 0.693
    0.7
    """

    name: ClassVar[str] = "infonce"

    critic: str = "separable"

    def ceiling(self, n: int, *, units: int) -> float:
        """log(k + 1) for the k others that a test row is compared with."""
        *_, n_test = self._check_sizes(n)
        return self._bound().ceiling(min(self._held_out_shifts[1], n_test - 1), n_test)[0]

    @property
    def _held_out_shifts(self) -> tuple[int, int]:
        test = self._negatives if self.test_shifts is None else self.test_shifts
        return self._negatives, test

    def _bound(self) -> Bound:
        return objectives.InfoNCE()


@dataclass(frozen=True)
class SMILE(NeuralEstimator):
    """The Donsker-Varadhan value with clipped density ratios, in nats: less variance, some bias.

    mean f(x, z) - log mean exp clip(f(x, z'), -tau, tau),  f raised by the Jensen-Shannon objective

    No bound: where true density ratios exceed exp(tau) it can lie above I, and does. tau -> inf is
    the Donsker-Varadhan value of a critic trained on the Jensen-Shannon objective.
    Input, splits, history and options: :class:`NeuralEstimator`; the critic is separable.

    | option | default | why |
    |---|---|---|
    | tau | 5.0 | the middle of the three values of the paper (1, 5, inf) |

    Raises InputError for tau <= 0.
    Source: Song & Ermon (2020), https://arxiv.org/abs/1910.06222

    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(2, size=1_000)
    >>> round(SMILE(steps=500, restarts=1).estimate(x, x).value, 1)  # H(X) = log 2 = 0.693
    0.7
    """

    name: ClassVar[str] = "smile"

    critic: str = "separable"
    tau: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        objectives.Smile(self.tau)  # says what is wrong

    def _bound(self) -> Bound:
        return objectives.Smile(self.tau)


@dataclass(frozen=True)
class JS(NeuralEstimator):
    """The NWJ value of a critic trained on the Jensen-Shannon objective, in nats.

    1 + mean f(x, z) - mean exp f(x, z'),  f raised by -mean softplus(-f) - mean softplus(f')

    The objective is bounded, so training is steady; its best critic is the log density ratio,
    for which the value is the bound of :class:`NWJ`, with the same variance.
    Input, splits, history and options: :class:`NeuralEstimator`; the critic is separable.
    Source: Poole et al. (2019), https://arxiv.org/abs/1905.06922
    """

    name: ClassVar[str] = "js"

    critic: str = "separable"

    def _bound(self) -> Bound:
        return objectives.JensenShannon()


BOUNDS: dict[str, type[NeuralEstimator]] = {
    "dv": MINE,
    "nwj": NWJ,
    "infonce": InfoNCE,
    "smile": SMILE,
    "js": JS,
}


def by_bound(bound: str, /, **options: Any) -> NeuralEstimator:
    """The estimator of a bound by its short name: dv, nwj, infonce, smile, smile(tau) or js.

    Raises InputError for any other name.

    >>> by_bound("smile(1)", steps=100).tau
    1.0
    """
    clipped = re.fullmatch(r"smile\((.*)\)", bound) if isinstance(bound, str) else None
    if clipped:
        try:
            tau = objectives.Smile(float(clipped[1])).tau
        except ValueError as error:
            told = "its tau is a number > 0, such as in smile(5)"
            raise InputError(f"bound={bound!r} is not accepted: {told}") from error
        return SMILE(**{"tau": tau, **options})
    if not isinstance(bound, str) or bound not in BOUNDS:
        raise InputError(
            f"bound={bound!r} is unknown: dv, nwj, infonce, smile, smile(tau) and js are accepted"
        )
    return BOUNDS[bound](**options)
