"""Chapter 07: entropy and correlation dimension of the codes of autoencoders.

Source: document 003, its method: train an autoencoder with codes of d columns, encode all the
data, fit a kernel density to the codes, and take its entropy H(d).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from infoplane.chapters.autoencoder_entropy.point_sets import points_of
from infoplane.chapters.autoencoder_entropy.scaling import curve, scales
from infoplane.chapters.autoencoder_entropy.settings import GAUGE, GAUGES, METHODS
from infoplane.dimension.correlation import correlation_integral
from infoplane.errors import InputError
from infoplane.estimators.density.codes import code_entropies
from infoplane.estimators.density.gauges import normalised
from infoplane.estimators.density.kernel_entropy import kde_entropy
from infoplane.models.autoencoders.networks import Autoencoder, Autoencoders, ConvAutoencoder
from infoplane.models.autoencoders.training import errors, fit
from infoplane.records.plan import Config, Values

__all__ = ["codes", "reconstructions"]

Rows = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

BATCH = 128


def codes(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """Autoencoders with codes of several sizes for one data set, trained as one batched model.

    lost, lost_held_out: share of the variance that the reconstruction loses; entropies (gauges,
    methods), in nats, of the first config["rows"] codes, and half_log_det of their correlations;
    live: columns that are not dead; dimensions and log_r, log_c: see `scaling`, in
    :data:`GAUGE`; for images class_entropies and class_dimensions, digit by digit. `refused`
    says of what is missing why: columns that depend on others, many copies, as saturated tanh
    units make, or no unit that is alive, and NaN, where training went wrong: live is then 0.
    warnings: sentences that say what to doubt in entropies.
    """
    data = points_of(configs[0])
    x, held_out = (torch.as_tensor(part, device=device) for part in (data.x, data.held_out))
    model = _trained(configs, x)
    lost, lost_held_out = (errors(model, part).tolist() for part in (x, held_out))
    return [
        {"lost": lost[i], "lost_held_out": lost_held_out[i]}
        | _described(y.detach().cpu().numpy(), data.labels, config["rows"], device)
        for i, (y, config) in enumerate(zip(model.encode(x), configs, strict=True))
    ]


def reconstructions(config: Config, *, device: str = "cpu") -> Values:
    """Held-out images and what codes of several sizes keep of them.

    originals: (k, pixels) in [0, 1]; reconstructed: (codes, k, pixels), not clipped.
    """
    data = points_of(config)
    originals = data.held_out[: config["shown"]]
    x, shown = (torch.as_tensor(part, device=device) for part in (data.x, originals))
    model = _trained([{**config, "code": code} for code in config["codes"]], x)
    with torch.no_grad():
        answers = model(shown).cpu().numpy()
    return {
        "originals": np.round(data.restored(originals), 3),
        "reconstructed": np.round(data.restored(answers), 3),
    }


def _trained(configs: Sequence[Config], x: torch.Tensor) -> Autoencoder:
    first = configs[0]
    sizes, seeds = [c["code"] for c in configs], [c["seed"] for c in configs]
    activation = first["code_activation"]
    model: Autoencoder
    if first["hidden"] == "convolutions":
        side = round(x.shape[1] ** 0.5)
        model = ConvAutoencoder(side, sizes[0], seeds[0], code_activation=activation)
    else:
        widths = first["hidden"]
        model = Autoencoders(x.shape[1], sizes, seeds, hidden=widths, code_activation=activation)
    model = model.to(x.device)
    training = {"epochs": first["epochs"], "learning_rate": first["learning_rate"]}
    fit(model, x, batch_size=BATCH, seeds=seeds, **training)
    return model


def _described(rows: Rows, labels: Labels | None, first: int, device: str) -> Values:
    values: Values = {"live": 0, "entropies": None, "warnings": [], "refused": {}}
    try:
        unit = normalised(rows, GAUGE)
    except InputError as refused:  # a dead code, or NaN: the other members of the batch go on
        parts_of = ("entropies", "dimensions") + (() if labels is None else ("classes",))
        return values | {"refused": dict.fromkeys(parts_of, str(refused))}
    parts: dict[str, Callable[[], Values]] = {
        "entropies": lambda: _entropies(rows[:first], device),
        "dimensions": lambda: _scaling(unit, device),
    }
    if labels is not None:
        parts["classes"] = lambda: _classes(unit, labels, first, device)
    values["live"] = unit.shape[1]
    for name, part in parts.items():
        try:
            values |= part()
        except InputError as refused:  # columns that depend on others, many copies: a finding
            values["refused"][name] = str(refused)
    return values


def _scaling(unit: Floats, device: str) -> Values:
    integral = correlation_integral(unit, device=device)
    return {**scales(integral), **curve(integral)}


def _classes(unit: Floats, labels: Labels, first: int, device: str) -> Values:
    few, of_few = unit[:first], labels[:first]
    return {
        "class_entropies": [
            kde_entropy(few[of_few == label], device=device).value for label in range(10)
        ],
        "class_dimensions": [
            correlation_integral(unit[labels == label], device=device).dimension().value
            for label in range(10)
        ],
    }


def _entropies(rows: Rows, device: str) -> Values:
    """By gauge and method; whitened codes, which need a bandwidth of their own, by METHODS[0]."""
    table: list[list[float | None]] = []
    warnings: list[str] = []
    for gauges, methods in ((GAUGES[:3], METHODS), (GAUGES[3:], METHODS[:1])):
        found = code_entropies(rows, gauges=gauges, methods=methods, device=device)
        table += [[found.values[g].get(m) for m in METHODS] for g in gauges]
        warnings += found.warnings
    told = list(dict.fromkeys(warnings))  # of the code itself they come twice
    return {"entropies": table, "half_log_det": found.half_log_det, "warnings": told}
