"""Stopping by information, and by the loss: callbacks, and the rule as a function of curves."""

from infoplane.stopping.callbacks import InformationStopping, LossStopping

__all__ = ["InformationStopping", "LossStopping"]
