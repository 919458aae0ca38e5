"""The information plane of networks in training: record layers, estimate, one tidy table, plot."""

from typing import TYPE_CHECKING, Any

from infoplane.plane.activations import outputs_of
from infoplane.plane.estimates import estimate_layers
from infoplane.plane.recorder import Recorder
from infoplane.plane.tables import violations

if TYPE_CHECKING:
    from infoplane.plane.plots import plot

__all__ = ["Recorder", "estimate_layers", "outputs_of", "plot", "violations"]


def __getattr__(name: str) -> Any:
    if name == "plot":  # Matplotlib is loaded by who draws
        from infoplane.plane.plots import plot

        return plot
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
