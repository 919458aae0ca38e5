"""I(X; T) and I(Y; T) of a layer of a noisy network: sampled propagation.

T = S + eps, where S depends on X and on the noise of the layers before, and eps is the layer's
own. Given X, T is then no single Gaussian but a mixture, known by its samples.
"""

import math
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.noise.mixture import check_noise, codes_of
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import check_device, whole

__all__ = ["sampled_propagation"]

DRAWS = 8  # share of the passes of an input that are drawn from, one in so many
MOVES = 0.1  # nats by which half the passes may move the value without a warning


def sampled_propagation(
    centres: Any,
    passes: Any,
    rows: Any,
    labels: Any,
    noise_std: float,
    *,
    seed: int = 0,
    device: str = "cpu",
) -> tuple[Estimate, Estimate]:
    """I(X; T) and I(Y; T) of a noisy layer T = S + eps, in nats, from samples of S.

        I(X; T) = E [log p(z | x_i) - log p(z)],   I(Y; T) = E [log p(z | y_i) - log p(z)],
        p(z) = mean_j p(z | x_j),   p(z | y) = mean_{j: y_j = y} p(z | x_j),
        p(z | x_j) = mean_k g(z - S_jk),   g(v) = exp(-|v|^2 / 2 sigma^2)

    X being uniform on n inputs, and S_jk passes of x_j through the network, each with new noise
    in the layers before. z = S_i0 + eps is drawn for some of the inputs; these have many passes,
    which give p(z | x_i) wherever it stands, and all others a few. What is drawn from is passes
    of its own, so that no density holds the row it is asked about. As p(z) >= p(z | x_i) / n,
    the first is at most log n.

    centres: (n, r, d), r >= 2 passes S of every input; passes: (m, k, d), k >= 16 others of the
    m >= 2 inputs whose numbers in `centres` are rows: (m,), drawn uniformly. labels: (n,)
    whole numbers or text. noise_std: of eps, > 0; computed in float64.
    The standard errors are those of the m inputs. The estimates' n is that of all inputs, and
    their history has the term of each of the m inputs, (m,): two layers that were given the same
    inputs and passes are compared by the difference of these, which is more certain than either.

    Wrong when: there are few passes for the volume that S fills at the scale sigma. Too few in
    p(z | x_i) pull I(X; T) down, too few in p(z | x_j) pull it up, towards log n; half of each
    tells how far, and a warning says so.
    Raises InputError for noise_std <= 0, text, and arrays of other shapes.
    Source: after Goldfeld et al. (2019), section 3, https://arxiv.org/abs/1810.05728

    >>> s = np.array([0.0, 1e3])[:, None, None]  # two inputs, no noise before the layer: log 2
    >>> few, many = np.tile(s, (1, 2, 1)), np.tile(s, (1, 16, 1))
    >>> [e.value for e in sampled_propagation(few, many, [0, 1], ["a", "a"], 1.0)]
    [0.693..., 0.0]
    """
    started = time.perf_counter()
    check_device(device)
    check_noise(noise_std)
    whole("seed", seed, at_least=0)
    every = _passes(centres, "centres", least=2) / noise_std
    given = _passes(passes, "passes", least=2 * DRAWS) / noise_std
    numbers = as_numbers(rows, "rows")
    n, r, d = every.shape
    m, k, _ = given.shape
    fits = numbers.shape == (m,) and numbers.dtype.kind in "iu" and m >= 2
    if given.shape[2] != d or not fits or numbers.min() < 0 or numbers.max() >= n:
        raise InputError(
            f"centres, passes and rows have shapes {every.shape}, {given.shape} and "
            f"{numbers.shape}: (n, r, d), (m, k, d) and m >= 2 integers from 0 to n - 1 are "
            "accepted"
        )
    y = codes_of(labels, n)
    drawn = k // DRAWS
    eps = np.random.default_rng(seed).standard_normal((m, drawn, d))
    z = torch.as_tensor(given[:, :drawn] + eps, device=device)
    own = torch.as_tensor(given[:, drawn:], device=device)
    # passes first: half of them are the first half of the rows
    others = torch.as_tensor(every.swapaxes(0, 1).reshape(r * n, d).copy(), device=device)
    alike = [torch.as_tensor(np.tile(y == label, r), device=device) for label in range(y.max() + 1)]
    size = np.bincount(y)
    # I(X; T); the same with half the passes of x_i, and with half those of the others; I(Y; T)
    terms = np.empty((4, m))
    for i, number in enumerate(numbers):
        inside, inside_half = _log_means(-0.5 * torch.cdist(z[i], own[i]).square_())
        exponent = -0.5 * torch.cdist(z[i], others).square_()
        exponent[:, number::n] = -math.inf  # the input's own few passes
        outside, outside_half = _log_means(exponent)
        density = _with_own(inside, outside, n)
        label = y[number]
        of_label = exponent[:, alike[label]].logsumexp(dim=1) - math.log(r * size[label])
        terms[:, i] = [
            float(part.mean())
            for part in (
                inside - density,
                inside_half - _with_own(inside_half, outside, n),
                inside - _with_own(inside, outside_half, n),
                _with_own(inside, of_label, int(size[label])) - density,
            )
        ]
    stds = terms.std(axis=1, ddof=1) / math.sqrt(m)
    warnings = []
    for name, half in (("many passes", terms[1]), ("few passes", terms[2])):
        moved = float((half - terms[0]).mean())
        if abs(moved) > max(MOVES, 2 * stds[0]):
            warnings.append(
                f"half of the {name} of an input moves I(X; T) by {moved:+.2f} nats: give more "
                "of them, or more noise"
            )
    seconds = time.perf_counter() - started

    def estimate(term: int) -> Estimate:
        return Estimate(
            value=float(terms[term].mean()),
            std=float(stds[term]),
            n=n,
            estimator="sampled-propagation",
            seed=seed,
            seconds=seconds,
            warnings=tuple(warnings),
            history={"terms": terms[term].copy()},
        )

    return estimate(0), estimate(3)


def _with_own(inside: Tensor, outside: Tensor, size: int) -> Tensor:
    """log of a mean over `size` inputs, `outside` having all but the one that is `inside`."""
    return torch.logaddexp(inside - math.log(size), outside)


def _log_means(exponent: Tensor) -> tuple[Tensor, Tensor]:
    """log mean exp over all columns, and over the first half of them."""
    half = exponent.shape[1] // 2
    first, second = exponent[:, :half].logsumexp(dim=1), exponent[:, half:].logsumexp(dim=1)
    every = torch.logaddexp(first, second) - math.log(exponent.shape[1])
    return every, first - math.log(half)


def _passes(values: Any, name: str, *, least: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    a = as_numbers(values, name).astype(np.float64, copy=False)
    if a.ndim != 3 or a.shape[1] < least or 0 in a.shape:
        raise InputError(
            f"{name} has shape {a.shape}: (inputs, passes, units) is accepted, with at least "
            f"{least} passes of each input"
        )
    if not np.isfinite(a).all():
        raise InputError(f"{name} has values that are NaN or infinite: drop or replace them")
    return a
