"""What all parts of chapter 10 share, without torch: the problems, the models, the rivals."""

from collections.abc import Mapping
from typing import Any

__all__ = ["BENDS", "CASES", "IMAGES", "MODELS", "RIVALS", "WANTED"]

WANTED = 25.0  # nats, of document 001's experiment

CASES: Mapping[str, dict[str, Any]] = {
    "straight": {"rotated": False},
    "rotated": {},
    "sinh": {"bend": "sinh"},
    "cubic": {"bend": "cubic"},
    "asinh": {"bend": "asinh"},
    "unequal": {"correlations": "unequal"},
    "mixed": {"bend": "sinh", "mixed": True},
}
"""Options of the problem "bent", all of one information: what is asked of the model, by name."""

BENDS = ("sinh", "cubic", "asinh")

MODELS: Mapping[str, dict[str, Any]] = {
    "source": {"rho": "shared", "refit": None},
    "shared": {"rho": "shared"},
    "canonical": {},
}
"""Options of `flow`: as document 001 has it; with the closed form again and again; one rho each."""

RIVALS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "cca": ("cca", {}),
    "copula": ("cca", {"margins": "normal-scores"}),
    "ksg": ("ksg", {"errors": None}),
    "wkl": ("wkl", {"errors": None, "weights_std": 0.05}),
    "mine": ("mine", {"restarts": 1}),
}
"""Name in the chapter -> estimator and options; neighbours without their standard errors."""

IMAGES = "bumps"  # images of Gaussians, 16 x 16 pixels, of two numbers each
