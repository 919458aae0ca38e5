"""Chapter 10: one estimate of pairs whose information is known.

Source: document 001, its second half.
"""

import time

import numpy as np
import numpy.typing as npt

from infoplane.datasets.problems import problem
from infoplane.errors import InputError
from infoplane.estimators import get_estimator
from infoplane.estimators.estimate import Estimate
from infoplane.records.plan import Config, Values

__all__ = ["estimate", "kept", "unmixed"]

Floats = npt.NDArray[np.float64]

COURSES = ("step", "train", "validation", "from_rho", "loss")
DIGITS = 5


def estimate(config: Config, *, device: str = "cpu") -> Values:
    """An estimate of n pairs of a problem, what the model says beside it, and how long it took.

    config: problem and its options, n, estimator and its options (`set`), seed; unmix: whether both
    sides go through :func:`unmixed` first. Values of :func:`kept`, `took` in seconds of the
    processor, on which other work has little say; or `refused`, the sentence.
    """
    known = problem(config["problem"], **config["options"])
    x, z = known.draw(config["n"], np.random.default_rng(config["seed"]))
    if config["unmix"]:
        x, z = unmixed(x, config["seed"]), unmixed(z, config["seed"])
    estimator = get_estimator(config["estimator"], **config["set"])
    values: Values = {"truth": known.information.value}
    started = time.process_time()
    try:
        found = estimator.estimate(x, z, seed=config["seed"], device=device)
    except InputError as error:  # is an answer, too
        return values | {"refused": str(error)}
    took = round(time.process_time() - started, 2)
    return values | kept(found) | {"took": took, "refused": ""}


def kept(found: Estimate) -> Values:
    """What is kept of an estimate, nats and seconds.

    value, std, bias, warnings, took; of a flow also ratio, of training rows; from_rho, the
    information that rho says, None of a mixture; curves over training, by name.
    """
    h = found.history
    values: Values = {
        "value": round(found.value, DIGITS),
        "std": _finite(found.std),
        "bias": _finite(found.bias),
        "warnings": list(found.warnings),
        "took": round(found.seconds, 2),
    }
    if "ratios" not in h:
        return values
    from_rho = h.get("information_of_rho")
    return values | {
        "ratio": round(float(h["ratios"][0]), DIGITS),
        "from_rho": None if from_rho is None else round(float(from_rho[0]), DIGITS),
        "curves": {name: np.round(h[name], 4).tolist() for name in COURSES if name in h},
    }


def unmixed(a: Floats, seed: int) -> Floats:
    """Independent components (n, d) of the columns: what independent sources they are sums of.

    A linear map, which changes no information. Right where the columns are mixtures of independent
    numbers of which at most one is Gaussian, and of no use for Gaussians, any rotation of which is
    independent.
    Raises InputError where the components are not found.
    Source: Hyvärinen (1999), FastICA, https://doi.org/10.1109/72.761722, as scikit-learn has it
    """
    import warnings

    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            ica = FastICA(whiten="unit-variance", max_iter=1_000, tol=1e-3, random_state=seed)
            found: Floats = ica.fit_transform(a)
        except ConvergenceWarning as told:
            raise InputError(f"FastICA did not find the components: {told}") from told
    return found


def _finite(number: float) -> float | None:
    return round(float(number), DIGITS) if np.isfinite(number) else None
