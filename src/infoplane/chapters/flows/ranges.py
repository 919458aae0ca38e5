"""What chapter 10 accepts of its parameters."""

from infoplane.chapters.flows.settings import RIVALS
from infoplane.inputs.options import listed, require, require_seeds, whole, within
from infoplane.records.plan import Parameters

__all__ = ["check"]

MOST_NATS = 17.0  # of a pair of columns: at 18 correlations round to 1


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    for name in ("seeds", "image_seeds"):
        require_seeds(getattr(p, name), name)
    for name in ("d", "student_d", "tries"):
        whole(name, getattr(p, name), at_least=1)
    for name in ("steps", "start_steps", "far_steps", "source_steps", "mine_steps", "coder_steps"):
        whole(name, getattr(p, name), at_least=1)
    within("nats", p.nats, low=0, high=MOST_NATS * p.d / 3)  # the strongest pair has thrice as much
    within("student_nats", p.student_nats, low=0, high=MOST_NATS * p.student_d)
    for dof in p.dofs:
        within("dofs", dof, low=0.5)
    for name in ("image_nats", "few_nats"):
        given = listed(name, getattr(p, name))
        require(
            len(given) > 0 and sorted(set(given)) == list(given), name, given,
            "give at least one, in increasing order",
        )  # fmt: skip
        for nats in given:
            within(name, nats, low=0, high=2 * MOST_NATS)
    for rate in p.rates:
        within("rates", rate, above=0, below=1)
    for rival in p.student_rivals:
        require(rival in RIVALS, "student_rivals", rival, f"some of {', '.join(RIVALS)}")
    for name in ("n", "image_n", "learn_rows"):
        whole(name, getattr(p, name), at_least=400)
