"""Estimators of mutual information: name on the command line -> class, and how to get one."""

import dataclasses
from typing import Any

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples
from infoplane.estimators.binning import Binning
from infoplane.estimators.bins import entropy, symbols
from infoplane.estimators.cca import CCA, canonical_correlations, gaussian_information
from infoplane.estimators.classifier import Classifier
from infoplane.estimators.code_curves import CodeCurve, code_curve
from infoplane.estimators.compressed import Compressed
from infoplane.estimators.density.codes import code_entropies
from infoplane.estimators.density.gauges import GAUGES, normalised
from infoplane.estimators.density.kde import KDE
from infoplane.estimators.density.kernel_entropy import bandwidth, kde_entropy
from infoplane.estimators.density.wkl import WKL, wkl_entropy
from infoplane.estimators.extended import extended_information
from infoplane.estimators.flow import Flow
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.estimators.neighbors.ross import Ross
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.mine import JS, MINE, NWJ, SMILE, InfoNCE, by_bound
from infoplane.estimators.noise.bounds import kolchinsky_tracey
from infoplane.estimators.noise.exact import (
    Exact,
    information_with_noise,
    informations_with_noise,
)
from infoplane.estimators.noise.propagation import sampled_propagation
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.prediction import Prediction
from infoplane.inputs.options import nearest

__all__ = [
    "AAMINE",
    "CCA",
    "ESTIMATORS",
    "GAUGES",
    "JS",
    "KDE",
    "KSG",
    "MINE",
    "NWJ",
    "SMILE",
    "WKL",
    "Binning",
    "Classifier",
    "CodeCurve",
    "Compressed",
    "Estimator",
    "Exact",
    "Flow",
    "InfoNCE",
    "Prediction",
    "Ross",
    "Samples",
    "bandwidth",
    "by_bound",
    "canonical_correlations",
    "code_curve",
    "code_entropies",
    "entropy",
    "extended_information",
    "gaussian_information",
    "get_estimator",
    "information_with_noise",
    "informations_with_noise",
    "kde_entropy",
    "kolchinsky_tracey",
    "layer_information",
    "normalised",
    "sampled_propagation",
    "symbols",
    "wkl_entropy",
]

ESTIMATORS: dict[str, type[Estimator]] = {
    "binning": Binning,
    "kde": KDE,
    "ksg": KSG,
    "wkl": WKL,
    "ross": Ross,
    "cca": CCA,
    "classifier": Classifier,
    "mine": MINE,
    "nwj": NWJ,
    "infonce": InfoNCE,
    "smile": SMILE,
    "compressed": Compressed,
    "flow": Flow,
}


def get_estimator(name: str, /, **options: Any) -> Estimator:
    """The estimator of that name on the command line, with options.

    Raises InputError for an unknown name or option, listing what is accepted, and for an option
    of the wrong type or out of range, as the estimator's own class does.

    >>> get_estimator("ksg", k=5)
    KSG(k=5, margins='standardized', errors='half-samples')
    """
    if not isinstance(name, str) or name not in ESTIMATORS:
        raise InputError(
            f"estimator {name!r} is unknown: {', '.join(ESTIMATORS)} are accepted"
            f"{nearest(str(name), ESTIMATORS)}"
        )
    cls = ESTIMATORS[name]
    fields = [field for field in dataclasses.fields(cls) if field.init]
    accepted = [field.name for field in fields]
    for option, value in options.items():
        if option not in accepted:
            told = ", ".join(field.name for field in fields if field.repr)  # none deprecated
            raise InputError(
                f"option {option}={value!r} is unknown to {name}: {told} are "
                f"accepted{nearest(option, accepted)}"
            )
    return cls(**options)
