"""What chapter 05 says first, and of what is known beforehand."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.tishby_plane.cluster_texts import together
from infoplane.chapters.tishby_plane.neural_texts import learns
from infoplane.chapters.tishby_plane.phase_texts import phases, trained
from infoplane.chapters.tishby_plane.settings import INPUTS, PATIENCE
from infoplane.chapters.tishby_plane.stopping_tables import chosen, outcomes
from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, stacked
from infoplane.datasets import tishby
from infoplane.words import listed, mean_of, told

__all__ = ["answer", "facts", "laws"]

Frames = Mapping[str, pd.DataFrame]

ROOM = 1e-3  # of rounding, in records


def answer(frames: Frames) -> str:
    """What the planes, the noisy network and the rule for stopping show, in three bullets."""
    compressed = f"{_resolution(frames)} {together(frames)}".strip()
    bullets = (learns(frames), compressed, _stops(frames))
    return "\n".join(f"- {bullet}" for bullet in bullets if bullet)


def _resolution(frames: Frames) -> str:
    """By how much the last hidden layer of tanh falls, by bins and with the ends of the noises."""
    part, layer = trained(frames, "tanh"), LAST_HIDDEN[-1]
    if part.empty:
        return ""
    fixed = phases(stacked(part, "fixed_x"))
    surely = "surely falls" if fixed.falls(layer) > 0 else "does not surely fall"
    sigmas, exact = part["sigmas"].iloc[0], stacked(part, "exact_x")
    least, most = (
        f"{mean_of(phases(exact[:, i]).fall[:, layer - 1])} with noise of σ = {sigmas[i]:g}"
        for i in (0, -1)
    )
    return (
        f"By the original's bins I(X;T) of the last hidden layer (tanh) {surely} from its peak (by "
        f"{mean_of(fixed.fall[:, layer - 1])} nats); exactly, by {least} and by {most}: how much "
        "is compressed is a matter of the resolution."
    )


def _stops(frames: Frames) -> str:
    """What the chosen rule by information saves and keeps, against the loss."""
    table = outcomes(frames["stopping"], patience=PATIENCE)
    saves, keeps = [], []
    for dataset, part in chosen(table).groupby("dataset"):
        by_loss = table[(table["rule"] == "loss") & (table["dataset"] == dataset)]
        against = part.set_index("seed")["kept"] - by_loss.set_index("seed")["kept"]
        saves.append(f"{100 * part['saved'].mean():.0f} % of the epochs on *{dataset}*")
        keeps.append(f"{told(against.to_numpy(), 3)} on *{dataset}*")
    return (
        f"The rule for stopping by information saves {listed(saves)}. The accuracy that it keeps, "
        f"minus that by early stopping on the loss, is {listed(keeps)}."
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
