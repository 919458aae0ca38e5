"""One estimate by flows: rows split in three, a model trained, its ratio of held-out rows."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Samples
from infoplane.estimators.latents import doubts, opinions
from infoplane.estimators.latents.bases import Normal
from infoplane.estimators.latents.correlation import Correlation, correlation_layer, random_layer
from infoplane.estimators.latents.model import Latents, TwoFlows, as_doubles
from infoplane.estimators.latents.training import train
from infoplane.estimators.rows import split_rows, split_sizes
from infoplane.inputs.columns import Floats
from infoplane.models.defaults import torch_defaults
from infoplane.models.flows import SplineFlow
from infoplane.streams import stream

if TYPE_CHECKING:
    from infoplane.estimators.flow import Flow

__all__ = ["freedom", "solved"]

Ints = npt.NDArray[np.int64]

SPLIT, WEIGHTS, BATCHES = range(3)  # what a seed is asked for
LEAST = 20  # rows to validate on, and to test on


@torch_defaults()
def solved(
    flow: "Flow", x: Floats, z: Floats, samples: Samples, *, seed: int, device: str
) -> Answer:
    """The answer of `flow` for columns x (n, dx) and z (n, dz) of mean 0 and variance 1."""
    sizes = split_sizes(samples.n, flow.train_fraction, flow.validation_fraction)
    split = split_rows(samples, sizes, stream(seed, SPLIT))
    parts = [part.numpy() for part in split[:3]]
    if min(len(part) for part in parts[1:]) < LEAST:
        raise InputError(
            f"train_fraction={flow.train_fraction:g} and validation_fraction="
            f"{flow.validation_fraction:g} leave {len(parts[1])} rows to validate on and "
            f"{len(parts[2])} held-out ones, and {LEAST} each are needed: give more rows, or "
            "change the fractions"
        )
    learned, chosen_on, held_out = parts
    model = _model(flow, x[learned], z[learned], stream(seed, WEIGHTS)).to(device)
    rows = [_tensors(x, z, part, device) for part in (learned, chosen_on)]

    def closed(latents: Latents) -> Correlation:
        by = "likelihood" if flow.start == "random" else flow.start
        return correlation_layer(*as_doubles(latents), rho=flow.rho, by=by)

    start = model.at(*rows[0])
    if flow.start == "random":
        rng = np.random.default_rng([seed, WEIGHTS])
        model.set(random_layer(*as_doubles(start), rng, rho=flow.rho))
    else:
        model.set(closed(start))
    if flow.base == "mixture":
        model.mix(start, flow.components)
    gaussian = isinstance(model.base, Normal)
    course = train(
        model,
        *rows,
        fitted=closed if gaussian and flow.refit == "checks" else None,
        steps=flow.steps_for(x.shape[1], z.shape[1]),
        batch_size=min(flow.batch_size, len(learned)),
        learning_rate=flow.learning_rate,
        generator=stream(seed, BATCHES),
    )
    model = model.double().cpu()
    seen, others = (model.at(*_tensors(x, z, part, "cpu", double=True))
                    for part in (learned, held_out))  # fmt: skip
    if gaussian and flow.refit == "end":
        model.set(closed(seen))
    with torch.no_grad():
        on_train, terms = (model.log_ratio(latents).numpy() for latents in (seen, others))
    train_ratio, value = float(on_train.mean()), float(terms.mean())
    groups = None if samples.groups is None else samples.groups[held_out]
    std, dof = _error(terms, groups)
    own, lost = _excess(flow, model, x.shape[1], z.shape[1], len(learned))
    history: dict[str, Any] = {
        "step": course.step, "train": course.train, "validation": course.validation,
        "loss": course.loss, "ratios": [train_ratio, value], "rows": [len(part) for part in parts],
    }  # fmt: skip
    from_rho = None
    if isinstance(model.base, Normal):
        from_rho = model.base.information()
        history |= {"from_rho": course.from_rho, "rho": course.rho, "rhos": model.base.rho(),
                    "information_of_rho": [from_rho - own]}  # fmt: skip
    told = doubts.doubts_of_training(
        course,
        train=train_ratio,
        held_out=value,
        std=std,
        chance=own + lost,
        from_rho=from_rho,
        refit=flow.refit is not None,
    )
    told += doubts.outside([("x", x[held_out]), ("z", z[held_out])])
    told += doubts.doubts_of_latents(model, seen, others, value)
    told += opinions.mixed(model, seen, others)
    told += opinions.paired_anew(model, (others, seen))
    told += doubts.too_fine(model, course.step[-1] if course.step else 0)
    told += opinions.second_opinion(model, (others, seen))
    arrays = {name: np.asarray(curve, dtype=np.float64) for name, curve in history.items()}
    return Answer(
        value, std, told, arrays, bias=-lost if gaussian else math.nan,
        bias_std=0.0 if gaussian else math.nan, dof=dof,
    )  # fmt: skip


def freedom(dx: int, dz: int, form: str, common: float = 0.0) -> tuple[float, float]:
    """p of m rows: the layer says p / 2m nats too much of them, and p / 2m too little of others.

    form: "canonical", dx dz numbers of the joint density beside those of either side's, for both.
    "likelihood" and "covariance", of one rho, `common`: the directions in which k = min(dx, dz)
    pairs lie, and rho, count in full. The k (k + 1) / 2 - 1 ways in which correlations s may differ
    that are equal are fitted as well, by w = 1 + c (s - rho), and add to p, by the second order of
    the ratio in what is chance, var s = (1 - rho^2)^2 / m in each,

        -rho^2 + (2 rho c - rho^2 c^2) (1 - rho^2)   of rows seen,
        rho^2 + rho^2 c^2 (1 - rho^2)                of others,

    rho c = rho^2 / (2 - rho^2) and -1 in the two forms. Near rho = 1 others lose dx dz, as before.

    >>> freedom(2, 2, "canonical"), freedom(2, 2, "likelihood", 0.0), freedom(2, 2, "covariance")
    ((4, 4), (2.0, 2.0), (-4.0, 4.0))
    """
    if form == "canonical":
        return dx * dz, dx * dz
    k, wide = min(dx, dz), max(dx, dz)
    full, differ = k * wide - k * (k + 1) // 2 + 1, k * (k + 1) // 2 - 1
    square = common**2
    along = -1.0 if form == "covariance" else square / (2 - square)
    return (
        full + differ * ((2 * along - along**2) * (1 - square) - square),
        full + differ * (square + along**2 * (1 - square)),
    )


def _excess(flow: "Flow", model: TwoFlows, dx: int, dz: int, m: int) -> tuple[float, float]:
    """What the layer says too much of the m rows that it was fitted to, too little of others."""
    form, common = "canonical", 0.0
    if flow.rho == "shared" and isinstance(model.base, Normal):
        # what Adam has learned is the most likely, whatever it came from
        form = "covariance" if flow.start == "covariance" and flow.refit else "likelihood"
        common = float(model.base.rho()[0])
    # less than correlations are by chance: a harmonic mean is next to nothing then, and errs by as
    # little
    if form == "covariance" and common < (math.sqrt(dx) + math.sqrt(dz)) / math.sqrt(m):
        return 0.0, 0.0
    own, lost = freedom(dx, dz, form, common)
    return own / (2 * m), lost / (2 * m)


def _model(flow: "Flow", x: Floats, z: Floats, generator: torch.Generator) -> TwoFlows:
    sides = [
        SplineFlow(
            side,
            bins=flow.bins,
            blocks=flow.blocks_for(side.shape[1]),
            hidden=flow.hidden,
            generator=generator,
        )
        for side in (x, z)
    ]
    return TwoFlows(sides[0], sides[1], shared=flow.rho == "shared")


def _tensors(
    x: Floats, z: Floats, rows: Ints, device: str, *, double: bool = False
) -> tuple[Tensor, Tensor]:
    kind = torch.float64 if double else torch.float32
    one, other = (torch.from_numpy(side[rows]).to(device, kind) for side in (x, z))
    return one, other


def _error(terms: Floats, groups: Ints | None) -> tuple[float, float]:
    """The standard error of the mean of terms (n,), and its degrees of freedom, of rows or groups.

    Of groups: sums over a group are independent, of mean zero about the common mean.
    """
    if groups is None:
        return float(terms.std(ddof=1)) / math.sqrt(len(terms)), math.inf
    codes = np.unique(groups, return_inverse=True)[1].reshape(-1)
    sums = np.bincount(codes, weights=terms - terms.mean())
    count = len(sums)
    return math.sqrt(float((sums**2).sum()) * count / (count - 1)) / len(terms), float(count - 1)
