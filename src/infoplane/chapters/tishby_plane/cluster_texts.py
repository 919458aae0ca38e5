"""What chapter 05 says of clustering: information and distances of the noisy network, by layer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.phase_texts import phases, trained
from infoplane.chapters.tishby_plane.settings import HIDDEN
from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, stacked
from infoplane.plane.phases import change_since_peak
from infoplane.words import listed, mean_of, sure, told

__all__ = ["Course", "clustering", "courses", "together"]

Frames = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """One noisy layer from the peak of its I(X;T) to the end of training.

    peak, widest: the epochs at which the mean I(X;T) and the mean distance within a class are
    largest, for the first half of the networks; fall, closer: by how much both fall from `peak`
    to the end, for each of the second half; wider: by how much the distance rises until `peak`.
    """

    layer: int
    peak: int
    widest: int
    fall: Floats
    closer: Floats
    wider: Floats

    @property
    def falls(self) -> bool:
        return sure(self.fall) > 0

    @property
    def clusters(self) -> bool:
        """Whether its distances within a class surely shrink while its information does."""
        return self.falls and sure(self.closer) > 0


def courses(noisy: pd.DataFrame) -> list[Course]:
    """Each hidden layer's; none where half of the networks are none."""
    half = len(noisy) // 2
    if not half:
        return []
    epochs = noisy["epoch"].iloc[0]
    information, within = stacked(noisy, "information_x"), stacked(noisy, "within")
    found = []
    for layer in range(1, len(HIDDEN) + 1):
        curves, apart = information[..., layer - 1], within[..., layer - 1]
        peak, widest = (int(a[:half].mean(axis=0).argmax()) for a in (curves, apart))
        first, then, last = (apart[half:, at] for at in (0, peak, -1))
        fall = -change_since_peak(curves)
        found.append(
            Course(
                layer, epochs[peak], epochs[widest], fall, closer=then - last, wider=then - first
            )
        )
    return found


def together(frames: Frames) -> str:
    """In which layers information falls, and where distances within a class shrink with it."""
    found = courses(frames["noisy"])
    falling, both = ([c.layer for c in found if getattr(c, name)] for name in ("falls", "clusters"))
    lead = "With noise inside the network I(X;T)"
    if not falling:
        return f"{lead} surely falls after its peak in no layer."
    where = f"{lead} surely falls after its peak in {_layers(falling)}"
    if not both:
        return f"{where}; distances within a class surely shrink meanwhile in none of them."
    if falling == both:
        return f"{where}, and distances within a class shrink meanwhile."
    return f"{where}; distances within a class surely shrink meanwhile in {_layers(both)} alone."


def clustering(frames: Frames) -> str:
    """Layer by layer, and what that makes of compression as clustering; published edition."""
    found = courses(frames["noisy"])
    if not found or len(found[0].fall) < 2:
        return ""
    lines = [f"- {_line(course)}" for course in found]
    lead = "In the published edition, from the peak of each hidden layer's I(X;T) to the end:"
    return "\n".join([lead, "", *lines, "", f"{_sense(found)} {_beside(frames)}".strip()])


def _line(course: Course) -> str:
    if not np.any(course.fall):
        return f"Layer {course.layer}: I(X;T) is highest at the last epoch, {course.peak}."
    return (
        f"Layer {course.layer}: I(X;T) peaks at epoch {course.peak} and {_moved(-course.fall)} "
        f"nats from there; the mean distance within a class {_moved(-course.closer, 3)}, and was "
        f"largest at epoch {course.widest}."
    )


def _sense(found: list[Course]) -> str:
    """Where the two go together, where they do not, and which of them turns first."""
    both = [c for c in found if c.clusters]
    alone = [c.layer for c in found if c.falls and not c.clusters]
    if not both:
        return "In no layer do both surely fall: here compression is not clustering."
    told = [f"Both surely fall in {_layers([c.layer for c in both])}, as the slides have it"]
    if all(sure(c.wider) > 0 for c in both):
        told.append(" (and before the peak both rise there)")
    if late := [c.layer for c in both if c.widest > c.peak]:
        told.append(
            f", though in {_layers(late)} the distance turns later than the information: for a "
            "while information falls and nothing comes closer"
        )
    told.append(".")
    if alone:
        wider = [c.layer for c in found if c.layer in alone and sure(c.closer) < 0]
        rises = f" (in {_layers(wider)} it rises)" if wider else ""
        told.append(
            f" In {_layers(alone)} information falls and the distance does not surely{rises}: "
            "there compression is something else."
        )
    return "".join(told)


def _moved(values: Floats, digits: int = 2) -> str:
    """Up or down in the mean, with the interval of the change."""
    if values.mean() < 0:
        return f"falls by {told(-values, digits)}"
    return f"rises by {told(values, digits)}"


def _layers(layers: list[int]) -> str:
    return f"layer{'s' * (len(layers) > 1)} {listed(layers)}"


def _beside(frames: Frames) -> str:
    """The fall that binning reports of the deterministic network, in the last hidden layers."""
    part = trained(frames, "tanh")
    if part.empty:
        return ""
    falls = phases(stacked(part, "binned_x")).fall
    values = " and ".join(mean_of(falls[:, layer - 1]) for layer in LAST_HIDDEN)
    return (
        f"Of the deterministic network binning reports falls of {values} nats in "
        f"{_layers(list(LAST_HIDDEN))}."
    )
