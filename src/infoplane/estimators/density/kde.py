"""Gaussian kernel densities: entropy and information, bandwidth by leave-one-out likelihood."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import torch
from torch.special import ndtr, ndtri

from infoplane.estimate import Estimate
from infoplane.estimators.base import Estimator, Samples
from infoplane.estimators.density.doubts import few_rows, narrow
from infoplane.estimators.density.kernels import (
    box,
    leave_one_out,
    likeliest,
    log_densities,
    squares,
    with_own,
)
from infoplane.estimators.density.sides import (
    ENTROPY,
    Sided,
    class_rows,
    entropy_rows,
    in_one_unit,
    refuse_few,
    sides,
)
from infoplane.inputs.columns import Floats
from infoplane.inputs.margins import check_margins
from infoplane.inputs.options import check_device, flag, one_of, whole, within
from infoplane.inputs.shape import doubts_of_margins, outliers
from infoplane.inputs.tables import names_columns

__all__ = ["KDE", "bandwidth", "kde_entropy"]

Method = Literal["loo", "monte-carlo", "shrunk", "plug-in"]

METHODS: tuple[Method, ...] = get_args(Method)

# Widths, in standard deviations, beyond which rounding takes over.
NARROWEST, WIDEST = 1e-9, 1e3
LEAVE_OUT = "leaving one out"
# Gaussian kernels of one width fit Gaussian margins best; asinh leaves a slope its steepness.
MAPS = ("normal-scores", "asinh")


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
    Time grows as n^2 d (n = 10 000, d = 8: 9 s on one core); memory as n, a fixed few MB of
    kernels (some 256 MB each on a GPU) apart.

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


@dataclass(frozen=True)
class KDE(Estimator):
    """I(X; Z) from Gaussian kernel densities, each row left out of its own density, in nats.

        I = mean_i log p(x_i, z_i) / (p(x_i) p(z_i))                  two sides of numbers
        I = mean_i log p(x_i | z_i) / p(x_i) = h(X) - sum_z p(z) h(X|z)    labels on one side

    x: (n, dx), z: (n, dz), n > dx + dz, numbers with a density, or one side labels: one column
    of integers, booleans or text, at least 2 rows each. Columns are left out where they are
    linear combinations of others on their side (the last of softmax probabilities, a copied unit),
    as that changes no information; float64.
    margins: "standardized" divides columns by their standard deviations, so that one width suits
    all; "raw" all by one number, the root mean square of these; "asinh" and "normal-scores" draw
    in tails, with a gain and a loss: :mod:`infoplane.inputs.margins`. Labels stay as they are.
    Where standard deviations mean little a warning names the map that helps.
    h: the kernel's width in the columns' standard deviations, after their map, or that one number;
    None: of largest leave-one-out
    likelihood of all that is known of a row, p(x, z) or p(x | z). It is one width for the
    joint density and its margins, since then these are the margins of *that* density: what is
    smoothed away is alike above and below the line, and I is at most log(n - 1), or with
    labels the mean of log (n - 1) / (n_z - 1). With a width for each density the bias was
    larger in every case tried (plain kernels): Gaussians, 1 + 1 and 2 + 2 columns,
    rho = 0, .5, .9, n = 500 and 2000.
    truncate: see :func:`bandwidth`.
    Signed; symmetric in x and z; the same in other units.

    Wrong when: dependence is strong or dimension not low. Smoothing (X, Z) destroys
    information, so that the value is too low, and a standard error says nothing of it. The
    mean bias in nats for correlated Gaussians, over 6 to 24 seeds:

        rho                       0       .5       .9    (I = 0, .14, .83 for each column)
        1 + 1 columns  n = 500  -.007    -.01     -.03
                          5000  -.003    -.01     -.02
        2 + 2 columns      500  -.02     -.07     -.24
                          5000  -.02     -.03     -.10

    Standard error: standard deviation of the n log ratios, over sqrt(n): the chance of the
    sample only, without the bias, the chance in h and the dependence between ratios of rows
    that share kernels. For n = 500 it is 0.6 (rho = .9, 2 + 2 columns) to 1.3 (rho = 0) times
    the actual spread.
    Time grows as n^2: n = 10 000, h=None: 11 s for 1 + 1 columns, 6 s for one column and labels,
    on one core; memory as of :func:`kde_entropy`.

    Raises InputError for two sides of labels, a constant column, more than 5 % of rows of one
    side with a copy there, n <= dx + dz, a class of one row, and one whose rows, more than the
    columns beside, lie in fewer dimensions.
    Source: Moon, Rajagopalan & Lall (1995), https://doi.org/10.1103/PhysRevE.52.2318

    >>> x = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0]  # two far classes of 3: log (5 / 2)
    >>> round(KDE().estimate(x, ["a", "a", "a", "b", "b", "b"]).value, 6)
    0.916291
    """

    name: ClassVar[str] = "kde"

    h: float | None = None
    truncate: bool = True
    margins: str = "standardized"

    def __post_init__(self) -> None:
        flag("truncate", self.truncate)
        check_margins(self.margins)
        within("h", self.h, low=NARROWEST, high=WIDEST, or_none=True)

    def check(self, x: Any, z: Any) -> Sided:
        samples = super().check(x, z)
        found = sides(samples, self.name, self.margins)
        refuse_few(samples, found)
        rows = [] if found.labels is None else class_rows(samples, found, 2, LEAVE_OUT)
        return Sided(samples.x, samples.z, samples.text, sides=found, rows=tuple(rows))

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], dict[str, Floats]]:
        assert isinstance(samples, Sided)  # as check has it
        found, n = samples.sides, samples.n
        warnings = list(found.warnings)
        numbers, sizes = in_one_unit(found.numbers, self.margins), [n]
        if samples.rows:
            # Class by class, so that the densities within and over the classes meet in a row.
            numbers = [numbers[0][np.concatenate(samples.rows)]]
            sizes = [len(rows) for rows in samples.rows]
        margins = [torch.as_tensor(a, device=device) for a in numbers]  # each (n, d)
        joint = torch.hstack(margins)
        groups = list(joint.split(sizes))
        edges = box(joint, self.truncate)
        told = [] if self.h is None else narrow(groups, float(self.h))
        h = likeliest(groups, edges) if self.h is None else float(self.h)
        (logs,) = leave_one_out(groups, [h], edges)
        terms, column = logs.clone(), 0
        for margin in margins:
            part = slice(column, column + margin.shape[1])
            terms -= leave_one_out([margin], [h], (edges[0][part], edges[1][part]))[0]
            column = part.stop
        value, std = float(terms.mean()), float(terms.std(correction=0)) / math.sqrt(n)
        for name in found.names:
            warnings += doubts_of_margins(getattr(samples, name), name, self.margins, MAPS)
        including = with_own(groups, logs, h, edges)
        warnings += told or few_rows(including, logs, joint.shape[1])
        if value > 0.95 * math.log(n):
            warnings.append(
                f"within 5 % of the ceiling log n = {math.log(n):.2f} nats: the true value is "
                "probably higher, and infinite for a deterministic relation"
            )
        return value, std, warnings, {}
