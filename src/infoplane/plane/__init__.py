"""The information plane of networks in training: record layers, estimate, one tidy table, plot."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infoplane.plane.activations import outputs_of
    from infoplane.plane.estimates import estimate_layers
    from infoplane.plane.plots import plot
    from infoplane.plane.recorder import Recorder
    from infoplane.plane.tables import violations

__all__ = ["Recorder", "estimate_layers", "outputs_of", "plot", "violations"]

_FILES = {
    "Recorder": "recorder",
    "estimate_layers": "estimates",
    "outputs_of": "activations",
    "plot": "plots",
    "violations": "tables",
}


def __getattr__(name: str) -> Any:
    # Matplotlib is loaded by who draws, and torch by who has a network: epochs need neither.
    if name in __all__:
        return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
