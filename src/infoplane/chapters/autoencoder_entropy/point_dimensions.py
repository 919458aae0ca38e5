"""Chapter 07: correlation dimensions of sets of points, beside two published estimators."""

import numpy as np
import numpy.typing as npt

from infoplane.chapters.autoencoder_entropy.point_sets import points_of
from infoplane.chapters.autoencoder_entropy.scaling import curve, scales
from infoplane.datasets.problems import point_set
from infoplane.dimension.correlation import correlation_integral
from infoplane.inputs.columns import distinct_rows
from infoplane.records.plan import Config, Values

__all__ = ["KNOWN", "PUBLISHED", "data", "known"]

# scikit-dimension's, with its default options (20 neighbours for the latter).
PUBLISHED = {"twonn": "Facco et al. (2017)", "mle": "Levina & Bickel (2004)"}
# Sets whose correlation dimension is known, of one parameter where they have one.
KNOWN = ("cube", "sphere", "swiss roll", "henon", "cantor")
PARAMETER = {"cube": "d", "sphere": "d", "cantor": "factors"}


def known(config: Config, *, device: str = "cpu") -> Values:
    """The estimates on a set of known dimension: truth, value and std, twonn, mle."""
    name, n, seed = config["set"], config["n"], config["seed"]
    options = {PARAMETER[name]: config["parameter"]} if name in PARAMETER else {}
    chosen = point_set(name, **options)
    points = chosen.draw(n, np.random.default_rng(seed))
    found = correlation_integral(points, device=device).dimension()
    values = {"truth": chosen.dimension.value, "value": found.value, "std": found.std}
    return {**values, "window": list(found.window), **_published(points)}


def data(config: Config, *, device: str = "cpu") -> Values:
    """The same for a data set of the chapter, as its autoencoders see it, and on several scales.

    twonn and mle are None unless config["published"]. For images all of it digit by digit, too, in
    class_dimensions, class_dimension_stds, class_twonn and class_mle.
    """
    points = points_of(config)
    x = points.x.astype(np.float64)
    integral = correlation_integral(x, device=device)
    published = _published if config["published"] else _unpublished
    values = {"columns": x.shape[1], **scales(integral), **curve(integral), **published(x)}
    if points.labels is not None:
        digits = [x[points.labels == label] for label in range(10)]
        found = [correlation_integral(part, device=device).dimension() for part in digits]
        values["class_dimensions"] = [f.value for f in found]
        values["class_dimension_stds"] = [f.std for f in found]
        for name in PUBLISHED:
            values[f"class_{name}"] = [published(part)[name] for part in digits]
    return values


def _published(x: npt.NDArray[np.float64]) -> dict[str, float | None]:
    """Of the points that differ: a copy is no neighbour, and five of 900 make mle 0.0, silently."""
    from skdim.id import MLE, TwoNN  # compiles on import, which takes seconds

    x = x[np.unique(distinct_rows(x)[0], return_index=True)[1]]
    if x.shape[1] == 1:  # not accepted, though distances are all that counts
        x = np.hstack([x, np.zeros_like(x)])
    return {"twonn": float(TwoNN().fit(x).dimension_), "mle": float(MLE().fit(x).dimension_)}


def _unpublished(x: npt.NDArray[np.float64]) -> dict[str, float | None]:
    return dict.fromkeys(PUBLISHED)
