"""What chapter 07 fixes beforehand, and its runs, tables and ranges share."""

from typing import Any

__all__ = [
    "DENSITIES",
    "FOR_IMAGES",
    "FOR_SETS",
    "GAUGE",
    "GAUGES",
    "IMAGES",
    "METHODS",
    "NO_BREAK",
    "PICTURED_EPOCHS",
    "PIXELS",
    "PUBLISHED_N",
    "SETS",
]

# What records of entropies are tables of, in this order: as the estimators name them.
GAUGES = ("raw", "one scale", "unit variance", "whitened")
METHODS = ("loo", "monte-carlo", "shrunk", "plug-in", "wkl")
GAUGE = GAUGES[2]  # of correlation dimensions, and of the entropies of single digits
DENSITIES = ("gaussian", "uniform")  # whose entropy is known

# Sets whose correlation dimension is known, each with a parameter (unused where there is one set).
SETS = (
    *(("cube", d) for d in (1, 2, 3, 4, 6, 8, 10)),
    *(("sphere", d) for d in (1, 2, 3, 4)),
    ("swiss roll", 2),
    ("henon", 2),
    *(("cantor", factors) for factors in (1, 2, 3)),
)
NO_BREAK = "spectrum"  # has no break to be found: the veto must say so
# Widths and rates that lose least of held-out rows, among few that were tried.
FOR_SETS: dict[str, Any] = {"hidden": [128, 64], "learning_rate": 1e-2}
FOR_IMAGES: dict[str, Any] = {"hidden": [256, 128], "learning_rate": 3e-3}
IMAGES = ("bumps-2", "rectangles-4")  # synthetic, but images all the same
PICTURED_EPOCHS = 100
PIXELS = {"digits": 64, "mnist": 784, "fashion": 784}
PUBLISHED_N = 10_000  # images that the published estimators see: their time grows as n^2
