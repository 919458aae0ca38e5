"""Chapter 09's tables, as its page shows them: one level of rows, and columns with names."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import OF_NOISE, generalisation, swings_table
from infoplane.chapters.compression.settings import NAMES

__all__ = ["layer_losses", "losses", "lost_by_size", "swings"]

Frames = Mapping[str, pd.DataFrame]


def lost_by_size(frames: Frames) -> pd.DataFrame:
    """Share of the variance that codes lose, and as many principal components, by columns."""
    return _table(
        {
            f"{NAMES[kind]}, {columns} column{'' if columns == 1 else 's'}": {
                "code": _share(row["code"], 1),
                "principal components": _share(row["pca"], 1),
            }
            for (kind, columns), row in tables.lost_by_size(frames).iterrows()
        }
    )


def swings(planes: pd.DataFrame) -> pd.DataFrame:
    """Falls that are larger than the noise, raw and filtered, and those of filtered noise."""
    return _table(
        {
            layer: {
                "noise (nats)": f"{row['noise, nats']:.3f}",
                "raw": f"{row['raw']:.0f}",
                "filtered": f"{row['filtered']:.0f}",
                "of noise, mean": f"{row['of noise']:.1f}",
                OF_NOISE: f"{row[OF_NOISE]:.0f}",
            }
            for layer, row in swings_table(planes).iterrows()
        }
    )


def losses(frames: Frames) -> pd.DataFrame:
    """The epoch of each layer's peak, and what information and losses do from there on, nats."""
    return _table(
        {
            layer: {
                "peak at epoch": f"{row['peak']:.0f}",
                "I(X; L)": f"{row['I']:.3f}",
                "test loss": f"{row['test loss']:.3f}",
                "test less training loss": f"{row['gap']:.3f}",
            }
            for layer, row in generalisation(frames).iterrows()
        }
    )


def layer_losses(planes: pd.DataFrame) -> pd.DataFrame:
    """Share of each layer's variance outside its code: before and after training, and the least."""
    return _table(
        {
            layer: {
                **{name: _share(row[name]) for name in ("before", "after")},
                "least": _share(row["best"]),
                "at epoch": f"{row['at epoch']:.0f}",
            }
            for layer, row in tables.layer_losses(planes).iterrows()
        }
    )


def _share(value: float, digits: int = 0) -> str:
    return f"{100 * value:.{digits}f} %"


def _table(rows: Mapping[object, Mapping[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index")
