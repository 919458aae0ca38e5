"""Chapter 07: correlation integrals as records hold them."""

import numpy as np

from infoplane.dimension.correlation import CorrelationIntegral
from infoplane.records.plan import Values

__all__ = ["SCALES", "curve", "scales"]

# Windows, as shares of the pairs, from fine to coarse: the same for every n, as the default
# window, which follows the smallest distances that n rows show, is not.
SCALES = ((1e-4, 1e-3), (1e-3, 1e-2), (1e-2, 1e-1))
LEAST_PAIRS = 50  # at a window's lower end
POINTS = 60  # of a curve


def scales(integral: CorrelationIntegral) -> Values:
    """Correlation dimensions by the default window and by :data:`SCALES`, None for want of pairs.

    dimensions, dimension_stds: four values; window: the default one, in shares of the pairs;
    drift: how much the slope changes within it.
    """
    fine = integral.dimension()
    found = [fine] + [
        integral.dimension(window) if window[0] * integral.pairs >= LEAST_PAIRS else None
        for window in SCALES
    ]
    return {
        "dimensions": [None if f is None else f.value for f in found],
        "dimension_stds": [None if f is None else f.std for f in found],
        "window": list(fine.window),
        "drift": fine.drift,
    }


def curve(integral: CorrelationIntegral) -> Values:
    """log r and log C(r) at few radii, equally far apart in log r, for a figure."""
    log_r, log_c, _ = integral.curve()
    at = np.unique(np.linspace(0, len(log_r) - 1, POINTS).round().astype(int))
    return {"log_r": np.round(log_r[at], 4), "log_c": np.round(log_c[at], 4)}
