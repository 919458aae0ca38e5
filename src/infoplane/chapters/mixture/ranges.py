"""What chapter 02 accepts of its parameters."""

from infoplane.chapters.mixture import mixtures_of
from infoplane.chapters.mixture.runs import mixture_of
from infoplane.datasets.mixture import PRESETS
from infoplane.estimators.neural.mine import MINE
from infoplane.inputs.options import require, require_seeds
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    require(len(p.presets) > 0, "presets", p.presets, f"name at least one of {', '.join(PRESETS)}")
    require_seeds(p.seeds)
    require(p.n >= 50, "n", p.n, "at least 50 samples are needed to split in three")
    require(len(p.separations) >= 2, "separations", p.separations, "give at least two distances")
    require(
        sorted(set(p.separations)) == list(p.separations), "separations", p.separations,
        "give distances >= 0 in increasing order",
    )  # fmt: skip
    mine = MINE(
        steps=p.steps, batch_size=p.batch, hidden=(p.hidden, p.hidden)
    )  # says what is wrong
    most = int(mine.train_fraction * p.n)
    require(p.batch <= most, "batch", p.batch, f"at most the {most} rows that train, of n={p.n}")
    rare = p.n * min(p.prior, 1 - p.prior)
    require(
        rare >= 20, "prior", p.prior, f"in (0, 1), with 20 of the rarer class among n={p.n} or more"
    )
    for config in mixtures_of(p):
        mixture_of(config)  # says what is wrong with a name or a distance
