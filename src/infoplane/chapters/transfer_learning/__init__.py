"""Chapter 06: what makes an embedding good? Source: document 000, section 3.4."""

from typing import Any

from infoplane.chapters.transfer_learning.findings import REMARKS
from infoplane.chapters.transfer_learning.measured import measure
from infoplane.chapters.transfer_learning.settings import MINIATURES, stored
from infoplane.models.backbones.families import SOURCE, TORCHVISION
from infoplane.records.plan import Parameters, Plan

__all__ = ["REMARKS", "data", "measure", "names", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    images = "digits 5 and 8" if p.images == "digits" else f"images of {p.images}"
    return f"{images}, embedded by {len(names(p))} networks ({p.networks})"


def names(p: Parameters) -> tuple[str, ...]:
    """The networks of a set, or those chosen by name in its place."""
    if p.chosen:
        return tuple(p.chosen)
    sets = {"miniature": tuple(MINIATURES), "torchvision": TORCHVISION, "source": SOURCE}
    if p.networks in sets:
        return sets[p.networks]
    return stored()


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes: for each part a record a network, or more."""

    # networks in small are trained here, and all that is of their embeddings follows that path
    small = p.networks == "miniature"
    embeddings = [_embedding(p, name) for name in names(p)]

    def planned(part: str, run: str, configs: list[dict[str, Any]], training: bool = small) -> Plan:
        each = [{**embedding, **config} for embedding in embeddings for config in configs]
        return Plan(f"transfer.{part}", each, run=f"{__name__}.{run}", training=training)

    exact = {"noise_std": p.noise_std, "samples": p.samples}
    return {
        "facts": planned("facts", "embedded.facts", [{}]),
        "heads": planned(
            "heads",
            "heads.train",
            [
                {"seeds": list(p.seeds), "order": order, "epochs": p.epochs, "looks": p.looks}
                | {"hidden": p.hidden, "batch": p.batch, "rate": p.rate}
                | {"prediction_steps": p.prediction_steps}
                for order in p.orders
            ],
            training=True,
        ),
        "compactness": planned(
            "compactness",
            "statics.compactness",
            [{"noise_stds": list(p.noise_stds), "samples": p.samples}],
        ),
        "critics": planned(
            "critics",
            "statics.critics",
            [
                {"noise_std": p.noise_std, "steps": p.steps, "rate": p.critic_rate, "seed": s}
                for s in p.critic_seeds
            ],
            training=True,
        ),
        "labels": planned(
            "labels", "statics.labels", [{"folds": p.folds, "seed": s} for s in p.critic_seeds]
        ),
        "ranks": planned(
            "ranks",
            "rankings.rank",
            [{**exact, "halves": p.halves, "columns": p.columns, "seed": 0}],
        ),
        "bent": planned("bent", "rankings.bent", [{**exact, "strength": p.strength, "seed": 0}]),
    }


def _embedding(p: Parameters, name: str) -> dict[str, Any]:
    """What an embedding comes from."""
    found = {
        "networks": p.networks, "network": name, "images": p.images,
        "n_images": p.n_images or None, "pretrain_epochs": p.pretrain_epochs,
        "pretrain_seed": p.pretrain_seed,
    }  # fmt: skip
    return found | ({"skip_unreadable": True} if p.skip_unreadable else {})
