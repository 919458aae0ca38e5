"""Chapter 08: LeNet-5 under MINE. Sources: documents 004 (all of it) and 002 (section 2.5)."""

from typing import Any

from infoplane.chapters.lenet_mine.findings import REMARKS
from infoplane.chapters.lenet_mine.measured import measure
from infoplane.chapters.lenet_mine.ranges import check_layers
from infoplane.chapters.lenet_mine.settings import (
    ARCHITECTURES,
    LAYERS,
    NOISE_SHARES,
    OPTIMISERS,
    checkpoints,
)
from infoplane.records.plan import Parameters, Plan

__all__ = ["REMARKS", "data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return f"{p.dataset}, 28 x 28 pixels"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes; InputError for layers and noise that cannot be planned with."""
    check_layers(p)
    common = {"dataset": p.dataset, "rate": p.rate}
    network = {**common, "optimiser": p.optimiser, "batch": p.batch}
    last = checkpoints(p.epochs)[-1]
    shares = sorted({*NOISE_SHARES, *p.noise})
    ascents = f"{__name__}.ascents"
    other = "derangement" if p.marginals == "permutation" else "permutation"
    planes = {"marginals": p.marginals, "critic": "concatenated", "rows": p.rows}
    return {
        "grid": Plan(
            "lenets.train",
            [
                {**common, "optimiser": optimiser, "batch": batch, "epochs": 1, "seed": s}
                for optimiser in OPTIMISERS
                for batch in p.batches
                for s in p.grid_seeds
            ],
            many=f"{__name__}.networks.train",
            training=True,
        ),
        "training": Plan(
            "lenets.train",
            [{**network, "epochs": p.epochs, "seed": s} for s in p.seeds],
            many=f"{__name__}.networks.train",
            training=True,
        ),
        "exact": _exact(
            [{"epoch": epoch, "shares": shares} for epoch in checkpoints(p.epochs)],
            p,
            network,
        ),
        "finer": _exact([{"epoch": last, "shares": list(p.finer)}], p, network),
        "table": Plan(
            "lenets.ascent",
            [
                {**network, **_mine(p), **planes, **row, "epoch": last}
                | {"layer": layer, "network": p.seeds[s % len(p.seeds)], "seed": s}
                for layer in p.table_layers
                for row in _rows(p, layer)
                for s in p.critic_seeds
            ],
            many=f"{ascents}.ascent",
            vary=("seed", "network"),
            training=True,
        ),
        "deranged": Plan(
            "lenets.ascent",
            [
                {**network, **_mine(p), **planes, "marginals": other, "target": "x"}
                | {"hidden": ARCHITECTURES[0].hidden, "noise": 0.0, "epoch": last}
                | {"layer": p.table_layers[0], "network": p.seeds[s % len(p.seeds)], "seed": s}
                for s in p.critic_seeds
            ],
            many=f"{ascents}.ascent",
            vary=("seed", "network"),
            training=True,
        ),
        "planes": Plan(
            "lenets.ascent",
            [
                {**network, **_mine(p), **planes, "epoch": epoch, "layer": layer}
                | {"target": target, "hidden": hidden, "noise": noise, "network": s, "seed": s}
                for hidden, epochs in ((p.hidden, checkpoints(p.epochs)), (p.wide, p.wide_epochs))
                for epoch in epochs
                for layer, noise in zip(LAYERS, p.noise, strict=True)
                for target in "xy"
                for s in p.seeds
            ],
            many=f"{ascents}.ascent",
            vary=("seed", "network"),
            training=True,
        ),
        "transfer": Plan(
            "lenets.transfer",
            [
                {**network, **_mine(p), "marginals": p.marginals, "rows": p.curve_rows}
                | {"passes": p.curve_passes}
                | {"layer": "relu3", "noise": p.noise[LAYERS.index("relu3")], "hidden": p.hidden}
                | {"epochs": p.epochs, "transfer": transfer, "network": s, "seed": s}
                for transfer in (False, True)
                for s in p.seeds
            ],
            many=f"{ascents}.transfer",
            vary=("seed", "network", "transfer"),
            training=True,
        ),
        "labelled": Plan(
            "lenets.labelled",
            [
                {**network, "rows": p.rows, "epoch": last, "layer": layer, "noise": noise}
                | {"steps": p.label_steps, "network": s, "seed": s}
                for layer, noise in list(zip(LAYERS, p.noise, strict=True))[2:]
                for s in p.seeds
            ],
            many=f"{ascents}.labelled",
            vary=("seed", "network"),
            training=True,
        ),
        "cnn": Plan(
            "lenets.small_cnn",
            [
                {"dataset": p.dataset, "networks": p.cnn_networks, "n": p.cnn_n, "seed": s}
                | {"epochs": p.cnn_epochs, "batch": p.cnn_batch, "rate": p.cnn_rate}
                | {"checkpoints": p.cnn_checkpoints, "bins": p.bins}
                for s in p.cnn_seeds
            ],
            run=f"{__name__}.small_cnn.group",
            training=True,
        ),
    }


def _mine(p: Parameters) -> dict[str, Any]:
    """The one setting of MINE of the whole chapter."""
    return {"passes": p.passes, "mine_batch": p.mine_batch, "mine_rate": p.mine_rate}


def _exact(what: list[dict[str, Any]], p: Parameters, network: dict[str, Any]) -> Plan:
    return Plan(
        "lenets.exact",
        [
            {**network, **one, "rows": p.exact_rows, "samples": p.samples, "dropout": p.dropout}
            | {"seed": s}
            for one in what
            for s in p.seeds
        ],
        run=f"{__name__}.exact_layers.exact",
        training=True,
    )


def _rows(p: Parameters, layer: str) -> list[dict[str, Any]]:
    """The source's rows for a layer, and those without noise that are judged with it, too."""
    noise = p.noise[LAYERS.index(layer)]
    rows = []
    for a in ARCHITECTURES:
        row = {"target": a.target, "critic": a.critic, "hidden": a.hidden}
        rows.append({**row, "noise": noise if a.noise else 0.0})
        if a.reported == "underestimates" and not a.noise:
            rows.append({**row, "noise": noise})
    return rows
