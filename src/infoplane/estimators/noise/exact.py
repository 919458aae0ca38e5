"""I(X; T + noise) for a finite set of inputs: not estimated from pairs, but computed.

X is uniform on N inputs, T = t(X) a deterministic function of it, and the noise Gaussian with
known variance. T + noise is then a mixture of N Gaussians whose centres are the rows of t.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.noise.channels import KINDS
from infoplane.estimators.noise.mixture import check_noise
from infoplane.estimators.noise.monte_carlo import both
from infoplane.inputs.arrays import Array, as_labels
from infoplane.inputs.options import flag, one_of, whole

__all__ = ["Exact", "information_with_noise", "informations_with_noise"]


def information_with_noise(
    t: Any,
    noise_std: float,
    *,
    noise: str = "additive",
    seed: int = 0,
    samples: int = 4096,
    chunk: int = 256,
    device: str = "cpu",
) -> Estimate:
    """I(X; T + eps), in nats, for X uniform on the rows of `t`, to Monte Carlo accuracy.

        I = h(mixture of N Gaussians) - (d/2) log(2 pi e sigma^2)
          = log N - E log sum_j exp((|eps|^2 - |t_i + eps - t_j|^2) / 2 sigma^2)

    The second line is what is averaged: every draw lies below log N, the noise's own spread
    cancels, and identical rows give exactly 0.

    t: (N, d) or (N,) activations, one row for each input; computed in float64.
    noise_std: sigma of eps ~ N(0, sigma^2 I), > 0. noise: "additive", or "multiplicative", where
    what comes out is T (1 + eps), each unit with noise in proportion to itself: the components
    have the covariances diag(sigma t_i)^2, as in a network with Gaussian dropout.
    samples: draws of (i, eps), each compared with all rows. Every row is used equally often:
    below N, that many different rows; from N on, rounded up to a multiple of N.
    chunk: draws compared with all rows at once. Memory is about 8 chunk N bytes for these,
    8 samples min(d, N) for the noise, and some copies of t in float64. Where d > N, the rows are
    first turned into N columns: noise at right angles to all of them tells none from another,
    so that the value is the same and the draws are others.
    Range: [0, log N] up to the standard error. The estimate's n is N and its std the Monte
    Carlo standard error, the only error there is; it is slightly too large up to samples = N,
    where the variance between rows counts though it is mostly removed.

    Of large problems, samples N > 1.2 million or so with N >= 512, a control variate takes most
    of the error: a density of fewer terms, at the same draws and at many others. The std is then
    0.9 to 1.2 times the spread of 80 seeds (the layers of chapter 05), and the bias at most
    std / sqrt(samples). Terms below 2^-20 / N of a sum are left out, and rows are rounded to
    float32, by less than 1e-4 sigma: the value moves by less than 1e-4 d, on layers by 1e-6. So
    for additive noise, d <= 24, rows within 2048 sigma of their mean, and device "cpu"; chunk is
    not used then, memory is some 150 bytes a draw, and the first call of a process takes half a
    second more, the first on a machine some seconds.

    Wrong when: taken for the value of the population the N inputs were drawn from. That needs
    a value well below log N (two nats, say). The standard error is too small where overlaps are
    rare, clusters far apart with a few rows between: some hundred draws miss them, and all agree.
    Raises InputError for noise_std <= 0, where I is infinite for continuous X and log of the
    number of different rows here, for t that is not a finite matrix, and for multiplicative noise
    on a unit that is 0 somewhere, as after a ReLU: it stays 0, and tells these rows from others.
    Source: Goldfeld et al. (2019), https://arxiv.org/abs/1810.05728; multiplicative: Adilova et
    al. (2023), https://arxiv.org/abs/2303.00596

    >>> information_with_noise(np.array([[0.0], [1e3]]), noise_std=1.0).value  # log 2
    0.693...
    """
    options: dict[str, Any] = {"samples": samples, "chunk": chunk, "device": device}
    return both(t, noise_std, None, noise=noise, seed=seed, **options)[0]


def informations_with_noise(
    t: Any,
    labels: Any,
    noise_std: float,
    *,
    noise: str = "additive",
    leave_out: bool = False,
    seed: int = 0,
    samples: int = 4096,
    chunk: int = 256,
    device: str = "cpu",
) -> tuple[Estimate, Estimate]:
    """I(X; T + eps) and I(Y; T + eps), in nats, from the same draws: a point of the plane.

        I(Y; T + eps) = E log [mean_{j: y_j = y_i} g_ij / mean_j g_ij],
        g_ij = exp(-|t_i + eps - t_j|^2 / 2 sigma^2)

    the first as :func:`information_with_noise` has it, and with its arguments; in large problems
    the control variate is one of the labels, and the two differ within their errors.
    labels: (N,) whole numbers or text, a function of the row. Range of the second: at most the
    first, and the entropy of the labels, up to the standard error.
    leave_out: leave a draw's own row out of the densities of its class and of all, as the rows
    are a sample of a population; each class then needs two rows.
    Wrong when: the rows are a sample of a population, and leave_out is not asked for. The density
    of a draw's class holds the draw's own row, which biases I(Y; T + eps) up where rows are far
    apart in units of sigma. With leave_out it may err to either side where classes have few rows.

    >>> x, y = informations_with_noise(np.array([0.0, 1.0, 1e3, 2e3]), [0, 0, 0, 1], 1e-2)
    >>> x.value, y.value  # log 4, and the entropy of (3/4, 1/4)
    (1.386..., 0.562...)
    """
    flag("leave_out", leave_out)
    options: dict[str, Any] = {"samples": samples, "chunk": chunk, "device": device}
    codes = as_labels(labels, "labels")
    return both(t, noise_std, codes, noise=noise, leave_out=leave_out, seed=seed, **options)


@dataclass(frozen=True)
class Exact(Estimator):
    """I(X; T + eps) of the empirical distribution of n rows (x, t), in nats, by Monte Carlo.

    Equal rows of x are one symbol: where no two are equal, the value is that of
    :func:`information_with_noise`; for labels in place of x it is I(Y; T + eps), the second value
    of :func:`informations_with_noise`, which see for noise_std, samples, chunk and the source.
    Standard error: that of Monte Carlo alone, and too small where few draws see an overlap.

    relative: True makes noise_std a share of the layer's root mean square over rows and units,

        sigma = noise_std sqrt(mean_ij t_ij^2)

    so that one number suits every layer and epoch, and the unit of t does not matter; a layer of
    zeros has I = 0. What it means: how many inputs a reader tells apart who sees each layer with
    an error of that share of its size. The noise is then another one for every layer and epoch:
    T_2 + eps_2 is no function of T_1 + eps_1, so that values of different layers are not bound by
    the data processing inequality, and a later layer may well have more. Along one layer's
    training a change says that rows moved apart, or together, *for the layer's size*; scaling
    alone leaves the value where it is, and so does not show as compression. An offset that all
    rows share counts as size.

    >>> Exact(noise_std=1e-2).estimate([0, 0, 0, 1], [0.0, 1.0, 1e3, 2e3]).value
    0.562...
    >>> t = np.array([-1.0, 1.0])
    >>> [Exact(0.1, relative=True).estimate([0, 1], t * unit).value for unit in (1e-9, 1e9)]
    [0.693..., 0.693...]
    """

    name: ClassVar[str] = "exact"
    min_samples: ClassVar[int] = 1
    draws_z: ClassVar[bool] = True

    noise_std: float
    samples: int = 4096
    chunk: int = 256
    relative: bool = False
    noise: str = "additive"
    leave_out: bool = False

    def __post_init__(self) -> None:
        check_noise(self.noise_std)
        one_of("noise", self.noise, KINDS)
        flag("leave_out", self.leave_out)
        if self.relative and self.noise == "multiplicative":
            raise InputError(
                "relative=True does not go with noise='multiplicative', which is relative to every "
                "single activation: leave relative out"
            )
        whole("samples", self.samples, at_least=2)
        whole("chunk", self.chunk, at_least=1)
        flag("relative", self.relative)

    @property
    def of_pairs(self) -> bool:
        return False

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        if "z" in samples.text:
            raise InputError("z holds text, which has no distances: give x the labels, z numbers")
        return samples

    def estimate_layers(
        self,
        t: Array,
        x: npt.NDArray[np.int64] | None,
        y: npt.NDArray[np.int64] | None,
        *,
        seeds: Sequence[int],
        device: str,
    ) -> tuple[list[Estimate], list[Estimate]]:
        """Each layer in turn; both quantities from the same draws, where no rows of x are equal.

        Each has then half of the time that both took.
        """
        together = x is not None and y is not None and int(x.max()) + 1 == len(x)
        found: tuple[list[Estimate], list[Estimate]] = ([], [])
        for layer, seed in zip(t, seeds, strict=True):
            if together:
                try:
                    made = self._pair(layer, y, seed, device)
                except InputError as error:
                    made = (self.unasked(math.nan, str(error), n=len(layer), seed=seed),) * 2
                for estimates, each in zip(found, made, strict=True):
                    estimates.append(replace(each, seconds=each.seconds / 2))
                continue
            for estimates, codes in zip(found, (x, y), strict=True):
                if codes is not None:
                    try:
                        estimates.append(self.estimate(codes, layer, seed=seed, device=device))
                    except InputError as error:
                        told = self.unasked(math.nan, str(error), n=len(layer), seed=seed)
                        estimates.append(told)
        return found

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, npt.NDArray[np.float64]]]:
        symbols = np.unique(samples.x, axis=0, return_inverse=True)[1].reshape(-1)
        of_rows = symbols.max() + 1 == samples.n
        found = self._pair(samples.z, None if of_rows else symbols, seed, device)[1]
        return found.value, found.std, found.warnings, {}

    def _pair(self, t: Array, labels: Any, seed: int, device: str) -> tuple[Estimate, Estimate]:
        noise_std = self.noise_std * (_size(t) if self.relative else 1)
        options: dict[str, Any] = {"samples": self.samples, "chunk": self.chunk, "device": device}
        options |= {"noise": self.noise, "leave_out": self.leave_out and labels is not None}
        return both(t, noise_std, labels, seed=seed, **options)


def _size(t: Array) -> float:
    """The root mean square of t, or 1 where all is 0: no noise has the size of nothing."""
    a = np.abs(t.astype(np.float64, copy=False))
    most = float(a.max())
    # in units of the largest, whose square neither overflows nor vanishes
    return most * math.sqrt(float(np.square(a / most).mean())) if most else 1.0
