"""What chapter 01 knows in closed form, and the settings it is known at."""

import math

import numpy as np
import numpy.typing as npt

from infoplane.datasets.gaussian import CorrelatedGaussian

__all__ = [
    "RHO",
    "ROOM",
    "SCALES",
    "SIGMAS",
    "SMALL_NOISE",
    "Array",
    "circle_information",
    "exact_bound",
]

Array = npt.NDArray[np.float64]

RHO = 0.7  # of the Gaussian pair that the bound is shown on; the bound is finite for c < 2.43

SCALES = tuple(np.round(np.arange(0.1, 1.55, 0.1), 10).tolist())

SIGMAS = tuple(np.round(np.geomspace(0.5, 0.01, 21), 6).tolist())

# Where the slope is read off, fixed beforehand: below this noise the circle looks straight (its
# slope is within 2.3 % of 1), and this far below log N a finite sample still looks continuous.
SMALL_NOISE, ROOM = 0.2, 3.0


def exact_bound(c: float) -> float:
    """The bound of :func:`bound` in closed form: c I - log E_Q[r^c], r = p/(p_x p_z).

    E_Q[r^c] is a Gaussian integral: |P|^{c/2} / |c P + (1-c) 1|^{1/2} with P the precision of
    the joint; it is infinite from c = (1 + rho)/rho on.
    """
    moment = -0.5 * c * math.log(1 - RHO**2)
    for sign in (1, -1):
        moment -= 0.5 * math.log(c / (1 + sign * RHO) + 1 - c)
    return c * CorrelatedGaussian(1, RHO).information.value - moment


def circle_information(sigma: float) -> float:
    """I(X; T + eps) in nats for X uniform on a circle of radius 1 in the plane, by quadrature.

    The density of T + eps depends on the radius r alone:
    exp(-(r² + 1)/2σ²) I_0(r/σ²) / 2πσ², with I_0 the modified Bessel function.

    >>> abs(circle_information(1e6)) < 1e-9  # nothing survives this much noise
    True
    """
    from scipy.integrate import quad  # takes longer than reading the chapter's records
    from scipy.special import ive

    def integrand(r: float) -> float:
        log_p = -math.log(2 * math.pi * sigma**2) - (r - 1) ** 2 / (2 * sigma**2)
        log_p += math.log(ive(0, r / sigma**2))
        return -math.exp(log_p) * log_p * 2 * math.pi * r

    edges = [max(0.0, 1 - 12 * sigma), 1 + 12 * sigma]
    h, _ = quad(integrand, *edges, points=[1.0], limit=500, epsabs=1e-11)
    return float(h - math.log(2 * math.pi * math.e * sigma**2))
