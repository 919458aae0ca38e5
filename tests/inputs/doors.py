"""Every function of the package that is given arrays, as a door: what goes in, what comes out."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from infoplane.datasets.decisions import COMPLICATED
from infoplane.datasets.images import bumps
from infoplane.datasets.mixture import preset
from infoplane.datasets.roll import roll
from infoplane.dimension import correlation_dimension, correlation_integral, find_break
from infoplane.estimators import (
    AAMINE,
    ESTIMATORS,
    JS,
    Binning,
    Estimator,
    Exact,
    Prediction,
    bandwidth,
    canonical_correlations,
    code_curve,
    code_entropies,
    entropy,
    extended_information,
    gaussian_information,
    get_estimator,
    information_with_noise,
    informations_with_noise,
    kde_entropy,
    kolchinsky_tracey,
    layer_information,
    normalised,
    sampled_propagation,
    symbols,
    wkl_entropy,
)
from infoplane.models import perceptrons
from infoplane.models.autoencoders.networks import Autoencoders, ConvAutoencoder
from infoplane.models.autoencoders.training import errors
from infoplane.models.perceptrons import Perceptrons, accuracy
from infoplane.plane import Recorder, estimate_layers, outputs_of
from infoplane.stopping import InformationStopping, LossStopping
from infoplane.stopping.rule import after_peak, stop_at

N = 90
TRAINING = {"hidden": (4,), "steps": 2, "check_every": 1, "batch_size": 16, "test_shifts": 2}
RNG = np.random.default_rng(0)


def halves(*shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Numbers that half precision has, too."""
    return RNG.normal(size=shape).astype(np.float16).astype(np.float64)


X, Z, LABELS = halves(N, 2), halves(N, 2), RNG.integers(0, 3, N)
LABELS[:3] = [0, 1, 2]
SHARES = np.repeat([[0.25, 0.75], [0.5, 0.5]], N // 2, axis=0)


class Door(NamedTuple):
    """argument: as errors call it; good: an array that is taken, of floats or of labels; call."""

    argument: str
    good: np.ndarray[Any, Any]
    call: Callable[[Any], Any]


def options_of(name: str) -> dict[str, Any]:
    if name == "classifier":
        return {"model": LogisticRegression()}  # a twentieth of the default's time
    if name == "compressed":  # pairs of two columns to one each
        return {"code_dim": 1, "coder": "pca", "estimator": "ksg"}
    if name == "flow":
        return {"steps": 2, "blocks": 0}
    neural = "check_every" in {f.name for f in dataclasses.fields(ESTIMATORS[name])}
    return TRAINING if neural else {}


EVERY: dict[str, Estimator] = {
    **{name: get_estimator(name, **options_of(name)) for name in ESTIMATORS},
    "js": JS(**TRAINING),
    "aa-mine": AAMINE(noise_std=1.0, **TRAINING),
    "exact": Exact(noise_std=1.0, samples=N),
    "prediction": Prediction(),
}
CODED: Any = EVERY["compressed"]
NEURAL = {name for name, e in EVERY.items() if hasattr(e, "check_every")}


def of_estimators() -> dict[str, Door]:
    found, many = {}, (halves(200, 2), halves(200, 2))
    for name, e in EVERY.items():
        x: Any = LABELS if name in ("ross", "classifier", "prediction", "exact") else X
        z: Any = SHARES if name == "prediction" else Z
        if e.min_samples > N:
            x, z = many
        found[f"{name}.x"] = Door("x", x, lambda v, e=e, z=z: e.estimate(v, z))
        found[f"{name}.z"] = Door("z", z, lambda v, e=e, x=x: e.estimate(x, v))
    found["estimate_batch"] = Door(
        r"x(\[0\])?", X, lambda v: EVERY["cca"].estimate_batch([v], [Z], seeds=[0])
    )
    found["estimate_fresh"] = Door(
        "x of draw.*",
        halves(2, 2),
        lambda v: EVERY["mine"].estimate_fresh([lambda n, g: (v, torch.zeros(n, 1))], seeds=[0]),  # type: ignore[attr-defined]
    )
    return found


def of_functions() -> dict[str, Door]:
    square = np.cov(X.T).astype(np.float16).astype(np.float64)
    few, many, picked = halves(9, 2, 2), halves(3, 16, 2), np.array([0, 4, 8])
    curve = np.minimum(np.arange(8.0), 4) + 0.125 * halves(3, 8).round()
    propagated = functools.partial(sampled_propagation, noise_std=1.0)
    return {
        "canonical_correlations.x": Door("x", X, lambda v: canonical_correlations(v, Z)),
        "canonical_correlations.z": Door("z", Z, lambda v: canonical_correlations(X, v)),
        "gaussian_information": Door("cov", square, lambda v: gaussian_information(v, 1)),
        "kde_entropy": Door("rows", X, lambda v: kde_entropy(v, h=0.5)),
        "bandwidth": Door("rows", X, bandwidth),
        "wkl_entropy": Door("rows", X, wkl_entropy),
        "code_entropies": Door("codes", X, lambda v: code_entropies(v, methods=["wkl"]).values),
        "normalised": Door("codes", X, lambda v: normalised(v, "one scale")),
        "code_curve": Door("x", X, lambda v: code_curve(v, Z, [1], estimator=CODED).estimates),
        "symbols": Door("a", X, symbols),
        "entropy": Door("codes", LABELS, entropy),
        "layer_information.t": Door("t", X, layer_information),
        "layer_information.labels": Door("labels", LABELS, lambda v: layer_information(X, v)),
        "extended_information": Door("t", X[None], lambda v: extended_information(v, LABELS)),
        "information_with_noise": Door("t", X, lambda v: information_with_noise(v, 1.0)),
        "informations_with_noise": Door(
            "labels", LABELS, lambda v: informations_with_noise(X, v, 1.0)
        ),
        "kolchinsky_tracey": Door("t", X, lambda v: kolchinsky_tracey(v, 1.0)),
        "sampled_propagation.centres": Door(
            "centres", few, lambda v: propagated(v, many, picked, [0, 1, 1] * 3)
        ),
        "sampled_propagation.passes": Door(
            "passes", many, lambda v: propagated(few, v, picked, [0, 1, 1] * 3)
        ),
        "sampled_propagation.rows": Door(
            "rows", picked, lambda v: propagated(few, many, v, [0, 1, 1] * 3)
        ),
        "sampled_propagation.labels": Door(
            "labels", LABELS[:9], lambda v: propagated(few, many, picked, v)
        ),
        "correlation_dimension": Door("rows", X, lambda v: correlation_dimension(v)),
        "correlation_integral": Door("rows", X, lambda v: correlation_integral(v).counts),
        "find_break.x": Door("x", np.arange(8.0), lambda v: find_break(v, curve, resamples=100)),
        "find_break.curves": Door(
            "curves", curve, lambda v: find_break(np.arange(8), v, resamples=100)
        ),
        "stop_at.profile": Door("profile", curve, lambda v: stop_at(v, patience=2)),
        "stop_at.start": Door("start", picked // 4, lambda v: stop_at(curve, patience=2, start=v)),
        "after_peak": Door("information_x", curve, lambda v: after_peak(v, checks=1)),
        "roll": Door("u", SHARES, roll),
        "bumps": Door("u", SHARES[:5], bumps),
        "Decision": Door("x", X, COMPLICATED.probability),
        "Mixture": Door("x", X, preset("separated").log_density),
    }


def of_networks() -> dict[str, Door]:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3))
    for w in net.parameters():
        w.requires_grad_(False)
    codes = Autoencoders(2, codes=[1], seeds=[0], hidden=())
    conv = ConvAutoencoder(4, code=2, seed=0, channels=(2,))
    whole = Perceptrons([2, 3, 3], seeds=[0])
    fit = functools.partial(perceptrons.fit, epochs=1, batch_size=N, learning_rate=0.1, seeds=[0])

    def recorded(x: Any, y: Any) -> Any:
        recorder = Recorder(net, ["0"], x, y)
        recorder.record(0)
        return recorder.table(Binning())["value"]

    def stopped(kind: Any, x: Any, y: Any) -> Any:
        stopping = kind(net, x, y, every=1)
        stopping(0)
        return stopping.history.iloc[:, 1]

    return {
        "Recorder.x": Door("x", X, lambda v: recorded(v, LABELS)),
        "Recorder.y": Door("y", LABELS, lambda v: recorded(X, v)),
        "outputs_of": Door("x", X, lambda v: outputs_of(net, ["0"], v)["0"]),
        "estimate_layers.x": Door(
            "x", X, lambda v: estimate_layers(Binning(), v, X[None], LABELS, seeds=[0])
        ),
        "estimate_layers.t": Door(
            "t", X[None], lambda v: estimate_layers(Binning(), X, v, LABELS, seeds=[0])
        ),
        "estimate_layers.y": Door(
            "y", LABELS, lambda v: estimate_layers(Binning(), X, X[None], v, seeds=[0])
        ),
        **{
            f"{kind.__name__}.{name}": Door(name, good, lambda v, kind=kind, name=name: stopped(
                kind, v if name == "x" else X, v if name == "y" else LABELS))
            for kind in (InformationStopping, LossStopping)
            for name, good in (("x", X), ("y", LABELS))
        },
        "encode": Door("x", X, lambda v: codes.encode(v)[0]),
        "encode.images": Door("x", halves(5, 4, 4), lambda v: conv.encode(v)[0]),
        "errors": Door("x", X, lambda v: errors(codes, v)),
        "perceptrons.x": Door("x", X, lambda v: fit(whole, v, LABELS)),
        "perceptrons.y": Door("y", LABELS, lambda v: fit(whole, X, v)),
        "accuracy": Door("x", X, lambda v: accuracy(whole, v, LABELS)),
    }  # fmt: skip


DOORS: dict[str, Door] = of_estimators() | of_functions() | of_networks()


def numbers_of(found: Any) -> list[float]:
    """All numbers in what a door gives, without the time it took and the words."""
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        fields = [f.name for f in dataclasses.fields(found) if f.name != "seconds"]
        return numbers_of([getattr(found, name) for name in fields])
    if isinstance(found, dict):
        return numbers_of(list(found.values()))
    if isinstance(found, list | tuple):
        return [v for part in found for v in numbers_of(part)]
    if isinstance(found, str) or found is None:
        return []
    values = np.asarray(found, dtype=np.float64).ravel().tolist()
    return [-math.inf if math.isnan(v) else v for v in values]
