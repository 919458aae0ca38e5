"""What chapter 08 says of its exact values: how much MINE finds, which order is real, formulas."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from infoplane.chapters.lenet_mine import exact_tables, tables
from infoplane.chapters.lenet_mine.exact_tables import exact_cells
from infoplane.chapters.lenet_mine.settings import LAYERS
from infoplane.words import listed

__all__ = [
    "dropout", "known_by_heart", "labels", "most", "noise", "orders", "output", "own_range",
    "published", "rule", "runs", "small", "soft", "truth",
]  # fmt: skip

Frames = Mapping[str, pd.DataFrame]

CENTRES = 1000  # images that the published formula takes for the mixture
NEAR = 0.05  # nats below a ceiling, at which a value is at it


def noise(frames: Frames) -> str:
    """A caption's finding: the spread over layers with noise of one size."""
    cells = exact_cells(frames["exact"])
    last = cells[cells["epoch"] == cells["epoch"].max()]
    share = float(last["share"].max())
    means = last[last["share"] == share].groupby("layer")["x"].mean()
    told = ", ".join(f"{layer} {means[layer]:.2f}" for layer in LAYERS)
    return f"With noise of {share:g} root mean squares there are left, in nats: {told}."


def rule(frames: Frames, taken: Sequence[float]) -> str:
    """Whether the sizes of noise that were taken are those of the rule, and what it looks at."""
    chosen = exact_tables.chosen_noise(frames["exact"])
    tried, later = (frames[part]["shares"].iloc[0] for part in ("exact", "finer"))
    other = [layer for layer, a, b in zip(LAYERS, taken, chosen, strict=True) if a != b]
    told = (
        f"For {listed(other)} another size was taken than the rule has."
        if other
        else "The sizes taken are those of the rule, for every layer."
    )
    finer = frames["finer"]
    less = [
        f"{share:g} for {layer}"
        for layer, share, own in zip(LAYERS, exact_tables.chosen_noise(finer), chosen, strict=True)
        if share < own and exact_tables.low_enough(finer, layer, share)
    ]
    also = f", though there it would do with {listed(less)}" if less else ""
    return (
        f"{told} It chooses from {listed([f'{share:g}' for share in tried])}, which were tried at "
        f"all checkpoints. {listed([f'{share:g}' for share in later])} were computed for the "
        f"figure, at the last checkpoint alone, and it does not look at them{also}."
    )


def truth(frames: Frames, hidden: int, taken: Sequence[float]) -> str:
    """A caption's finding: how many of the values are below the exact ones, of either side."""
    parts = []
    for side in "xy":
        found = tables.of_units(frames["planes"], hidden)[side]
        exact = _exact(frames, side, taken)
        known = np.isfinite(found)
        below = int((found < exact)[known].sum())
        parts.append(f"{below} of {int(known.sum())} values of I({side.upper()}; L + ε)")
    return f"Below the exact value are {' and '.join(parts)}."


def orders(frames: Frames, hidden: int, taken: Sequence[float]) -> str:
    """At which steps the order of data processing is broken: exactly, and by MINE alone."""
    broken: dict[str, list[str]] = {"both": [], "exact": [], "MINE": []}
    for side in "xy":
        found = tables.of_units(frames["planes"], hidden)[side]
        exact = _exact(frames, side, taken)
        for i, (upper, lower) in enumerate(itertools.pairwise(LAYERS)):
            by_mine, by_exact = (
                float(np.nanmean(of[..., i] - of[..., i + 1])) < 0 for of in (found, exact)
            )
            which = "both" if by_mine and by_exact else "exact" if by_exact else "MINE"
            if by_mine or by_exact:
                broken[which].append(f"{upper} to {lower} of {side.upper()}")
    told = (
        ("by the exact values and by MINE", "both"),
        ("exactly, but not by MINE", "exact"),
        ("by MINE alone", "MINE"),
    )
    parts = [f"{words} from {', '.join(broken[of])}" for words, of in told if broken[of]]
    if not parts:
        return "At no step is the order of data processing broken, exactly or by MINE."
    return (
        f"In the mean over checkpoints the order of data processing is broken {'; '.join(parts)}. "
        "What is broken exactly is real, and of the noise, of which each layer has its own; what "
        "is broken by MINE alone is MINE's."
    )


def most(frames: Frames, hidden: int, taken: Sequence[float]) -> str:
    """A caption's finding: the layer that has most of the image, and of the label."""
    told = []
    for side in "xy":
        found = tables.of_units(frames["planes"], hidden)[side]
        by_mine, exact = (
            LAYERS[int(np.nanmean(of, axis=(0, 1)).argmax())]
            for of in (found, _exact(frames, side, taken))
        )
        beside = "as it does exactly" if by_mine == exact else f"exactly {exact} does"
        told.append(f"of I({side.upper()}; L + ε) {by_mine} has most by MINE, {beside}")
    return f"In the mean over checkpoints, {'; '.join(told)}."


def runs(frames: Frames, hidden: int) -> str:
    """A caption's finding: which layer has most by MINE, and in how many of the runs."""
    told = []
    for side, of in (("x", "image"), ("y", "label")):
        found = tables.of_units(frames["planes"], hidden)[side]
        known = found.reshape(-1, len(LAYERS))
        known = known[np.isfinite(known).all(axis=1)]
        counts = np.bincount(known.argmax(axis=1), minlength=len(LAYERS))
        first = int(counts.argmax())
        told.append(f"of the {of} {LAYERS[first]} has most in {counts[first]} of {len(known)} runs")
    return f"By MINE with {hidden} units {' and '.join(told)}, over all networks."


def labels(frames: Frames, hidden: int, taken: Sequence[float]) -> str:
    """How much of I(Y; L + eps) is found with a score a label, and as printed."""
    labelled, planes = frames["labelled"], frames["planes"]
    last = labelled["epoch"].max()
    same = (planes["hidden"] == hidden) & (planes["target"] == "y") & (planes["epoch"] == last)
    cells = exact_cells(frames["exact"])
    parts = []
    for layer, own in labelled.groupby("layer", sort=False):
        share = taken[LAYERS.index(str(layer))]
        here = (cells["layer"] == layer) & (cells["share"] == share) & (cells["epoch"] == last)
        exact = float(cells[here]["y"].mean())
        printed = planes[same & (planes["layer"] == layer)]["value"].astype(float).mean()
        parts.append(
            f"of the {exact:.2f} nats in {layer} a critic with a score a label finds "
            f"{own['value'].mean():.2f}, and one as printed {printed:.2f}"
        )
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}."


def published(frames: Frames) -> str:
    """Where the published formula and its mended form lie beside what can exist, and why."""
    exact = frames["exact"]
    last = exact[exact["epoch"] == exact["epoch"].max()]
    formula = pd.DataFrame(last["published"].tolist()).mean()
    n = int(last["n"].iloc[0])
    top = float(np.log(n))
    as_is, mended = float(formula["published"]), float(formula["covariance"])
    more = f"{as_is / top:.0f} times log N" if as_is > top else "below log N"
    how = (
        "even further off"
        if mended > as_is
        else "still above it"
        if mended > top
        else "below log N, which does not make it right"
    )
    why = (
        f" {100 * (1 - CENTRES / n):.0f} % of the draws come from images that are no centre, and "
        "units of small noise put them where a mixture of the others has almost no density: a mean "
        "of logarithms of almost nothing is taken for an entropy."
        if n > CENTRES
        else ""
    )
    return (
        f"At the last checkpoint the formula gives {as_is:.0f} nats, {more}; with the right "
        f"covariance {mended:.0f}, {how}.{why}"
    )


def dropout(frames: Frames) -> str:
    """From which checkpoint on the exact value with multiplicative noise is at its ceiling."""
    exact = frames["exact"]
    top = float(np.log(exact["n"].iloc[0]))
    least = exact.groupby("epoch")["dropout_x"].min()
    at = [epoch for epoch in least.index if (least[least.index >= epoch] > top - NEAR).all()]
    if not at:
        return (
            f"The exact value stays below the ceiling, log N = {top:.2f}, to the last checkpoint."
        )
    before = f"from epoch {at[0]} on" if at[0] > least.index[0] else "from the first checkpoint on"
    return (
        f"The exact value, from all components, is at the ceiling {before}, in every network: the "
        "layer tells every image from every other, and the exact plane with this noise is a point."
    )


def soft(frames: Frames) -> str:
    """How far soft entropy moves by a shift."""
    exact = frames["exact"]
    last = exact[exact["epoch"] == exact["epoch"].max()]
    before, after = (
        np.array(last[name].tolist()).mean(axis=0) for name in ("soft", "soft_shifted")
    )
    i = int(np.abs(after - before).argmax())
    return (
        f"The shift moves {LAYERS[i]} from {before[i]:.2f} to {after[i]:.2f}. What it changes is "
        "not information: whoever knows the vector takes it back. And as the numbers are shares of "
        "the logarithm of a number of points that somebody chose, they cannot be laid beside nats."
    )


def known_by_heart(frames: Frames) -> str:
    """How far the training of the small network goes."""
    end = 100 * float(np.array(frames["cnn"]["accuracy"].tolist())[:, -1].mean())
    epochs = int(frames["cnn"]["epoch"].iloc[0][-1])
    return (
        f"Here training goes on for {epochs} epochs, until {end:.0f} % of the images are known, "
        "with the original's bins from -1 to 1, and with bins on each layer's own range."
    )


def small(frames: Frames) -> str:
    """What the three layers of the small network do by bins on [-1, 1]."""
    curves = _cnn(frames, "fixed_neurons_x")
    top = float(np.log(frames["cnn"]["rows"].iloc[0]))
    epochs = frames["cnn"]["epoch"].iloc[0]
    full = [
        name
        for name, curve in zip(("relu1", "fc1"), curves.T, strict=False)
        if curve.min() > top - NEAR
    ]
    first = (
        f"{' and '.join(full)} stand{'s' if len(full) == 1 else ''} at log N from the first epoch "
        "to the last: every image has a pattern of its own, and nothing can be seen."
        if full
        else "No layer but the output stands at log N throughout."
    )
    out = curves[:, -1]
    peak = int(out.argmax())
    near = (
        " Up there it comes within a tenth of the ceiling, where the criterion, written before, "
        "does not look; a peak that is cut off can only hide a part of the rise and of the fall."
        if out[peak] > 0.9 * top
        else ""
    )
    accuracy = np.array(frames["cnn"]["accuracy"].tolist()).mean(axis=0)
    rises = "rises all the while" if (np.diff(accuracy) >= 0).all() else "goes up and down"
    return (
        f"{first} The output, by bins on [-1, 1], begins at {out[0]:.2f} nats, is at its peak of "
        f"{out[peak]:.2f} at epoch {epochs[peak]}, and ends at {out[-1]:.2f}.{near} What falls is "
        "the number of bins that a softmax still uses when it becomes sure of itself; the accuracy "
        f"on the same images {rises}."
    )


def output(frames: Frames) -> str:
    """A caption's finding: how far the output falls from its peak, and what accuracy does."""
    out = _cnn(frames, "fixed_neurons_x")[:, -1]
    accuracy = 100 * np.array(frames["cnn"]["accuracy"].tolist()).mean(axis=0)
    return (
        f"By bins on [-1, 1] the output ends {out.max() - out[-1]:.1f} nats below its peak of "
        f"{out.max():.1f}, while accuracy goes from {accuracy[out.argmax()]:.0f} to "
        f"{accuracy[-1]:.0f} %."
    )


def own_range(frames: Frames) -> str:
    """What the output does by bins on its own range."""
    out = _cnn(frames, "neurons_x")[:, -1]
    top = float(np.log(frames["cnn"]["rows"].iloc[0]))
    begins = (
        "has nothing to rise from: before training its range is a hair, which is cut into as many "
        "parts as any other"
        if out[0] > top - NEAR
        else f"begins at {out[0]:.2f} nats"
    )
    return f"By bins on its own range the output {begins}; it ends at {out[-1]:.2f} nats."


def _cnn(frames: Frames, name: str) -> np.ndarray:
    """Means over groups, (checkpoints, layers)."""
    return np.asarray(np.array(frames["cnn"][name].tolist()).mean(axis=0))


def _exact(frames: Frames, side: str, taken: Sequence[float]) -> np.ndarray:
    """Exact values with the noise that was taken, (networks, epochs, layers)."""
    cells = exact_cells(frames["exact"])
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, taken, strict=True)))]
    table = own.pivot(index="network", columns=["epoch", "layer"], values=side)
    epochs = sorted(own["epoch"].unique())
    return np.stack([table[[(e, layer) for layer in LAYERS]].to_numpy() for e in epochs], axis=1)
