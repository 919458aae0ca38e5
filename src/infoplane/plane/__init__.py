"""The information plane of networks in training: record layers, estimate, one tidy table."""

from infoplane.plane.activations import outputs_of
from infoplane.plane.estimates import estimate_layers
from infoplane.plane.recorder import Recorder, violations

__all__ = ["Recorder", "estimate_layers", "outputs_of", "violations"]
