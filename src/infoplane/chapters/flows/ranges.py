"""What chapter 10 accepts of its parameters."""

from infoplane.chapters.flows.settings import RIVALS
from infoplane.estimators.flow import Flow
from infoplane.inputs.options import listed, require, require_seeds, whole, within
from infoplane.records.plan import Parameters

__all__ = ["check"]

MOST_NATS = 17.0  # of a pair of columns: at 18 correlations round to 1
LEAST_ROWS = 430  # MINE trains on one batch of 256, six tenths of them


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    from infoplane.estimators.latents.doubts import parameters  # these need torch
    from infoplane.models.autoencoders.compression import Coder

    for name in ("seeds", "image_seeds"):
        require_seeds(getattr(p, name), name)
    for name in ("d", "student_d", "tries"):
        whole(name, getattr(p, name), at_least=1)
    for name in ("steps", "start_steps", "far_steps", "source_steps", "mine_steps", "coder_steps"):
        whole(name, getattr(p, name), at_least=1)
    within("nats", p.nats, above=0, high=MOST_NATS * p.d / 3)  # the strongest pair has thrice that
    within("student_nats", p.student_nats, low=0, high=MOST_NATS * p.student_d)
    for name in ("dofs", "image_nats", "few_nats"):
        given = listed(name, getattr(p, name))
        require(
            len(given) > 0 and sorted(set(given)) == list(given), name, given,
            "give at least one, in increasing order",
        )  # fmt: skip
    for dof in p.dofs:
        within("dofs", dof, low=0.5)
    for name in ("image_nats", "few_nats"):
        for nats in getattr(p, name):
            within(name, nats, low=0, high=2 * MOST_NATS)
    for rate in p.rates:
        within("rates", rate, above=0, below=1)
    own = Flow.learning_rate
    require(
        len({*p.rates, own}) == len(p.rates) + 1, "rates", p.rates,
        f"each once, and not {own:g}, which is tried anyway",
    )  # fmt: skip
    require(
        len(p.student_rivals) == len(set(p.student_rivals) & set(RIVALS)), "student_rivals",
        p.student_rivals, f"each once, some of {', '.join(RIVALS)}",
    )  # fmt: skip
    for name, least in (("n", LEAST_ROWS), ("image_n", LEAST_ROWS), ("learn_rows", 400)):
        whole(name, getattr(p, name), at_least=least)
    free = {
        "d": p.d**2, "student_d": parameters(2 * p.student_d, Flow.components),
    }  # fmt: skip
    seen = round(Flow.train_fraction * p.n)
    for name, needed in free.items():
        require(
            needed < seen, name, getattr(p, name),
            f"less, as models of so many columns have {needed} free numbers, and {seen} of "
            f"n={p.n} rows are learned from",
        )  # fmt: skip
    Coder(hidden=tuple(p.hidden))  # says what is wrong
