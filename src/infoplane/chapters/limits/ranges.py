"""What chapter 12 accepts of its parameters."""

from infoplane.chapters.limits import coverage_problems, hurdles_of
from infoplane.chapters.limits.settings import HURDLES
from infoplane.datasets.problems import problem
from infoplane.estimators.neural.mine import MINE
from infoplane.inputs.options import require, require_seeds
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    require_seeds(p.seeds)
    require(len(p.seeds) >= 2, "seeds", p.seeds, "give at least two: one estimate has no spread")
    named = hurdles_of(p)
    require(
        0 < len(named) == len(set(named) & set(HURDLES)), "hurdles", p.hurdles,
        f"pass ['all'], or name each once, of {', '.join(HURDLES)}",
    )  # fmt: skip
    require(p.n >= 500, "n", p.n, "at least 500 rows: one in 50 of a recording is left over")
    MINE(steps=p.steps, restarts=p.restarts)  # says what is wrong
    for name in ("dims", "rhos", "separations", "sizes"):
        given = getattr(p, name)
        require(
            len(given) > 0 and sorted(set(given)) == list(given), name, given,
            "give at least one, in increasing order",
        )  # fmt: skip
    least = MINE().batch_size / MINE().train_fraction
    require(min(p.sizes) >= least, "sizes", p.sizes, f"at least {least:.0f} rows train a critic")
    for name in ("repetitions", "slow_repetitions"):
        require(getattr(p, name) >= 2, name, getattr(p, name), "at least 2")
    for known_problem, options, _ in coverage_problems(p):
        problem(known_problem, **options)  # says what is wrong with a dimension or a correlation
