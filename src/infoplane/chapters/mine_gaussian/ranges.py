"""What chapter 03 accepts of its parameters."""

from infoplane.chapters.mine_gaussian import problems_of
from infoplane.chapters.mine_gaussian.settings import FRESH_ROWS, LAST, STAIR_CHECK, STAIR_DIMENSION
from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.estimators.neural.mine import MINE, by_bound
from infoplane.inputs.options import require, require_seeds
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    require_seeds(p.seeds)
    require(
        len(p.dims) > 0 and sorted(set(p.dims)) == list(p.dims), "dims", p.dims,
        "give at least one dimension, in increasing order",
    )  # fmt: skip
    require(
        len(p.rhos) >= 2 and sorted(set(p.rhos)) == list(p.rhos), "rhos", p.rhos,
        "give at least two correlations in (-1, 1), in increasing order",
    )  # fmt: skip
    require(max(p.rhos) >= 0, "rhos", p.rhos, "the bounds need a correlation >= 0")
    for problem in problems_of(p):
        CorrelatedGaussian(**problem)  # says what is wrong with a dimension or a correlation
    require(p.n >= 50, "n", p.n, "at least 50 samples are needed to split in three")
    most = int(
        MINE(steps=p.steps, batch_size=p.batch, hidden=(p.hidden, p.hidden)).train_fraction * p.n
    )
    require(p.batch <= most, "batch", p.batch, f"at most the {most} rows that train, of n={p.n}")
    most = int(MINE().train_fraction * FRESH_ROWS)
    require(p.batch <= most, "batch", p.batch, f"at most {most}, for fresh samples")
    require(
        len(p.bounds) > 0 and len(set(p.bounds)) == len(p.bounds), "bounds", p.bounds,
        "name each bound once, and at least one",
    )  # fmt: skip
    for name in p.bounds:
        by_bound(name)  # says what is wrong with a name
    require(
        len(p.truths) > 0 and min(p.truths) > 0 and sorted(set(p.truths)) == list(p.truths),
        "truths", p.truths, "give numbers of nats > 0 in increasing order",
    )  # fmt: skip
    for nats in p.truths:
        rho_for(nats, STAIR_DIMENSION)  # says where it is too much
    least = round(STAIR_CHECK / LAST)
    require(p.stair_steps >= least, "stair_steps", p.stair_steps, f"give at least {least}")
