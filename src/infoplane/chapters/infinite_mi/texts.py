"""What chapter 04 says of its records: growth without end, and how near the cure comes."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.errors import acceptance, errors, gains, patience
from infoplane.chapters.infinite_mi.growth_texts import contrast, growth, of
from infoplane.stats import mean_interval
from infoplane.words import counted, listed

__all__ = [
    "answer",
    "bracketed",
    "comparison",
    "doubted",
    "given",
    "near",
    "noise",
    "time",
]

Frames = Mapping[str, pd.DataFrame]

FORMS = {"pair": "separable", "difference": "concatenated"}  # of AA-MINE, and their critic


def answer(frames: Frames) -> str:
    """What MINE makes of infinity, whether it diverges, and what noise and T(X) are worth."""
    told = (growth(frames), contrast(frames), _cure(frames))
    return "\n".join(f"- {sentence}" for sentence in told if sentence)


def bracketed(frames: Frames) -> str:
    """Whether the exact values lie where theory has them: in their bracket, falling with noise."""
    keys = ["d", "map", "sigma", "n", "seed"]
    both = frames["exact"].merge(frames["bracket"], on=keys)
    room = 5 * both["exact_std"] + 1e-9
    inside = (both["exact"] > both["low"] - room) & (both["exact"] < both["high"] + room)
    means = frames["exact"].groupby(["d", "map", "sigma"])["exact"].mean().unstack("sigma")
    falls = bool((np.diff(means, axis=1) < room.max()).all())
    return (
        f"The exact value lies in its bracket in {of(inside.sum(), len(both))} cases, within "
        f"five standard errors, and {'falls' if falls else 'does not always fall'} as the noise "
        "grows, as it must."
    )


def comparison(frames: Frames) -> str:
    """The mean error of both kinds of critic, given X and given T, where claims are judged."""
    table = errors(frames)
    table = table[table["inside"]].assign(size=lambda of: of["error"].abs())
    if table.empty:
        return ""
    told = []
    for form, critic in FORMS.items():
        of_critic = table[table["critic"] == critic].groupby(["d", "form"])["size"].mean()
        told.append(
            f"for the {critic} critic "
            + listed(
                [
                    f"from {of_critic[d, 'input']:.2f} to {of_critic[d, form]:.2f} nats at d = {d}"
                    for d in of_critic.index.unique("d")
                ]
            )
        )
    return (
        f"In the grey strips giving T in place of X takes the mean |error| {', and '.join(told)}."
    )


def near(frames: Frames) -> str:
    """In how many cases each estimator comes as near as was asked."""
    found = acceptance(frames)
    if found.empty:
        return ""
    reached = found.groupby(["form", "critic"])["within"].agg(["sum", "size"])

    def cases(form: str, critic: str) -> str:
        return of(*reached.loc[(form, critic)])

    told = "; ".join(
        f"with the {critic} critic AA-MINE in the form *{form}* reaches it in "
        f"{cases(form, critic)} cases, MINE in {cases('input', critic)}"
        for form, critic in FORMS.items()
    )
    return f"What was asked: {told}. {_worst(found[found['form'] != 'input'])}"


def _worst(aware: pd.DataFrame) -> str:
    """Where AA-MINE is farthest from what was asked of it, and where from the exact value."""
    if aware["within"].all():
        return "AA-MINE comes as near as was asked in every case."
    worst, largest = (aware.loc[aware[by].abs().idxmax()] for by in ("off", "relative"))
    told = (
        f"Held against what was asked, AA-MINE is worst at {_case(worst)}: off by "
        f"{_percent(worst['relative'])} of the exact value, where {_percent(worst['asked'])} are "
        "allowed"
    )
    if worst.name == largest.name:
        return f"{told}. No other error of its is larger."
    return (
        f"{told}. Its largest error is {_percent(largest['relative'])}, at {_case(largest)}, where "
        f"{_percent(largest['asked'])} are allowed."
    )


def _case(row: pd.Series) -> str:
    return f"{row['map']}, d = {row['d']}, the form *{row['form']}*"


def _percent(share: float) -> str:
    return f"{100 * abs(share):.0f} %"


def given(frames: Frames) -> str:
    """How the estimate changes as the critic is given later layers."""
    exact = frames["layer_exact"].groupby("d")["exact"].mean()
    told, rising = [], []
    for (d, critic), part in frames["layers"].groupby(["d", "critic"]):
        means = part.groupby("layer")["value"].mean().sort_index()
        rising.append(bool((np.diff(means) > 0).all()))
        told.append(
            f"{means.iloc[0]:.2f} given X and {means.iloc[-1]:.2f} given T of {exact[d]:.2f} nats "
            f"at d = {d} ({critic})"
        )
    word = (
        "It does, with every layer" if all(rising)
        else "It does not with every layer" if any(rising)
        else "It does not"
    )  # fmt: skip
    return f"{word}: the critic finds {'; '.join(told)}."


def noise(frames: Frames) -> str:
    """How much information the noise of the ablation leaves."""
    exact = frames["layer_exact"].groupby("d")["exact"].mean()
    return (
        "The noise leaves "
        + listed([f"{value:.1f} nats at d = {d}" for d, value in exact.items()])
        + "; it was set by exact values, before any estimate was made."
    )


def time(frames: Frames) -> str:
    """Whether more steps make up for not being given the layer."""
    shares = 100 * patience(frames).astype(float)
    usual, longer = shares.columns.min(), shares.columns.max()
    told, below = [], []
    for d in shares.index.unique("d"):
        mine, aware = shares.loc[(d, "input")], shares.loc[(d, "pair")]
        below.append(mine[longer] < aware[usual])
        told.append(
            f"at d = {d} MINE goes from {mine[usual]:.0f} to {mine[longer]:.0f} % of the exact "
            f"value, where AA-MINE has {aware[usual]:.0f} % after {counted(usual)} steps"
        )
    word = (
        "Time does not make up for it" if all(below)
        else "Time makes up for it" if not any(below)
        else "Time makes up for it in part"
    )  # fmt: skip
    return f"{word}. With {longer / usual:.0f} times the steps, {'; '.join(told)}."


def doubted(frames: Frames) -> str:
    """What the table of warnings counts, and how many estimates carry none."""
    free = sum(int((frames[part]["warnings"].map(len) == 0).sum()) for part in ("fresh", "noisy"))
    total = len(frames["fresh"]) + len(frames["noisy"])
    return (
        f"The estimators warn of their own values: {of(free, total)} estimates carry no warning. "
        "Counted below are those that do. The ceiling is the logarithm of the number of marginal "
        "pairs that a value was tested on; a critic's scores may pass it, but so many pairs cannot "
        "vouch for more."
    )


def _cure(frames: Frames) -> str:
    found = gains(errors(frames))
    if found.empty:
        return ""
    better = [mean_interval(part["gain"]) for _, part in found.groupby(["form", "d"])]
    clear = sum(low > 0 for _, low, _ in better)
    means = [mean for mean, _, _ in better]
    cases = acceptance(frames)
    reached = cases.groupby("form")["within"].agg(["sum", "size"])
    near = (
        f" As near as was asked it comes in {of(*reached.loc['pair'])} cases given T beside T + ε, "
        f"and in {of(*reached.loc['difference'])} given what is left without T."
        if len(reached)
        else ""
    )
    return (
        "With noise the information is finite and known. A critic that is given T in place of X "
        f"is surely nearer to it in {of(clear, len(better))} comparisons, by {min(means):.2f} to "
        f"{max(means):.2f} nats.{near}"
    )
