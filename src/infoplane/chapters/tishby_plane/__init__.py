"""Chapter 05: the information plane, its critics, and a rule for stopping.

Sources: documents 000 (section 3.4, figure 8), 002 (all of it), 003 (first half).
"""

from infoplane.chapters.tishby_plane.front import REMARKS
from infoplane.chapters.tishby_plane.measured import measure
from infoplane.chapters.tishby_plane.settings import DATASETS, INPUTS
from infoplane.datasets import decisions, vision
from infoplane.plane.epochs import checkpoints
from infoplane.records.plan import Parameters, Plan

__all__ = ["REMARKS", "data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return f"the {INPUTS} patterns; {', '.join(p.datasets)}"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    sgd = {"batch": p.batch, "rate": p.rate}
    training = {"epochs": p.epochs, **sgd}
    exactly = {"samples": p.samples, **training}
    shown = {"checkpoints": p.checkpoints, "bins": p.bins}
    return {
        "planes": Plan(
            "planes.plane",
            [
                {"activation": activation, "seed": s, "finer": list(p.finer), **training, **shown}
                for activation in p.activations
                for s in p.seeds
            ],
            many=f"{__name__}.planes.plane",
            training=True,
        ),
        "exact": Plan(
            "planes.exact",
            [
                {"activation": activation, "seed": s, "sigmas": list(p.sigmas), **exactly}
                | {"at": checkpoints(p.epochs, p.checkpoints)}
                for activation in p.activations
                for s in p.seeds
            ],
            many=f"{__name__}.exact_planes.exact",
            training=True,
        ),
        "neural_exact": Plan(
            "planes.exact",
            [
                {"activation": "tanh", "seed": s, "sigmas": [p.neural_sigma], **exactly}
                | {"at": list(p.neural_epochs)}
                for s in p.neural_seeds
            ],
            many=f"{__name__}.exact_planes.exact",
            training=True,
        ),
        "neural": Plan(
            "planes.neural",
            [
                {"activation": "tanh", "seed": s, "sigma": p.neural_sigma, "steps": p.neural_steps}
                | {"at": list(p.neural_epochs), **training}
                for s in p.neural_seeds
            ],
            many=f"{__name__}.planes.neural",
            training=True,
        ),
        "groups": Plan(
            "decision_planes.group",
            [
                {"dataset": dataset, "seed": s, "networks": p.networks, "n": p.n}
                | {"epochs": p.image_epochs if dataset in vision.NAMES else p.group_epochs}
                | {**sgd, **shown}
                for dataset in p.datasets
                for s in p.group_seeds
            ],
            run=f"{__name__}.decision_planes.group",
            training=True,
        ),
        "originals": Plan(
            "decision_planes.original",
            [
                {"dataset": dataset, "seed": s, "networks": p.networks, "n": p.n}
                | {"epochs": p.group_epochs, **sgd, **shown}
                for dataset in p.datasets
                if dataset in decisions.DECISIONS
                for s in p.group_seeds
            ],
            run=f"{__name__}.decision_planes.original",
            training=True,
        ),
        "noisy": Plan(
            "noisy_network.cluster",
            [
                {"seed": s, "noise_std": p.noise_std, "inputs": p.inputs, "passes": p.passes}
                | {
                    "finer": list(p.finer),
                    "epochs": p.noisy_epochs,
                    "checkpoints": p.checkpoints,
                    **sgd,
                }
                for s in p.noisy_seeds
            ],
            many=f"{__name__}.noisy_network.cluster",
            training=True,
        ),
        "stopping": Plan(
            "stopping_rules.curves",
            [
                {"dataset": dataset, "seed": s, "label_noise": p.label_noise, "every": 5}
                | {"epochs": p.stop_epochs, "batch": 64, "rate": p.rate}
                for dataset in DATASETS
                for s in p.stop_seeds
            ],
            many=f"{__name__}.stopping_rules.curves",
            training=True,
        ),
    }
