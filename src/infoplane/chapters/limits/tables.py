"""The records of chapter 12 as tables: what holds and what breaks, and shares that are covered."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from infoplane.chapters.limits.settings import HURDLES
from infoplane.signs import number
from infoplane.stats import share_interval

__all__ = [
    "BREAKS",
    "HOLDS",
    "NAMES",
    "REFUSES",
    "as_html",
    "coverage",
    "coverage_text",
    "covering",
    "judged",
    "less_bias",
    "titles",
]

HOLDS, BREAKS, REFUSES = "holds", "breaks", "refuses"

NAMES = {"binning": "binning"} | {name: name.upper() for name in ("cca", "ksg", "wkl", "kde")}
NAMES |= {"mine": "MINE", "ross": "Ross", "classifier": "classifier"}
"""What stands for estimators on the page."""

READ = (
    "On how many of the data sets the estimator's own 95 % interval covers the truth; the mean of "
    "its values ± half of that interval (median)."
)


def titles(tried: pd.DataFrame) -> list[str]:
    """What the hurdles of these records are called, in order."""
    return [HURDLES[name].title for name in dict.fromkeys(tried["hurdle"])]


def judged(tried: pd.DataFrame) -> pd.DataFrame:
    """A row for each hurdle and estimator: its mean value, and whether it holds.

    tried: records of `hurdle`. An estimator *holds* where its 95 % interval covers the truth for at
    least half of the seeds, which one of 95 % hardly ever fails to do; it *refuses* where it gives
    no value; else it *breaks*. value: mean over seeds, less the bias that the estimator knows of,
    as in its interval; raw: with it; std: standard deviation of values over seeds; half: median
    half width of the estimator's own intervals; covers: number of those that cover, of `seeds`;
    silent: share of intervals that miss the truth without a warning.
    """
    order = [name for name in HURDLES if name in set(tried["hurdle"])]
    rows = []
    for name in order:
        of_hurdle = tried[tried["hurdle"] == name]
        for estimator, part in of_hurdle.groupby("estimator", sort=False):
            rows.append({"hurdle": name, "estimator": estimator, **_judged(part)})
    return pd.DataFrame(rows)


def less_bias(tried: pd.DataFrame) -> pd.Series:
    """Values, each less the bias that its estimator knows of: what its interval is around."""
    return tried["value"].astype(float) - tried["bias"].astype(float).fillna(0.0)


def covering(tried: pd.DataFrame) -> pd.Series:
    """Whether the estimator's own interval covers the truth; not where it refused."""
    low, high = tried["low"].astype(float), tried["high"].astype(float)
    return (low <= tried["truth"]) & (tried["truth"] <= high)


def _judged(part: pd.DataFrame) -> dict[str, object]:
    truth = float(part["truth"].iloc[0])
    given = part[part["refused"] == ""]
    if given.empty:
        return {
            "truth": truth,
            "verdict": REFUSES,
            "silent": 0.0,
            "covers": 0,
            "seeds": len(part),
        }
    low, high = given["low"].astype(float), given["high"].astype(float)
    covers = covering(given)
    warned = given["warnings"].map(len) > 0
    return {
        "truth": truth,
        "verdict": HOLDS if covers.mean() >= 0.5 else BREAKS,
        "value": float(less_bias(given).mean()),
        "raw": float(given["value"].mean()),
        "std": float(given["value"].std(ddof=1)),
        "half": float((high - low).median() / 2),
        "covers": int(covers.sum()),
        "seeds": len(given),
        "silent": float((~covers & ~warned).mean()),
    }


def as_html(tried: pd.DataFrame, ways: pd.DataFrame) -> str:
    """What breaks which estimator, and the way around, as an HTML table: a row a hurdle."""
    found, around = judged(tried), judged(ways).set_index("hurdle")
    heads = ("What, and the data", "Truth, nats", "Hold", "Break or refuse", "A way around")
    body = ""
    for name in around.index:
        h, way = HURDLES[name], around.loc[name]
        part = found[found["hurdle"] == name].to_dict("records")
        broken = [_cell(row) for row in part if row["verdict"] != HOLDS]
        holds = [_cell(row) for row in part if row["verdict"] == HOLDS]
        cells = (
            f"<strong>{h.title}</strong>: {escape(h.data)}",
            f"{way['truth']:.2f}",
            "<br>".join(holds) or "none",
            "<br>".join(broken) or "none",
            f"{_told(h.way.told)}, {_number(way)}",
        )
        body += "<tr>" + "".join(
            f'<td data-label="{head}">{cell}</td>' if i else f"<td>{cell}</td>"
            for i, (head, cell) in enumerate(zip(heads, cells, strict=True))
        )
        body += "</tr>\n"
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<table class="ledger hurdles"><caption style="caption-side: top">{READ}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"
    )


def _cell(row: Mapping[str, Any]) -> str:
    name = NAMES[row["estimator"]]
    if row["verdict"] == REFUSES:
        return f"{name} refuses"
    silent = " silently" if row["verdict"] == BREAKS and row["silent"] else ""
    return f"{name}{silent} {_number(row)}"


def _number(row: Mapping[str, Any]) -> str:
    """On how many seeds the interval covers, the mean with half of it, and the mean with its bias,
    if that is seen."""
    value, raw, std = row["value"], row["raw"], row["std"]
    with_bias = f"<br>({number(raw)} with its bias)" if abs(value - raw) > max(std, 0.005) else ""
    found = f"{number(value)} ± {row['half']:.2f}".replace(" ", "\u00a0")
    return f"{row['covers']}/{row['seeds']}: {found}{with_bias}"


def _told(way: str) -> str:
    """A way around with the names that estimators have on the page; options stay code."""
    named = re.sub(r"`([^`]*)`", lambda code: NAMES.get(code[1], code[0]), escape(way))
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", named)


def coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """A row for each estimator, problem and n: the share of intervals that cover, and its error.

    warned: share of estimates with a warning; silent: share that misses the truth without one.
    """
    rows = []
    for record in frame.to_dict("records"):
        truth, n = record["truth"], len(record["low"])
        pairs = zip(record["low"], record["high"], strict=True)
        covers = [low <= truth <= high for low, high in pairs]
        share, low, high = share_interval(sum(covers), n)
        missed = zip(covers, record["warned"], strict=True)
        rows.append(
            {
                "estimator": record["estimator"],
                **_problem(record["options"]),
                "n": record["n"],
                "covered": share,
                "low": low,
                "high": high,
                "warned": sum(record["warned"]) / n,
                "silent": sum(not c and not w for c, w in missed) / n,
                "repetitions": n,
            }
        )
    return pd.DataFrame(rows)


def _problem(options: Mapping[str, float]) -> dict[str, str]:
    """What a problem is called, and of which kind it is."""
    if "rho" in options:
        kind = f"{options['d']} + {options['d']} columns"
        return {"problem": f"{kind}, ρ = {options['rho']:g}", "kind": kind}
    return {"problem": f"classes {options['separation']:g} apart", "kind": "classes"}


def coverage_text(frame: pd.DataFrame) -> list[str]:
    """Lines for a docstring: for each estimator the least and largest share, and the silent one."""
    table = coverage(frame)
    lines = []
    for estimator, part in table.groupby("estimator", sort=False):
        least, most = (round(100 * end(part["covered"])) for end in (min, max))
        silent = round(100 * part["silent"].max())
        lines.append(f"{estimator:10} {least:3} to {most:3} %   {silent:3} %")
    return lines
