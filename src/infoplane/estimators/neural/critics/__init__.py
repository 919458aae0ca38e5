"""Critics by name: functions f(x, z) -> score, b independent ones trained as one tensor."""

from infoplane.errors import InputError
from infoplane.estimators.neural.critics.base import Critic
from infoplane.estimators.neural.critics.concatenated import ConcatenatedCritic
from infoplane.estimators.neural.critics.convolutional import ConvolutionalCritic
from infoplane.estimators.neural.critics.label import LabelCritic
from infoplane.estimators.neural.critics.rectified import RectifiedCritic
from infoplane.estimators.neural.critics.separable import BilinearCritic, SeparableCritic

__all__ = [
    "CRITICS",
    "BilinearCritic",
    "ConcatenatedCritic",
    "ConvolutionalCritic",
    "Critic",
    "LabelCritic",
    "RectifiedCritic",
    "SeparableCritic",
    "critic_class",
]

CRITICS: dict[str, type[Critic]] = {
    "concatenated": ConcatenatedCritic,
    "separable": SeparableCritic,
    "bilinear": BilinearCritic,
    "rectified": RectifiedCritic,
    "convolutional": ConvolutionalCritic,
    "label": LabelCritic,
}


def critic_class(name: str) -> type[Critic]:
    """The critic of that name, or InputError.

    >>> critic_class("foo")
    Traceback (most recent call last):
    infoplane.errors.InputError: critic 'foo' is unknown: concatenated, separable, bilinear, ...
    """
    if not isinstance(name, str) or name not in CRITICS:
        raise InputError(f"critic {name!r} is unknown: {', '.join(CRITICS)} are accepted")
    return CRITICS[name]
