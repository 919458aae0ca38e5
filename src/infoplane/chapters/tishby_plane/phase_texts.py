"""What chapter 05 says of rise and fall: by bins, exactly, and by other numbers of bins."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.settings import FIXED, HIDDEN, INPUTS
from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, alive, stacked, with_exact
from infoplane.plane.phases import change_since_peak, rise_to_peak
from infoplane.words import counted, listed, mean_of, sure, told

__all__ = ["Phases", "compressed", "finer", "lengths", "phases", "reaches", "trained", "twice"]

Frames = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]

LEAST = 3  # networks, for two of them to say how much changes
BINS = 10  # few, for the comparison with the most
NEAR = 0.05  # of log N, that the finest bins may be below it


@dataclass(frozen=True)
class Phases:
    """Rise to the peak and fall from it, nats, of half of the networks (half, layers)."""

    rise: Floats
    fall: Floats

    def falls(self, layer: int) -> int:
        """1 where this layer, counted from 1, surely falls; -1 where it surely does not."""
        return sure(self.fall[:, layer - 1])

    def of(self, name: str) -> str:
        """Both last hidden layers in words: mean and interval of the rise or the fall."""
        values: Floats = getattr(self, name)
        return " and ".join(told(values[:, layer - 1]) for layer in LAST_HIDDEN)


def trained(frames: Frames, activation: str) -> pd.DataFrame:
    """The networks of an activation that learned, with their exact values; empty if too few."""
    planes = with_exact(frames)
    part = alive(planes[planes["activation"] == activation])
    return part if len(part) >= LEAST else part.iloc[:0]


def phases(x: Floats) -> Phases:
    """Of I(X;T) in nats (networks, checkpoints, layers)."""
    layers = range(x.shape[-1])
    return Phases(
        np.stack([rise_to_peak(x[..., k]) for k in layers], axis=-1),
        np.stack([-change_since_peak(x[..., k]) for k in layers], axis=-1),
    )


def compressed(frames: Frames) -> str:
    """Both phases of tanh and ReLU networks, of the published edition."""
    parts = {name: trained(frames, name) for name in ("tanh", "relu")}
    if parts["tanh"].empty:
        return ""
    epochs = int(parts["tanh"]["epochs"].iloc[0])
    counts = [f"{len(part)} of {name}" for name, part in parts.items() if len(part)]
    told_of = f"In the published edition (networks that learned: {' and '.join(counts)}; "
    told_of += f"{counted(epochs, 'epoch')}) "
    paragraphs = [told_of + _tanh(parts["tanh"])]
    if len(parts["relu"]):
        paragraphs.append(_relu(parts["relu"]))
    return "\n\n".join(paragraphs)


def _tanh(part: pd.DataFrame) -> str:
    bins = int(part["bins"].iloc[0])
    own, fixed = (phases(stacked(part, name)) for name in ("binned_x", "fixed_x"))
    there = all(own.falls(layer) > 0 and fixed.falls(layer) > 0 for layer in LAST_HIDDEN)
    layers = listed([f"layer {layer}" for layer in LAST_HIDDEN])
    low, high = FIXED
    second = (
        "the second phase is there for tanh, as its inventors saw it"
        if there
        else "the second phase is not sure in both of the last hidden layers of tanh"
    )
    rises = {
        f"the original's bins ({fixed.of('rise')} nats)": fixed,
        f"bins of the layer's own range ({own.of('rise')})": own,
    }
    seen = [
        f"{'sure' if all(sure(p.rise[:, k - 1]) > 0 for k in LAST_HIDDEN) else 'not sure'} by {by}"
        for by, p in rises.items()
    ]
    exact = {
        f"σ = {sigma:g}": phases(stacked(part, "exact_x")[:, i])
        for i, sigma in enumerate(part["sigmas"].iloc[0])
    }
    falls = [f"{found.of('fall')} with {name}" for name, found in exact.items()]
    size = stacked(part, "rms")[:, -1, LAST_HIDDEN[-1] - 1].mean()
    share = 100 * part["sigmas"].iloc[0][0] / size
    fell, exactly = own.fall.mean(axis=0), next(iter(exact.values())).fall.mean(axis=0)
    shares = [exactly[k - 1] / fell[k - 1] for k in LAST_HIDDEN if fell[k - 1] > 0]
    written = listed([f"{100 * share:.0f} %" for share in shares])
    of_that = f", with the least noise {written} of what bins see" if there else ""
    return (
        f"{second}: by {bins} bins of their own range {layers} lose {own.of('fall')} nats after "
        f"their peak, by the original's bins on [{low:g}, {high:g}] {fixed.of('fall')}. A first "
        f"phase, in which I(X;T) rises, is {' and '.join(seen)}. The exact information of the "
        f"same layers with noise falls by {'; by '.join(falls)} (the least σ is {share:.0f} % of "
        f"the last hidden layer's root mean square){of_that}."
    )


def _relu(part: pd.DataFrame) -> str:
    """Where ReLU layers fall, hidden ones and the output, by bins of either range and exactly."""
    low, high = FIXED
    looks = {
        "by bins of the layer's own range": "binned_x",
        f"by bins on [{low:g}, {high:g}]": "fixed_x",
    }
    binned = {name: phases(stacked(part, column)) for name, column in looks.items()}
    exact = {
        f"σ = {sigma:g}": phases(stacked(part, "exact_x")[:, i])
        for i, sigma in enumerate(part["sigmas"].iloc[0])
    }
    bins = any(_falling(found) for found in binned.values())
    some = {name: hidden for name, found in exact.items() if (hidden := _falling(found))}
    disagree = "the two disagree outright" if bins and not some else "the two compare so"
    own, fixed = (f"{name} {_fall(_falling(found))}" for name, found in binned.items())
    exactly = (
        f"exactly {listed([f'{_fall(hidden)} with {name}' for name, hidden in some.items()])}"
        if some
        else "exactly none does, whatever the noise"
    )
    output = len(HIDDEN) + 1
    falls = [
        f"{mean_of(found.fall[:, output - 1])} {name if name.startswith('by') else f'with {name}'}"
        for name, found in (binned | exact).items()
        if found.falls(output) > 0
    ]
    last = f" The output, layer {output}, surely falls: by {listed(falls)} (nats)." if falls else ""
    return f"For the hidden layers of ReLU {disagree}: {own}, and {fixed}; {exactly}.{last}"


def _falling(found: Phases) -> list[int]:
    """The hidden layers that surely fall."""
    return [layer for layer in range(1, len(HIDDEN) + 1) if found.falls(layer) > 0]


def _fall(layers: list[int]) -> str:
    one = len(layers) < 2
    return f"{_layers(layers) if layers else 'none'} surely fall{'s' * one}"


def _layers(layers: list[int]) -> str:
    return f"layer{'s' * (len(layers) > 1)} {listed(layers)}"


def twice(frames: Frames) -> str:
    """How often networks that were trained twice are the same ones, of these records."""
    planes = with_exact(frames)
    same = (stacked(planes, "test_accuracy") == stacked(planes, "test_accuracy_exact")).mean()
    if same == 1:
        return (
            "Bins and exact values are of the same networks, trained once for each: their test "
            "accuracies agree at all checkpoints."
        )
    return (
        "Bins and exact values are of the same networks, trained once for each. Their test "
        f"accuracies agree at {100 * same:.0f} % of the checkpoints: where the two are done on "
        "different processors, rounding leads some networks apart, so that bins and exact values "
        "are compared in the mean only."
    )


def lengths(frames: Frames) -> str:
    """How large the last hidden layer gets over training, and what that does to bins and noise."""
    grown = {}
    for activation, part in frames["planes"].groupby("activation", sort=False):
        size = stacked(alive(part), "rms")[..., LAST_HIDDEN[-1] - 1] if len(alive(part)) else None
        if size is not None:
            first, last = size[:, 0].mean(), size[:, -1].mean()
            grown[str(activation)] = f"from {first:.2f} to {last:.2f} for {activation}"
    if not grown:
        return ""
    bound = "; where it is near 1, tanh units sit at ±1" if "tanh" in grown else ""
    return (
        "Both have the same reason, the unit of length. Over training the root mean square of "
        f"the last hidden layer goes {listed(list(grown.values()))}{bound}. What is left of X in "
        "a saturated unit lies in differences too small for the bins or for the noise: real, but "
        "a matter of the resolution. ReLU layers do not saturate. Bins that are cut from a layer's "
        "range grow with it and see less, while noise of a fixed σ becomes relatively "
        "smaller and lets more through."
    )


def finer(frames: Frames) -> str:
    """The last hidden layer with few bins and with the most, at its best and at the end."""
    sentences = []
    for activation in frames["planes"]["activation"].unique():
        part = trained(frames, activation)
        if part.empty:
            continue
        bins = part["finer"].iloc[0]
        x = stacked(part, "finer_x").mean(axis=0)  # (numbers of bins, checkpoints, layers)
        few, most = int(np.abs(np.log(np.array(bins) / BINS)).argmin()), int(np.argmax(bins))
        courses = [
            f"with {counted(bins[i], 'bin')} {x[i, :, LAST_HIDDEN[-1] - 1].max():.2f} nats at "
            f"its highest and {x[i, -1, LAST_HIDDEN[-1] - 1]:.2f} at the end"
            for i in (few, most)
        ]
        sentences.append(
            f"The last hidden layer of {activation} has {', '.join(courses)}.".replace(
                ",000 bins", " 000 bins"
            )
        )
        sentences.append(_finest(x[most, -1], activation))
    if not sentences:
        return ""
    return " ".join([*sentences, "What the plane shows is the number of bins."])


def _finest(values: Floats, activation: str) -> str:
    """What the finest bins see of each layer at the end, against log N."""
    ceiling = np.log(INPUTS)
    below = reaches(values)
    if not below:
        return (
            "With so many nearly every input has a pattern to itself in every hidden layer, "
            "and I(X;T) is near log N before and after. Only the output, whose values repeat "
            "in single precision once the network is sure, may stay below: it has "
            f"{values[-1]:.2f}."
        )
    why = (
        " A ReLU unit is zero for many inputs and forgets which: what they share, no bins can "
        "part, and finer bins need not lead to log N."
        if activation == "relu"
        else ""
    )
    return (
        f"With so many {_layers(below)} still {'is' if len(below) == 1 else 'are'} at "
        f"{listed([f'{values[k - 1]:.2f}' for k in below])} of the {ceiling:.2f} nats of log N, "
        f"more than {100 * NEAR:.0f} % below it.{why}"
    )


def reaches(values: Floats) -> list[int]:
    """The hidden layers that stay farther below log N than fine bins may be."""
    least = (1 - NEAR) * np.log(INPUTS)
    return [layer for layer in range(1, len(HIDDEN) + 1) if values[layer - 1] < least]
