"""What chapter 05 says first, and of what is known beforehand."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.tishby_plane.neural_texts import keeps
from infoplane.chapters.tishby_plane.phase_texts import phases, trained
from infoplane.chapters.tishby_plane.settings import FIXED, INPUTS, PATIENCE
from infoplane.chapters.tishby_plane.stopping_tables import chosen, outcomes
from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, stacked
from infoplane.datasets import tishby
from infoplane.plane.phases import change_since_peak
from infoplane.words import listed, sure, told

__all__ = ["answer", "facts", "laws"]

Frames = Mapping[str, pd.DataFrame]

ROOM = 1e-3  # of rounding, in records


def answer(frames: Frames) -> str:
    """What the planes, the noisy network and the rule for stopping show, in three bullets."""
    compressed = f"{_resolution(frames)} {_noisy(frames)}".strip()
    bullets = (keeps(frames), compressed, _stops(frames))
    return "\n".join(f"- {bullet}" for bullet in bullets if bullet)


def _resolution(frames: Frames) -> str:
    """By how much the last hidden layer of tanh falls, by bins and exactly with noise."""
    part, layer = trained(frames, "tanh"), LAST_HIDDEN[-1]
    if part.empty:
        return ""
    low, high = FIXED
    fixed = phases(stacked(part, "fixed_x"))
    surely = "surely falls" if fixed.falls(layer) > 0 else "does not surely fall"
    exact = [
        f"{told(phases(stacked(part, 'exact_x')[:, i]).fall[:, layer - 1])} with σ = {sigma:g}"
        for i, sigma in enumerate(part["sigmas"].iloc[0])
    ]
    return (
        f"By the original's bins on [{low:g}, {high:g}] I(X;T) of the last hidden layer (tanh) "
        f"{surely} from its peak, by {told(fixed.fall[:, layer - 1])} nats; exactly, with noise "
        f"added, by {listed(exact)}: how much is compressed is a matter of the resolution."
    )


def _noisy(frames: Frames) -> str:
    """Whether information and distances of the noisy network fall together, the last layer's."""
    noisy, layer = frames["noisy"], LAST_HIDDEN[-1]
    half = len(noisy) // 2
    if not half:
        return ""
    curves, within = (stacked(noisy, n)[..., layer - 1] for n in ("information_x", "within"))
    epochs = noisy["epoch"].iloc[0]
    peak = int(curves[:half].mean(axis=0).argmax())
    lead = "With noise inside the network I(X;T) of the same layer"
    if peak == len(epochs) - 1:
        return (
            f"{lead} is highest at the last epoch, {epochs[-1]}, and there is no fall to be "
            "explained."
        )
    fall = -change_since_peak(curves)
    closer = within[half:, peak] - within[half:, -1]
    together = "so do" if sure(fall) > 0 and sure(closer) > 0 else "beside it stand"
    return (
        f"{lead} peaks at epoch {epochs[peak]} and falls by {told(fall)} nats to the end; "
        f"{together} distances within a class, by {told(closer, 3)}"
        + (": compression is clustering." if together == "so do" else ".")
    )


def _stops(frames: Frames) -> str:
    """What the chosen rule by information keeps, against the loss."""
    table = outcomes(frames["stopping"], patience=PATIENCE)
    parts = []
    for dataset, part in chosen(table).groupby("dataset"):
        by_loss = table[(table["rule"] == "loss") & (table["dataset"] == dataset)]
        against = part.set_index("seed")["kept"] - by_loss.set_index("seed")["kept"]
        parts.append(
            f"{told(against.to_numpy(), 3)} on *{dataset}*, where it saves "
            f"{100 * part['saved'].mean():.0f} % of the epochs"
        )
    return (
        "The rule for stopping by information keeps an accuracy that differs from that by early "
        f"stopping on the loss by {listed(parts)}."
    )


def facts(frames: Frames) -> str:
    """The two ceilings, which nothing that runs can change."""
    ones = int(tishby.load().y.sum())
    return (
        f"Of the {INPUTS} patterns {ones} have the label 1, so that "
        f"I(X;Y) = H(Y) = {tishby.INFORMATION:.5f} nats, and H(X) = log {INPUTS} = "
        f"{np.log(INPUTS):.3f} nats."
    )


def laws(frames: Frames) -> str:
    """Whether the exact planes respect what they must, within their errors."""
    values = broken = 0
    for activation in frames["planes"]["activation"].unique():
        part = trained(frames, activation)
        if part.empty:
            continue
        x, x_std, y, y_std = (
            stacked(part, f"exact_{name}") for name in ("x", "x_std", "y", "y_std")
        )
        values += x.size
        broken += int((x > np.log(INPUTS) + 3 * x_std + ROOM).sum())
        broken += int((y > x + 4 * np.hypot(x_std, y_std) + ROOM).sum())
        falls = 4 * np.hypot(x_std[:, 1:], x_std[:, :-1]) + ROOM
        broken += int((np.diff(x, axis=1) > falls).sum())
    if not values:
        return ""
    kept = (
        "all respect, within their errors, what they must"
        if not broken
        else f"respect, but for {broken} comparisons, what they must within their errors"
    )
    return (
        f"The {values:,} exact values of the trained networks {kept}: "
        "I(X;T + ε) ≤ log N, I(Y;T + ε) ≤ I(X;T + ε), and less "
        "with more noise."
    ).replace(",", " ", 1 if values >= 1000 else 0)
