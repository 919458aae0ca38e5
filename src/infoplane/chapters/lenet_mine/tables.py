"""The records of chapter 08 as tables: accuracies, words, orders of layers, and what is exact."""

import itertools
from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.lenet_mine.exact_tables import SPACE, exact_cells, shown
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES, LAYERS, Architecture, checkpoints
from infoplane.chapters.lenet_mine.words import WORDS
from infoplane.stats import mean_interval

__all__ = [
    "ACCURACY",
    "WITHIN",
    "accuracies",
    "architectures",
    "by_layer",
    "converged_after",
    "epochs_of",
    "grid",
    "labels",
    "nearest",
    "of_units",
    "orders",
    "pairings",
    "passes",
    "rows_of",
    "runs_of",
    "words_of",
]

Floats = npt.NDArray[np.float64]

ACCURACY = {0: 70, 4: 83, 8: 91, 12: 94, 16: 96, 20: 97}  # %, by epoch: the source's table 3
PAIRED = {"value": "value", "held out": "held_out", "growth of the gradient": "growth_at_most"}
WITHIN = 0.05  # of its final value, where a curve has converged


def by_layer(rows: Mapping[str, list[float]]) -> pd.DataFrame:
    """Rows by name, a column a layer."""
    return pd.DataFrame(rows, index=list(LAYERS)).T


def grid(frame: pd.DataFrame) -> pd.DataFrame:
    """Test accuracy after one pass, %, mean over networks: a row an optimiser, a column a batch."""
    after = frame.assign(first=100 * frame["accuracy"].map(lambda reached: reached[0]))
    return after.pivot_table(index="optimiser", columns="batch", values="first", sort=False)


def nearest(frame: pd.DataFrame) -> tuple[str, int]:
    """The optimiser and batch whose accuracy after one pass is nearest to the source's."""
    table = (grid(frame) - ACCURACY[0]).abs().stack()
    optimiser, batch = table.idxmin()
    return str(optimiser), int(batch)


def accuracies(training: pd.DataFrame) -> pd.DataFrame:
    """Test accuracy, %, by epoch: as reported, and the mean over networks with its interval."""
    reached = 100 * np.array(training["accuracy"].tolist())
    rows = {}
    for epoch, reported in ACCURACY.items():
        if epoch < reached.shape[1]:
            mean, low, high = mean_interval(reached[:, epoch])
            half = (high - low) / 2
            rows[epoch] = {"reported": reported, "measured": f"{mean:.1f} ± {half:.1f}"}
    return pd.DataFrame(rows).T.rename_axis("epoch")


def rows_of(table: pd.DataFrame, a: Architecture, layer: str, *, noise: bool) -> pd.DataFrame:
    """The runs of an architecture on a layer, with noise or without, by seed."""
    hidden = [a.hidden] if isinstance(a.hidden, int) else list(a.hidden)
    same = table["hidden"].map(lambda of: list(np.atleast_1d(of)) == hidden)
    kept = (
        same
        & (table["critic"] == a.critic)
        & (table["target"] == a.target)
        & (table["layer"] == layer)
        & ((table["noise"] > 0) == noise)
    )
    return table[kept].set_index("seed").sort_index()


def runs_of(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Word and value of every run that gets a word: of the table, its pairings, and the planes."""
    return pd.concat([frames[part][["word", "value"]] for part in ("table", "deranged", "planes")])


def words_of(runs: pd.DataFrame) -> str:
    """How many runs did what: "7 converged, 1 dead"."""
    counts = Counter(runs["word"])
    return ", ".join(f"{counts[word]}{SPACE}{word}" for word in WORDS if counts[word])


def architectures(table: pd.DataFrame, exact: pd.DataFrame, layer: str) -> pd.DataFrame:
    """A row for each architecture: what the source says, what the seeds did, and values, nats.

    value: mean over seeds of the batches of the last tenth, with its interval; held out: of the
    last critic on test images; exact: mean over networks, of as much noise, where there is any.
    """
    rows = {}
    for a in ARCHITECTURES:
        for noise in (False, True):
            runs = rows_of(table, a, layer, noise=noise)
            added = noise and not a.noise and a.reported == "underestimates"
            if runs.empty or not (noise == a.noise or added):
                continue
            rows[f"{a.target.upper()}: {a.title}" + (", noise added" if added else "")] = {
                "source": "" if added else a.reported,
                "seeds": words_of(runs),
                "value": shown(runs["value"]),
                "held out": shown(runs["held_out"]),
                "exact": _truth(exact, runs, layer, a.target),
            }
    return pd.DataFrame(rows).T


def pairings(table: pd.DataFrame, deranged: pd.DataFrame) -> pd.DataFrame:
    """The first architecture without noise, by either kind of marginals: a row a kind."""
    own = rows_of(table, ARCHITECTURES[0], deranged["layer"].iloc[0], noise=False)
    both = {str(runs["marginals"].iloc[0]): runs for runs in (own, deranged)}
    values = {n: {title: shown(of[c]) for title, c in PAIRED.items()} for n, of in both.items()}
    return pd.DataFrame({n: {"seeds": words_of(both[n]), **row} for n, row in values.items()}).T


def _truth(exact: pd.DataFrame, runs: pd.DataFrame, layer: str, target: str) -> str:
    """The exact value beside runs with noise; without any, what there is to know: the ceiling."""
    share = runs["noise"].iloc[0]
    if not share:
        return "∞" if target == "x" else f"≤{SPACE}H(Y)"
    cells = _cells(exact, layer, share, runs["epoch"].iloc[0])
    return f"{cells[target].mean():.2f}" if len(cells) else "not computed"


def _cells(exact: pd.DataFrame, layer: str, share: float, epoch: int) -> pd.DataFrame:
    """The exact values of a layer at an epoch, with noise of that share: a row a network."""
    cells = exact_cells(exact)
    same = (cells["layer"] == layer) & (cells["share"] == share) & (cells["epoch"] == epoch)
    return cells[same]


def of_units(planes: pd.DataFrame, hidden: int, name: str = "value") -> dict[str, Floats]:
    """By target, a column of the planes of critics of so many units: (networks, epochs, layers).

    nan where a run has no finite one.
    """
    part = planes[planes["hidden"] == hidden]
    found = {}
    for target, own in part.groupby("target"):
        table = own.pivot(index="seed", columns=["epoch", "layer"], values=name)
        epochs = sorted(own["epoch"].unique())
        columns = [[(epoch, layer) for layer in LAYERS] for epoch in epochs]
        found[str(target)] = np.stack(
            [table[of_epoch].to_numpy() for of_epoch in columns], axis=1
        ).astype(float if name != "word" else object)
    return found


def orders(frames: Mapping[str, pd.DataFrame], hidden: int, noise: list[float]) -> pd.DataFrame:
    """Steps from layer to layer, mean over checkpoints and networks: by MINE, and exactly.

    A negative one breaks the order of data processing.
    """
    cells = exact_cells(frames["exact"])
    rows = {}
    for target in "xy":
        values = of_units(frames["planes"], hidden)[target]
        shares = dict(zip(LAYERS, noise, strict=True))
        own = cells[cells["share"] == cells["layer"].map(shares)]
        table = own.pivot(index="network", columns=["epoch", "layer"], values=target)
        for i, (upper, lower) in enumerate(itertools.pairwise(LAYERS)):
            steps = pd.DataFrame(values[..., i] - values[..., i + 1]).mean(axis=1)
            both = [table.xs(layer, axis=1, level="layer") for layer in (upper, lower)]
            truth = (both[0] - both[1]).mean(axis=1)
            name = f"I({target.upper()}; {upper}) - I({target.upper()}; {lower})"
            rows[name] = {"MINE": shown(steps), "exact": shown(truth)}
    return pd.DataFrame(rows).T


def converged_after(transfer: pd.DataFrame) -> pd.DataFrame:
    """Passes until the mean of a pass stays within 5 % of the last, a row a run of MINE.

    transfer, seed, run (from 1), passes; gap: the last minus the first pass, nats.
    """
    rows = []
    for record in transfer.to_dict("records"):
        for run, curve in enumerate(record["curves"], start=1):
            values = np.array(curve, dtype=float)
            near = np.abs(values - values[-1]) <= WITHIN * abs(values[-1])
            away = np.flatnonzero(~near)  # nan is away from everything
            rows.append(
                {"transfer": record["transfer"], "seed": record["seed"], "run": run}
                | {"passes": int(away[-1]) + 2 if len(away) else 1}
                | {"gap": values[-1] - values[0]}
            )
    return pd.DataFrame(rows)


def passes(transfer: pd.DataFrame) -> pd.DataFrame:
    """Passes, and the gap from the first to the last, by run and way: means over networks."""
    ways = {False: "scratch", True: "going on"}
    table = converged_after(transfer).groupby(["run", "transfer"])[["passes", "gap"]].mean()
    found = {
        f"{name}, {ways[bool(way)]}": table[name].xs(way, level="transfer")
        for name in table
        for way in ways
    }
    return pd.DataFrame(found).rename(index=f"run{SPACE}{{}}".format).rename_axis(None)


def labels(frames: Mapping[str, pd.DataFrame], hidden: int, noise: list[float]) -> pd.DataFrame:
    """I(Y; L + eps) at the last checkpoint: with a score for each label, as printed, exactly."""
    labelled, planes = frames["labelled"], frames["planes"]
    last = labelled["epoch"].max()
    same = (planes["hidden"] == hidden) & (planes["target"] == "y") & (planes["epoch"] == last)
    printed = planes[same]
    rows = {}
    for layer, part in labelled.groupby("layer", sort=False):
        share = noise[LAYERS.index(str(layer))]
        own = _cells(frames["exact"], str(layer), share, last)
        as_printed = printed[printed["layer"] == layer]
        rows[layer] = {
            "a score a label, held out": shown(part["value"]),
            "as printed": shown(as_printed["value"]),
            "as printed, held out": shown(as_printed["held_out"]),
            "exact": shown(own["y"]),
        }
    return pd.DataFrame(rows).T


def epochs_of(training: pd.DataFrame) -> list[int]:
    """The epochs at which the networks are looked at."""
    return checkpoints(int(training["epochs"].iloc[0]))
