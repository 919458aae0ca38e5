"""What chapter 05 says of rules for stopping."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.tishby_plane.settings import PATIENCE
from infoplane.chapters.tishby_plane.stopping_tables import PROFILES, chosen, outcomes
from infoplane.words import counted, listed, sure, told

__all__ = ["best_of_all", "rules"]

Frames = Mapping[str, pd.DataFrame]

ALLOWED = 0.01  # accuracy that a usable rule may lose
SAVED = 0.3  # share of the epochs that it has to save


def rules(frames: Frames) -> str:
    """Four questions with their answers, of the published edition."""
    answers = (_usable(frames), _term(frames), _beta(frames), _burn_in(frames))
    return "\n".join(["In the published edition the answers are:", "", *answers])


def _usable(frames: Frames) -> str:
    """Whether the chosen rule loses and saves enough, set by set, and against the loss."""
    table = outcomes(frames["stopping"], patience=PATIENCE)
    parts = []
    for dataset, part in chosen(table).groupby("dataset"):
        by_loss = table[(table["rule"] == "loss") & (table["dataset"] == dataset)]
        both = part.set_index("seed")["kept"] - by_loss.set_index("seed")["kept"]
        against = sure(both.to_numpy() * 10)  # thousandths count here
        beside = {
            1: "better than early stopping on the loss",
            0: "as good as early stopping on the loss, as far as this can tell",
            -1: "worse than early stopping on the loss",
        }[against]
        parts.append(
            f"on *{dataset}* its loss of accuracy is {told(part['lost'].to_numpy(), 3)} where "
            f"{ALLOWED:g} is allowed, it saves {100 * part['saved'].mean():.0f} % of the epochs "
            f"where {100 * SAVED:.0f} % are asked, and is {beside} "
            f"({told(both.to_numpy(), 3)}), which saves {100 * by_loss['saved'].mean():.0f} %"
        )
    count = frames["stopping"].groupby("dataset").size().max()
    return (
        "- **Is it usable?** The rule with both terms, its options chosen on rows of their own, is "
        "held against the epoch that one would choose on the same rows "
        f"({counted(int(count), 'network')} on each set): {'; '.join(parts)}. The loss costs "
        "nothing to compute and has no β."
    )


def _term(frames: Frames) -> str:
    """What the rules by either reading lose without I(X;Yhat), each at its best beta."""
    means = _means(frames)
    parts = []
    for rule in PROFILES:
        changes = []
        for dataset in means.index.unique("dataset"):
            kept = {
                within: _best(means, dataset, rule, compression=within)["kept"]
                for within in (True, False)
            }
            gain = kept[True] - kept[False]
            word = "more" if gain > 0 else "less"
            changes.append(f"{abs(gain):.3f} {word} on *{dataset}*")
        parts.append(f"*{rule}* with it keeps an accuracy that is {listed(changes)}")
    return (
        f"- **Does the term I(X;Ŷ) help?** {'; '.join(parts)}. With *prediction* an "
        "overfitting network becomes more certain, so that I(X;Ŷ) grows with no gain in "
        "I(Ŷ;Y). With *binned* it can *fall*, as outputs saturate."
    )


def _beta(frames: Frames) -> str:
    """The betas that the rows for choosing prefer, by reading and set."""
    means = _means(frames)
    parts = []
    for rule in PROFILES:
        found = [
            f"{_best(means, dataset, rule, compression=True).name[-1]:g} on *{dataset}*"
            for dataset in means.index.unique("dataset")
        ]
        parts.append(f"for *{rule}* {listed(found)}")
    return (
        f"- **Which β?** The rows for choosing prefer {', '.join(parts)}. The profile "
        "prefers the trained network to the untrained one only if "
        "I(X;Ŷ | Y) < (β − 1) I(Ŷ;Y), and a large β forgets the first "
        "term."
    )


def _burn_in(frames: Frames) -> str:
    """What checks before the peak of I(X;Yhat) are worth to the rule by *prediction*."""
    means = _means(frames)
    changes = []
    for dataset in means.index.unique("dataset"):
        kept = [
            _best(means, dataset, "prediction", compression=True, burn_in=b)["kept"]
            for b in (True, False)
        ]
        change = kept[0] - kept[1]
        same = abs(change) < 0.0005
        words = "nothing changes" if same else (
            f"{abs(change):.3f} of accuracy is {'won' if change > 0 else 'lost'}"
        )  # fmt: skip
        changes.append(f"{words} on *{dataset}*")
    return (
        f"- **Burn-in?** With *prediction*, {listed(changes)}: I(X;Ŷ) peaks late, when the "
        "network has overfitted, if it peaks at all."
    )


def best_of_all(frames: Frames) -> str:
    """The rule by both terms that does best on the mean of the sets, on the rows for choosing."""
    means = _means(frames)
    both = means[means.index.get_level_values("compression")]
    keys = ["rule", "burn_in", "beta"]
    rule, burn, best = both.groupby(keys)["selection"].mean().idxmax()
    return (
        "In the published edition the best rule with both terms on average over the sets, on the "
        f"rows kept for choosing, is *{rule}*, {'with' if burn else 'without'} burn-in, at "
        f"β = {best:g}."
    )


def _means(frames: Frames) -> pd.DataFrame:
    """Means over networks of each rule by information, indexed by what it is."""
    table = outcomes(frames["stopping"], patience=PATIENCE)
    table = table[table["rule"] != "loss"]
    keys = ["dataset", "rule", "compression", "burn_in", "beta"]
    typed = table.assign(**{k: table[k].astype(bool) for k in ("compression", "burn_in")})
    return typed.groupby(keys)[["selection", "kept", "lost", "saved"]].mean()


def _best(
    means: pd.DataFrame, dataset: str, rule: str, *, compression: bool, burn_in: bool | None = None
) -> pd.Series:
    """The rule of one reading whose selection accuracy is highest."""
    part = means.loc[(dataset, rule, compression)]
    if burn_in is not None:
        part = part.xs(burn_in, level="burn_in", drop_level=False)
    return part.loc[part["selection"].idxmax()]
