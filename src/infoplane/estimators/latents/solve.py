"""One estimate by flows: rows split in three, a model trained, its ratio of held-out rows."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Samples
from infoplane.estimators.latents import doubts
from infoplane.estimators.latents.bases import Normal
from infoplane.estimators.latents.correlation import Correlation, correlation_layer, random_layer
from infoplane.estimators.latents.model import Latents, TwoFlows, as_doubles
from infoplane.estimators.latents.training import train
from infoplane.estimators.rows import split_rows, split_sizes
from infoplane.inputs.columns import Floats
from infoplane.models.flows import SplineFlow
from infoplane.streams import stream

if TYPE_CHECKING:
    from infoplane.estimators.flow import Flow

__all__ = ["freedom", "solved"]

Ints = npt.NDArray[np.int64]

SPLIT, WEIGHTS, BATCHES = range(3)  # what a seed is asked for
LEAST = 20  # rows to validate on, and to test on


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
    bias = -freedom(x.shape[1], z.shape[1], flow.rho) / (2 * len(learned))
    history: dict[str, Any] = {
        "step": course.step, "train": course.train, "validation": course.validation,
        "loss": course.loss, "ratios": [train_ratio, value], "rows": [len(part) for part in parts],
    }  # fmt: skip
    from_rho = None
    if isinstance(model.base, Normal):
        from_rho = model.base.information()
        history |= {"from_rho": course.from_rho, "rho": course.rho, "rhos": model.base.rho(),
                    "information_of_rho": [from_rho + bias]}  # fmt: skip
    told = doubts.doubts_of_training(
        course,
        train=train_ratio,
        held_out=value,
        std=std,
        bias=bias,
        from_rho=from_rho,
        refit=flow.refit is not None,
    )
    told += doubts.outside([("x", x[held_out]), ("z", z[held_out])])
    told += doubts.doubts_of_latents(model, seen, others)
    told += doubts.second_opinion(model, others, value, std)
    arrays = {name: np.asarray(curve, dtype=np.float64) for name, curve in history.items()}
    return Answer(
        value, std, told, arrays, bias=bias if gaussian else math.nan,
        bias_std=0.0 if gaussian else math.nan, dof=dof,
    )  # fmt: skip


def freedom(dx: int, dz: int, rho: str) -> int:
    """Numbers by which the correlation layer can fit what is not there between the sides.

    Those of the joint density less those of either side's: dx dz of canonical correlations with
    their directions; of one rho, the directions in which k = min(dx, dz) pairs lie, and rho.

    >>> freedom(2, 2, "canonical"), freedom(2, 2, "shared")
    (4, 2)
    """
    if rho == "canonical":
        return dx * dz
    k, wide = min(dx, dz), max(dx, dz)
    return k * wide - k * (k + 1) // 2 + 1


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
