"""What chapter 03 says of its warnings: whom they caught, and whose training was cut off."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.mine_gaussian.tables import WRONG, alarms, errors, limit
from infoplane.chapters.mine_gaussian.texts import name

__all__ = ["caught", "finished", "silence", "warned"]

Frames = Mapping[str, pd.DataFrame]


def warned(frames: Frames) -> str:
    """How many failures were warned of, and who failed in silence."""
    counts = alarms(errors(frames)).groupby("estimator", sort=False).sum()
    caught, silent = (counts[f"failures {how}"] for how in ("warned of", "in silence"))
    failures = int(caught.sum() + silent.sum())
    if not failures:
        return "None of the estimates is a failure."
    still = {name(str(who)): int(times) for who, times in silent.items() if times}
    who = ", ".join(f"{one} {times}" for one, times in still.items())
    return (
        f"Of {failures} failures {int(caught.sum())} were warned of and {int(silent.sum())} came "
        f"in silence{f' ({who})' if who else ''}; {int(counts['false alarms'].sum())} of the other "
        f"{int(counts['estimates'].sum()) - failures} estimates were warned of as well."
    )


def caught(frames: Frames) -> pd.DataFrame:
    """The warnings of each estimator, of its failures and of all else, as a table to read."""
    counts = alarms(errors(frames)).reset_index()
    fresh = counts["sample"].map({"fixed": "", "fresh": ", fresh"})
    failures = counts["failures warned of"] + counts["failures in silence"]
    others = counts["estimates"] - failures
    columns = {
        "failures warned of": _of(counts["failures warned of"], failures),
        "others warned of": _of(counts["false alarms"], others),
    }
    return pd.DataFrame(columns).set_axis(counts["estimator"].map(name) + fresh)


def silence(frames: Frames) -> str:
    """Where most of the failures are that nobody warned of, or "" where there is none."""
    table = errors(frames)
    quiet = table[~table["warned"] & (table["error"].abs() > limit(WRONG, table["truth"]))]
    if quiet.empty:
        return ""
    (d, rho), times = max(quiet.groupby(["d", quiet["rho"].abs()]).size().items(), key=_second)
    return (
        f"The largest part of the silence, {times} of {len(quiet)}, is at *d* = {d}, |ρ| = {rho:g}."
    )


def finished(frames: Frames) -> str:
    """How many runs of MINE were cut off by their last step, by dimension."""
    mine = frames["mine"]
    told = [
        f"{int((part['stopped'] >= part['steps']).sum())} of {len(part)} in {d} dimensions"
        for d, part in mine.groupby("d")
    ]
    return (
        f"Of MINE's runs {' and '.join(told)} had not stopped by themselves when their "
        f"{int(mine['steps'].iloc[0])} steps ended: what verdicts say of them they say of these "
        "parameters."
    )


def _of(counts: pd.Series, everything: pd.Series) -> list[str]:
    return [f"{count} of {of}" for count, of in zip(counts, everything, strict=True)]


def _second(pair: tuple[object, int]) -> int:
    return pair[1]
