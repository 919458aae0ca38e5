"""Stopping by information, and by the loss: callbacks, and the rule as a function of curves."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infoplane.stopping.callbacks import InformationStopping, LossStopping

__all__ = ["InformationStopping", "LossStopping"]


def __getattr__(name: str) -> Any:
    if name in __all__:  # the callbacks need torch, which takes seconds; the rule does not
        from infoplane.stopping import callbacks

        return getattr(callbacks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
