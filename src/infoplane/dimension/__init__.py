"""Dimensions of point sets: by pairs that are close, and by where a curve breaks."""

from infoplane.dimension.breaks import Break, find_break
from infoplane.dimension.correlation import (
    CorrelationIntegral,
    correlation_dimension,
    correlation_integral,
)

__all__ = [
    "Break",
    "CorrelationIntegral",
    "correlation_dimension",
    "correlation_integral",
    "find_break",
]
