"""What chapter 12 tries: the hurdles, the estimators, and the way around each hurdle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["HURDLES", "LABELS", "NEURAL", "NUMBERS", "SLOW", "Hurdle", "Way"]

# Of numbers against numbers, and of numbers against labels: as they are, without options.
NUMBERS = ("binning", "cca", "ksg", "wkl", "kde", "mine")
LABELS = ("binning", "ross", "classifier", "mine")
NEURAL = ("mine",)  # whose options of training are the chapter's parameters
SLOW = (*NEURAL, "kde", "classifier")  # of which fewer repetitions make a coverage


@dataclass(frozen=True)
class Way:
    """A way around: an estimator with options, on one row in `every` where rows are not new."""

    estimator: str
    told: str
    options: Mapping[str, Any] = field(default_factory=dict)
    every: int = 1


@dataclass(frozen=True)
class Hurdle:
    """What may break an estimator: a problem whose information is known, and how rows come.

    rows: "independent"; "twice", each of half as many; "recording", each remembers the last.
    n: rows that an estimator gets; None: as many as the chapter's parameter says.
    """

    title: str
    data: str
    problem: str
    options: Mapping[str, Any]
    way: Way
    n: int | None = None
    rows: str = "independent"
    estimators: tuple[str, ...] = NUMBERS


HURDLES: Mapping[str, Hurdle] = {
    "none": Hurdle(
        "nothing special",
        "two normal columns of correlation .8",
        "gaussian",
        {"d": 1, "rho": 0.8},
        Way("ksg", "any of them"),
    ),
    "ties": Hurdle(
        "ties",
        "the same, rounded to half a standard deviation",
        "rounded",
        {"rho": 0.8, "step": 0.5},
        Way("ksg", "`ksg`, whose ties are averaged over all orders"),
    ),
    "marks": Hurdle(
        "ties in several columns",
        "four answers of five levels on either side, independent",
        "marks",
        {"d": 4, "levels": 5},
        Way("ksg", "`ksg`"),
    ),
    "tails": Hurdle(
        "heavy tails, narrow peaks",
        "cubes of two normal columns of correlation .8",
        "cubed",
        {"rho": 0.8},
        Way("wkl", "`wkl` with `margins=normal-scores`", {"margins": "normal-scores"}),
    ),
    "columns": Hurdle(
        "many columns",
        "20 columns a side, of which one pair has correlation .8",
        "needle",
        {"d": 20, "rho": 0.8},
        Way("cca", "`cca`, if the dependence is linear"),
    ),
    "classes": Hurdle(
        "many columns against a label",
        "50 columns, one of which tells two classes apart, by 3 standard deviations",
        "needle-of-classes",
        {"d": 50, "separation": 3.0},
        Way("classifier", "`classifier`"),
        estimators=LABELS,
    ),
    "strong": Hurdle(
        "strong dependence",
        "two columns a side, each pair of correlation .9999",
        "gaussian",
        {"d": 2, "rho": 0.9999},
        Way("cca", "`cca`, if the dependence is linear"),
    ),
    "near-copies": Hurdle(
        "near-copies",
        "a normal column and itself with noise of a millionth",
        "gaussian",
        {"d": 1, "rho": 1 - 5e-13},
        Way("cca", "`cca`, if the dependence is linear; or noise of a stated size"),
    ),
    "few": Hurdle(
        "few rows",
        "60 rows of two columns a side, each pair of correlation .8",
        "gaussian",
        {"d": 2, "rho": 0.8},
        Way("ksg", "`ksg`, and its interval"),
        n=60,
    ),
    "twice": Hurdle(
        "rows that occur twice",
        "independent columns, every row recorded twice",
        "gaussian",
        {"d": 1, "rho": 0.0},
        Way("ksg", "distinct rows, once each", every=2),
        rows="twice",
    ),
    "recording": Hurdle(
        "rows in a row",
        "two independent series, each of autocorrelation .95",
        "gaussian",
        {"d": 1, "rho": 0.0},
        Way("ksg", "one row in 50", every=50),
        rows="recording",
    ),
}
