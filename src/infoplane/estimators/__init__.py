"""Estimators of mutual information: name on the command line -> class, and how to get one."""

import dataclasses
import numbers
import types
import typing
from typing import Any

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator, Samples
from infoplane.estimators.binning import Binning, entropy, symbols
from infoplane.estimators.cca import CCA, canonical_correlations, gaussian_information
from infoplane.estimators.density.codes import GAUGES, code_entropies, normalised
from infoplane.estimators.density.kde import KDE, bandwidth, kde_entropy
from infoplane.estimators.density.wkl import WKL, wkl_entropy
from infoplane.estimators.neighbors.ksg import KSG, Ross
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.mine import JS, MINE, NWJ, SMILE, InfoNCE, by_bound
from infoplane.estimators.noise.exact import (
    Exact,
    information_with_noise,
    informations_with_noise,
    kolchinsky_tracey,
)
from infoplane.estimators.noise.propagation import sampled_propagation
from infoplane.estimators.patterns import extended_information, layer_information
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
    "Estimator",
    "Exact",
    "InfoNCE",
    "Prediction",
    "Ross",
    "Samples",
    "bandwidth",
    "by_bound",
    "canonical_correlations",
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
    "mine": MINE,
    "nwj": NWJ,
    "infonce": InfoNCE,
    "smile": SMILE,
}


def get_estimator(name: str, /, **options: Any) -> Estimator:
    """The estimator of that name on the command line, with options.

    Raises InputError for an unknown name and for an option that is unknown, of the wrong type
    or out of range, listing what is accepted.

    >>> get_estimator("ksg", k=5)
    KSG(k=5, standardize=True)
    """
    if not isinstance(name, str) or name not in ESTIMATORS:
        raise InputError(
            f"estimator {name!r} is unknown: {', '.join(ESTIMATORS)} are accepted"
            + nearest(name, ESTIMATORS)
        )
    cls = ESTIMATORS[name]
    accepted = [field.name for field in dataclasses.fields(cls) if field.init]
    types_of = typing.get_type_hints(cls)
    for option, value in options.items():
        if option not in accepted:
            raise InputError(
                f"option {option}={value!r} is unknown to {name}: {', '.join(accepted)} "
                f"are accepted{nearest(option, accepted)}"
            )
        if not _fits(value, types_of[option]):
            raise InputError(
                f"{option}={value!r} has the wrong type for {name}: "
                f"{_told(types_of[option])} is accepted"
            )
    return cls(**options)


def _fits(value: object, hint: Any) -> bool:
    """Whether `value` is of the annotated type; an int is a float, a bool is not a number."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return any(value == arg and type(value) is type(arg) for arg in args)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, arg) for arg in args)
    if origin is tuple:
        if not isinstance(value, tuple | list):
            return False
        if len(args) == 2 and args[1] is Ellipsis:
            return all(_fits(v, args[0]) for v in value)
        return len(value) == len(args) and all(map(_fits, value, args))
    if hint in (int, float):
        kind = numbers.Integral if hint is int else numbers.Real
        return isinstance(value, kind) and not isinstance(value, bool)
    # Generic containers are left to the class's own checks.
    return isinstance(value, hint) if isinstance(hint, type) else True


def _told(hint: Any) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return " or ".join(map(repr, args))
    if origin in (typing.Union, types.UnionType):
        return " or ".join(map(_told, args))
    if origin is tuple:
        return f"({', '.join('…' if a is Ellipsis else _told(a) for a in args)})"
    return "None" if hint is type(None) else getattr(hint, "__name__", str(hint))
