"""Chapter 09: information through compression. Source: document 001, its first half."""

from typing import Any

from infoplane.chapters.compression.measured import measure
from infoplane.chapters.compression.settings import KINDS, LATENTS
from infoplane.records.plan import Parameters, Plan

__all__ = ["data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return f"images with a known information; {p.dataset}, 28 x 28 pixels"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    synthetic = f"{__name__}.synthetic"
    coder = {"learn_rows": p.learn_rows, "steps": p.coder_steps, "hidden": list(p.hidden)}
    grid = {"nats": list(p.nats), "n": list(p.n)}

    def coded(kind: str, code_dim: int, encoders: str, **over: Any) -> list[dict[str, Any]]:
        config = {"kind": kind, "code_dim": code_dim, "encoders": encoders, **coder, **grid, **over}
        return [{**config, "seed": s} for s in p.seeds]

    def codes(configs: list[list[dict[str, Any]]]) -> Plan:
        return Plan(
            "compression.codes",
            [config for of_one in configs for config in of_one],
            many=f"{synthetic}.codes",
            training=True,
        )

    few = {"nats": list(p.few_nats), "n": [max(p.n)]}
    network = {
        "dataset": p.dataset, "noise": "multiplicative", "noise_std": p.noise_std,
        "dropout": p.dropout, "batch": p.batch, "rate": p.rate, "epochs": p.epochs,
    }  # fmt: skip
    encoder = {
        "code_dim": p.code_dim, "encoder_rows": p.encoder_rows, "encoder_batch": p.encoder_batch,
        "encoder_epochs": p.encoder_epochs, "encoder_rate": p.encoder_rate,
    }  # fmt: skip
    return {
        "codes": codes([coded(kind, LATENTS[kind], "two") for kind in KINDS]),
        "single": codes([coded(kind, LATENTS[kind], "one", **few) for kind in KINDS]),
        "sizes": codes(
            [
                coded(kind, LATENTS[kind] + more, "two", **few)
                for kind in KINDS
                for more in p.more_columns
                if more
            ]
        ),
        "latents": Plan(
            "compression.latents",
            [{"kind": kind, **grid, "seed": s} for kind in KINDS for s in p.seeds],
            run=f"{synthetic}.latents",
        ),
        "pixels": Plan(
            "compression.pixels",
            [
                {"kind": kind, "nats": list(p.nats), "n": p.pixel_n, "seed": s}
                for kind in KINDS
                for s in p.seeds
            ],
            run=f"{synthetic}.pixels",
        ),
        "mine": Plan(
            "compression.mine",
            [
                {"kind": kind, "nats": nats, "n": p.pixel_n, "steps": p.mine_steps, "seed": s}
                for kind in KINDS
                for nats in p.nats
                for s in p.seeds
            ],
            many=f"{synthetic}.mine",
            training=True,
        ),
        "training": Plan(
            "compression.train",
            [{**network, "seed": s} for s in p.cnn_seeds],
            many=f"{__name__}.classifiers.train",
            training=True,
        ),
        "planes": Plan(
            "compression.plane",
            [
                {**network, **encoder, "epoch": epoch, "rows": p.rows, "learn_rows": p.pca_rows}
                | {"shares": list(p.shares) if epoch in p.exact_epochs else []}
                | {"samples": p.samples, "seed": s}
                for s in p.cnn_seeds
                for epoch in range(p.epochs + 1)
            ],
            run=f"{__name__}.planes.plane",
            training=True,
        ),
        "own": Plan(
            "compression.own_noise",
            [
                {**network, "epoch": p.epochs, "rows": p.rows, "samples": p.samples, "seed": s}
                for s in p.cnn_seeds
            ],
            run=f"{__name__}.own_noise.own_noise",
            training=True,
        ),
    }
