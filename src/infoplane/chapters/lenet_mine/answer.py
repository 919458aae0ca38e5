"""The answer of chapter 08 in three sentences, from its records."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from infoplane.chapters.lenet_mine.settings import LAYERS
from infoplane.chapters.lenet_mine.tables import exact_cells

__all__ = ["answer"]


def answer(frames: Mapping[str, pd.DataFrame], hidden: int, noise: Sequence[float]) -> str:
    """Whether MINE can follow LeNet: words, how far below, and which order is real."""
    planes = frames["planes"]
    few = planes[(planes["hidden"] == hidden) & (planes["target"] == "x")]
    cells = exact_cells(frames["exact"])
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, noise, strict=True)))]
    both = few.merge(own, on=["network", "epoch", "layer"])
    words = Counter([*planes["word"], *frames["table"]["word"]])
    share = {
        word: float((part["value"].astype(float) / part["x"]).median())
        for word, part in both.groupby(both["word"].eq("converged"))
    }
    flat, all_runs = share.get(True), sum(words.values())
    sentences = [
        f"Of {all_runs} runs of MINE {words['converged']} converged, {words['moving']} were still "
        f"moving, {words['dead']} were dead, and {words['exploding']} exploded."
    ]
    units = f"with {hidden} units"
    sentences.append(
        f"No run for I(X; L + ε) {units} converged."
        if flat is None
        else f"Half of the runs for I(X; L + ε) {units} that converged found less than "
        f"{100 * flat:.0f} % of what is there: flat is not tight."
    )
    last = own[own["epoch"] == own["epoch"].max()].groupby("layer")["x"].mean()
    first, second = (float(last[pool]) for pool in LAYERS[:2])
    pools = f"maxpool1 has {first:.1f} nats, and maxpool2 behind it {second:.1f}"
    sentences.append(
        f"Exactly, {pools}: a violation of data processing that is real, and comes of noise of "
        "each layer's own."
        if first < second
        else f"Exactly, {pools}: where MINE sees more behind the first pool, it errs."
    )
    return "\n".join(f"- {sentence}" for sentence in sentences)
