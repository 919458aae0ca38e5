"""Gaussian kernel densities of one set of rows: bandwidth by likelihood, and entropy."""

import math
import time
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch.special import ndtr, ndtri

from infoplane.estimators.density.doubts import few_rows, narrow
from infoplane.estimators.density.kernels import (
    box,
    leave_one_out,
    likeliest,
    log_densities,
    squares,
    with_own,
)
from infoplane.estimators.density.sides import ENTROPY, entropy_rows
from infoplane.estimators.estimate import Estimate
from infoplane.inputs.options import check_device, flag, one_of, whole, within
from infoplane.inputs.shape import outliers
from infoplane.inputs.tables import names_columns

__all__ = ["METHODS", "NARROWEST", "WIDEST", "bandwidth", "kde_entropy"]

Method = Literal["loo", "monte-carlo", "shrunk", "plug-in"]

METHODS: tuple[Method, ...] = get_args(Method)

# Widths, in standard deviations, beyond which rounding takes over.
NARROWEST, WIDEST = 1e-9, 1e3


@names_columns
def bandwidth(rows: Any, *, truncate: bool = True, device: str = "cpu") -> float:
    """The bandwidth h of largest leave-one-out likelihood, in standard deviations of a column.

        h = argmax sum_i log 1/(n-1) sum_{j != i} K_h(x_i; x_j)

    rows: (n, d) or (n,), n > d, every column divided by its standard deviation first, so that
    column j of the data has a kernel of standard deviation h std_j; computed in float64.
    truncate: kernels cut off, and normalised again, at the range of the data and one mean gap
    beyond, so that no density is lost over an edge; False: plain Gaussians.
    With plain Gaussians a maximum satisfies h^2 = mean_i E_i[|x_i - x_j|^2] / d, with weights
    over j that favour the near; it therefore lies between the root mean square distances, over
    sqrt(d), to the nearest row and to all rows. That range (with truncation, e times more) is
    scanned in steps of at most 0.5 in log h, and the best step refined; log h is rounded to
    1/512. No randomness; time grows as n^2 d, memory as n.

    Wrong when: the tails are heavy. A row far from all others asks for a wide kernel, and the
    likelihood grants it. Densities of several scales get one compromise.
    Raises InputError for text, n <= d, a column that is constant or a linear combination of
    others, and more than 5 % of rows with a copy: leaving a row out leaves its copy in, and h
    falls to zero as the share of copies grows.
    Source: Hall (1987), https://doi.org/10.1214/aos/1176350606

    >>> rows = np.random.default_rng(0).normal(size=200)
    >>> bandwidth(rows) == bandwidth(1024 * rows)
    True
    """
    flag("truncate", truncate)
    check_device(device)
    _, standard, _, _ = entropy_rows(rows, "bandwidth")
    a = torch.as_tensor(standard, device=device)
    return likeliest([a], box(a, truncate))


@names_columns
def kde_entropy(
    rows: Any,
    *,
    method: Method = "loo",
    h: float | None = None,
    truncate: bool = True,
    samples: int = 4096,
    seed: int = 0,
    device: str = "cpu",
) -> Estimate:
    """Differential entropy of the density the rows come from, in nats, by Gaussian kernels.

        loo          -mean_i log 1/(n-1) sum_{j != i} K_h(x_i; x_j)
        monte-carlo  -mean_s log 1/n sum_j K_h(y_s; x_j),  y_s drawn from that mixture
        shrunk       monte-carlo - sum_c log max(1, s'_c / s_c),  s' the standard deviations of
                     that mixture's columns, s of the data's
        plug-in      -mean_i log 1/n sum_j K_h(x_i; x_j)

    rows: (n, d) or (n,), n > d; h: kernel width in standard deviations of each column, from
    1e-9 to 1e3, by default :func:`bandwidth`; truncate: as there; samples, seed: of the draws,
    for "monte-carlo" and "shrunk", ignored otherwise.
    Any real number; a change of units by c adds d log c exactly.
    Time grows as n^2 d (n = 10 000, d = 8: 1.4 s on one core; the first call ever compiles, for
    some seconds more); memory as n, a fixed few MB of kernels (some 256 MB each on a GPU) apart.

    Wrong when: dimension is high. In expectation "loo" is a cross entropy, above the truth by
    the Kullback-Leibler divergence to the fitted density; "monte-carlo" is the entropy of that
    density, which is wider, by (d/2) log(1 + h^2) for a Gaussian; "shrunk" is that of the same
    density with its columns contracted to the data's standard deviations, where they are wider:
    a full correction for a Gaussian, a small one for narrow bumps far apart; "plug-in" counts
    the kernel of each row at that row, and is too low. The mean bias in nats for a Gaussian,
    over a few seeds:

        d                      1        2        4        8
        loo          n = 500  -.01      .02      .06      .34
                        5000   .00      .00      .02      .19
        monte-carlo      500   .02      .13      .32      .97
                        5000   .02      .09      .26      .90
        shrunk           500  -.01     -.03     -.12     -.39
                        5000  -.01      .01     -.04     -.20
        plug-in          500  -.03     -.03     -.22    -1.08
                        5000   .00     -.01     -.10     -.82

    For a uniform density it is below .01 up to d = 8, truncated kernels being flat if wide;
    without truncation "loo" is .01, .06, .30 and 1.2 too high for n = 5000. A warning is given
    where "loo" and "plug-in" differ by more than 0.1, or h is far below the distances of rows.
    Standard error: sqrt(Var(log density) / n), and / samples in addition for "monte-carlo" and
    "shrunk": the chance of the sample, without the bias and without the chance in h. In the first
    part a row counts in its own density for "shrunk", and for "plug-in": it is finite however
    small h is, where that of "loo" grows as 1 / h^2.

    Raises InputError as :func:`bandwidth` does, and for options out of range.
    Source: Hall & Morton (1993), https://doi.org/10.1007/BF00773669; "shrunk": Jones (1991), On
    correcting for variance inflation, Computational Statistics & Data Analysis 11, 3-15

    >>> rows = [-3.0, -1.0, 1.0, 3.0]  # variance 5; kernels apart: log 4 + h(N(0, 5e-6))
    >>> kde_entropy(rows, method="plug-in", h=1e-3).value
    -3.797...
    """
    started = time.perf_counter()
    check_device(device)
    one_of("method", method, METHODS)
    whole("seed", seed, at_least=0)
    whole("samples", samples, at_least=2)
    flag("truncate", truncate)
    within("h", h, low=NARROWEST, high=WIDEST, or_none=True)
    raw, standard, log_volume, warnings = entropy_rows(rows, "kde_entropy")
    a = torch.as_tensor(standard, device=device)
    n = len(a)
    edges = box(a, truncate)
    told = [] if h is None else narrow([a], float(h))
    h = likeliest([a], edges) if h is None else float(h)
    (left_out,) = leave_one_out([a], [h], edges)
    including = with_own([a], left_out, h, edges)
    logs, share, widening = including if method == "plug-in" else left_out, 1 / n, 0.0
    if method in ("monte-carlo", "shrunk"):
        # Drawn by NumPy: the stream does not depend on the device.
        rng = np.random.default_rng(seed)
        centre = a[torch.as_tensor(rng.integers(n, size=samples), device=a.device)]
        uniform = torch.as_tensor(rng.random(centre.shape), device=a.device)
        below, above = (ndtr((side - centre) / h) for side in edges)
        logs = log_densities(centre + h * ndtri(below + uniform * (above - below)), a, h, edges)
        share += 1 / samples
    variance = float(logs.var(correction=0)) * share
    if method == "shrunk":
        square = squares(a, h, edges)  # (n, d)
        total = square.mean(dim=0)  # variances of the mixture, where those of the data are 1
        widening = 0.5 * float(total.clamp(min=1).log().sum())
        # To first order, what each row adds to the logarithms of the density and of the variances.
        terms = including + 0.5 * ((square / total - a.square()) * (total > 1)).sum(dim=1)
        variance = float(terms.var(correction=0)) / n + float(logs.var(correction=0)) / samples
    warnings += outliers(raw, "rows", ENTROPY)
    return Estimate(
        value=log_volume - float(logs.mean()) - widening,
        std=math.sqrt(variance),
        n=n,
        estimator="kde",
        seed=seed,
        seconds=time.perf_counter() - started,
        warnings=(*warnings, *(told or few_rows(including, left_out, a.shape[1]))),
    )
