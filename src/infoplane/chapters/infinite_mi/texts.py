"""What chapter 04 says of its records: growth without end, and how near the cure comes."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.divergence import beside, fates
from infoplane.chapters.infinite_mi.errors import acceptance, errors, gains, patience
from infoplane.stats import mean_interval, share_interval
from infoplane.words import counted, listed

__all__ = [
    "answer",
    "bracketed",
    "ceiling",
    "comparison",
    "given",
    "meaning",
    "near",
    "noise",
    "time",
]

Frames = Mapping[str, pd.DataFrame]

FORMS = {"pair": "separable", "difference": "concatenated"}  # of AA-MINE, and their critic


def answer(frames: Frames) -> str:
    """What MINE makes of infinity, whether it diverges, and what noise and T(X) are worth."""
    told = (_growth(frames), _contrast(frames), _cure(frames))
    return "\n".join(f"- {sentence}" for sentence in told if sentence)


def ceiling(frames: Frames) -> str:
    """The logarithm of the pairs that a bound is held against."""
    rows = int(frames["fresh"]["held_out_rows"].iloc[0])
    return f"For the {counted(rows)} pairs kept aside here log n is {np.log(rows):.1f} nats."


def meaning(frames: Frames) -> str:
    """What "diverges" turns out to mean in the highest dimension: rate by rate, and in all."""
    table = fates(frames["fresh"])
    blown = int((table["fate"] == "blown up").sum())
    high = table[table["d"] == table["d"].max()]
    both = beside(high)
    told = [
        "So what does *diverges* turn out to mean? Values that overflow it is "
        f"{'not' if not blown else 'sometimes'}: {_of(blown, len(table))} runs blew up. In "
        f"{high['d'].iloc[0]} dimensions, after {_steps(frames)}:\n"
    ]
    for rate, part in high.groupby("rate"):
        same, other = (part[part["matrix"] == matrix] for matrix in ("identity", "random"))
        seen = both[both["rate"] == rate]["contrast"]
        told.append(
            f"- Learning rate {rate:g}: I(X; X) ends at {_nats(same['final'].mean())} held out, "
            f"where it still grows in {_of(_growing(same), len(same))} runs, and the batch value "
            f"is far above it in {_of(int(same['apart'].sum()), len(same))}. I(X; AX) ends at "
            f"{_nats(other['final'].mean())}. The contrast is seen in "
            f"{_of(int(seen.sum()), len(seen))} seeds."
        )
    return "\n".join([*told, "", " ".join(_verdict(high, both))])


def _verdict(high: pd.DataFrame, both: pd.DataFrame) -> list[str]:
    """How common the contrast is where it is most common, and where it is not."""
    rate, seen, pairs = _most(both)
    if not seen:
        return ["The source's contrast is not seen in these runs, at any of the rates."]
    _, low, up = share_interval(seen, pairs)
    often = (
        "that is what happens in most runs" if low > 0.5
        else "that is the exception" if up < 0.5
        else "too rare to say that it is what happens in *most* runs"
    )  # fmt: skip
    told = [
        f"So the source's contrast is there, at best in {seen} of {pairs} seeds (95 % interval of "
        f"the share: {100 * low:.0f} to {100 * up:.0f} %): {often}."
    ]
    least = both["rate"].min()
    slow = high[high["rate"] == least].groupby("matrix")["final"].mean()
    if not both[both["rate"] == least]["contrast"].any():
        if 0 < slow["random"] < slow["identity"]:
            told.append("At the smallest rate the matrix costs speed and nothing else.")
        told.append("What decides is the learning rate, which the source does not state.")
    fast = high[(high["rate"] == high["rate"].max()) & (high["matrix"] == "identity")]
    if rate < high["rate"].max() and not _growing(fast):
        told.append(
            "At the largest rate I(X; X) itself has stopped growing, held out, and the contrast "
            "is rarer again. Growth and divergence are both about the optimiser."
        )
    return told


def bracketed(frames: Frames) -> str:
    """Whether the exact values lie where theory has them: in their bracket, falling with noise."""
    keys = ["d", "map", "sigma", "n", "seed"]
    both = frames["exact"].merge(frames["bracket"], on=keys)
    room = 5 * both["exact_std"] + 1e-9
    inside = (both["exact"] > both["low"] - room) & (both["exact"] < both["high"] + room)
    means = frames["exact"].groupby(["d", "map", "sigma"])["exact"].mean().unstack("sigma")
    falls = bool((np.diff(means, axis=1) < room.max()).all())
    where = "in all" if inside.all() else f"in {inside.sum()}"
    return (
        f"The exact value lies in its bracket {where} of {len(both)} cases with a bracket, within "
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

    def of(form: str, critic: str) -> str:
        return _of(*map(int, reached.loc[(form, critic)]))

    told = "; ".join(
        f"with the {critic} critic AA-MINE in the form *{form}* reaches it in {of(form, critic)} "
        f"cases, MINE in {of('input', critic)}"
        for form, critic in FORMS.items()
    )
    aware = found[found["form"] != "input"]
    worst = aware.loc[aware["off"].abs().idxmax()]
    verdict = (
        "AA-MINE comes as near as was asked in every case."
        if aware["within"].all()
        else f"In its worst case AA-MINE is off by {100 * abs(worst['relative']):.0f} % "
        "of the exact value "
        f"({worst['map']}, d = {worst['d']}, the form *{worst['form']}*)."
    )
    return f"What was asked: {told}. {verdict}"


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


def _growth(frames: Frames) -> str:
    table = fates(frames["fresh"])
    same = table[(table["d"] == table["d"].max()) & (table["matrix"] == "identity")]
    ends = same.groupby("rate")["final"].mean()
    slowest = same[same["rate"] == ends.index[0]]
    grows = int((slowest["batch_slope"] > 0).sum())
    told = listed([f"{_nats(end)} at learning rate {rate:g}" for rate, end in ends.items()])
    return (
        "Of an infinite information MINE finds what its training makes of it: I(X; X) in "
        f"{same['d'].iloc[0]} dimensions comes out, in the mean of held-out pairs after "
        f"{_steps(frames)}, as {told}. At {ends.index[0]:g} the value that is drawn while training "
        f"still grows in {_of(grows, len(slowest))} runs."
    )


def _contrast(frames: Frames) -> str:
    table = fates(frames["fresh"])
    both = beside(table[table["d"] == table["d"].max()])
    rate, seen, pairs = _most(both)
    least = both[both["rate"] == both["rate"].min()]
    often = (
        f"in {_of(seen, pairs)} seeds at most, at a learning rate of {rate:g}, and in "
        f"{_of(int(least['contrast'].sum()), len(least))} at {least['rate'].iloc[0]:g}"
        if seen
        else f"in none of {len(both)} pairs of runs"
    )
    return (
        "That I(X; AX) diverges while I(X; X) grows, the contrast of the source's figure, is seen "
        f"{often}."
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
        f" It comes as near as was asked of it in {_of(*map(int, reached.loc['pair']))} cases "
        "where it is given T beside T + ε, and in "
        f"{_of(*map(int, reached.loc['difference']))} where it is given what is left without T."
        if len(reached)
        else ""
    )
    return (
        "With noise the information is finite and known. A critic that is given T in place of X "
        f"is nearer to it, beyond what chance explains, in {_of(clear, len(better))} comparisons, "
        f"by {min(means):.2f} to {max(means):.2f} nats.{near}"
    )


def _most(both: pd.DataFrame) -> tuple[float, int, int]:
    """The rate with the largest share of seeds that show the contrast: it, and the count."""
    groups = both.groupby("rate")["contrast"].agg(["sum", "size"])
    rate = (groups["sum"] / groups["size"]).idxmax()
    return float(rate), int(groups.loc[rate, "sum"]), int(groups.loc[rate, "size"])


def _steps(frames: Frames) -> str:
    return f"{counted(int(frames['fresh']['steps'].iloc[0]))} steps"


def _of(count: int, total: int) -> str:
    return f"all {total}" if count == total else f"{count or 'none'} of {total}"


def _growing(runs: pd.DataFrame) -> int:
    return int((runs["fate"] == "growing").sum())


def _nats(value: float) -> str:
    return f"{value:.0f} nats".replace("-", "−") if np.isfinite(value) else "no finite number"
