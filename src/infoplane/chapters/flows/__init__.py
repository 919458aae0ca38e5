"""Chapter 10: information through normalizing flows. Source: document 001, its second half."""

from typing import Any

from infoplane.chapters.flows.measured import measure
from infoplane.chapters.flows.settings import CASES, MODELS, RIVALS
from infoplane.records.plan import Parameters, Plan

__all__ = ["data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return "pairs and images whose information is known"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    run = f"{__name__}.runs.estimate"
    wanted = {"d": p.d, "nats": p.nats}

    def tried(name: str, configs: list[dict[str, Any]]) -> Plan:
        seeded = [{**config, "seed": s} for config in configs for s in p.seeds]
        return Plan(f"flows.{name}", seeded, run=run, training=True)

    def bent(case: str, **more: Any) -> dict[str, Any]:
        options = {**wanted, **CASES[case]}
        return {"problem": "bent", "options": options, "n": p.n, "unmix": False, **more}

    def flow(options: dict[str, Any]) -> dict[str, Any]:
        return {"estimator": "flow", "set": options}

    def rival(name: str) -> dict[str, Any]:
        estimator, options = RIVALS[name]
        steps = {"steps": p.mine_steps} if name == "mine" else {}
        return {"estimator": estimator, "set": {**options, **steps}}

    starts = [
        {"start": "likelihood"}, {"start": "covariance"}, {"start": "random"},
        *({"start": "random", "learning_rate": rate} for rate in p.rates),
    ]  # fmt: skip
    student = [
        {"problem": "student", "options": {"d": p.student_d, "nats": p.student_nats, "dof": dof}}
        | {"n": p.n, "unmix": False}
        for dof in p.dofs
    ]
    return {
        "gauss": tried(
            "gauss",
            [
                bent(case, **flow({**options, "steps": p.steps}))
                for case in CASES
                for options in MODELS.values()
            ]
            + [bent("mixed", **flow({**MODELS["canonical"], "steps": p.steps})) | {"unmix": True}],
        ),
        "starts": tried(
            "starts",
            [
                bent("straight", **flow({**MODELS["source"], **start, "steps": p.start_steps}))
                for start in starts
            ],
        ),
        "rivals": tried("rivals", [bent(case, **rival(name)) for case in CASES for name in RIVALS]),
        "student": tried(
            "student",
            [
                {**pairs, **flow({"blocks": 0, "base": base, "steps": steps})}
                for pairs in student
                for base, steps in (("gaussian", p.steps), ("mixture", p.far_steps))
            ]
            + [{**pairs, **rival(name)} for pairs in student for name in p.student_rivals],
        ),
        "matrices": Plan(
            "flows.matrices",
            [
                {"problem": "bent", "options": {**wanted, **CASES[case]}, "n": p.n, "seed": s}
                for case in ("straight", "unequal")
                for s in p.seeds
            ],
            run=f"{__name__}.matrices.matrices",
        ),
        "images": Plan(
            "flows.images",
            [
                {"nats": list(p.image_nats), "models": {"canonical": {"steps": p.far_steps}}}
                | {"few_nats": list(p.few_nats), "few_models": few_models(p)}
                | {"n": p.image_n, **coder(p), "seed": s}
                for s in p.image_seeds
            ],
            run=f"{__name__}.images.images",
            training=True,
        ),
    }


def coder(p: Parameters) -> dict[str, Any]:
    """How codes of images are learned."""
    return {
        "code_dim": 2, "learn_rows": p.learn_rows, "tries": p.tries,
        "coder_steps": p.coder_steps, "hidden": list(p.hidden),
    }  # fmt: skip


def few_models(p: Parameters) -> dict[str, dict[str, Any]]:
    """Models that are looked at on few informations: the source's, trained longer, and others."""
    return {
        "source": {**MODELS["source"], "steps": p.source_steps},
        "shared": {**MODELS["shared"], "steps": p.far_steps},
        "scores": {"margins": "normal-scores", "steps": p.far_steps},
        "columns": {"blocks": 0, "steps": p.steps},
    }
