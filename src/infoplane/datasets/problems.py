"""By name: problems whose mutual information is known, and sets of points of known dimension.

The first thing to measure an estimator on::

    truth = problem("gaussian", d=2, rho=0.9)
    x, z = truth.draw(2_000, np.random.default_rng(0))
    error = KSG().estimate(x, z).value - truth.information.value
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from infoplane.datasets import decisions, fractals, hurdles, manifolds, mixture, tishby
from infoplane.datasets.bent import Bent
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.datasets.image_pairs import ImagePairs
from infoplane.datasets.known import PointSet, Problem
from infoplane.datasets.student import Student
from infoplane.errors import InputError
from infoplane.inputs.options import nearest, one_of

__all__ = ["POINT_SETS", "PROBLEMS", "point_set", "problem"]


def _gaussian(d: int = 5, rho: float = 0.5) -> Problem:
    return CorrelatedGaussian(d, rho)


def _separated(prior: float = 0.5) -> Problem:
    return mixture.preset("separated", prior)


def _overlapping(prior: float = 0.5) -> Problem:
    return mixture.preset("overlapping", prior)


def _separated_by(separation: float = 2.0, prior: float = 0.5) -> Problem:
    return mixture.separated_by(separation, prior)


def _simple(noise_std: float = decisions.NOISE_STD) -> Problem:
    return replace(decisions.SIMPLE, noise_std=noise_std)


def _complicated(noise_std: float = decisions.NOISE_STD) -> Problem:
    return replace(decisions.COMPLICATED, noise_std=noise_std)


def _image_pairs(kind: str) -> Callable[..., Problem]:
    def make(nats: float = 1.0, side: int | None = None, noise_std: float = 0.0) -> Problem:
        return ImagePairs(kind, nats, side, noise_std)

    return make


def _manifold(name: str) -> Callable[..., PointSet]:
    def make(noise_std: float = 0.0) -> PointSet:
        return manifolds.Manifold(name, noise_std)

    return make


def _tishby() -> Problem:
    return tishby.load()


PROBLEMS: Mapping[str, Callable[..., Problem]] = {
    "gaussian": _gaussian,
    "separated": _separated,
    "overlapping": _overlapping,
    "separated-by": _separated_by,
    "simple": _simple,
    "complicated": _complicated,
    "tishby": _tishby,
    "cubed": hurdles.Cubed,
    "rounded": hurdles.Rounded,
    "marks": hurdles.Marks,
    "needle": hurdles.Needle,
    "needle-of-classes": hurdles.NeedleOfClasses,
    "bumps": _image_pairs("bumps"),
    "rectangles": _image_pairs("rectangles"),
    "student": Student,
    "bent": Bent,
}
"""Name -> what makes the problem from its options, each with a default."""

POINT_SETS: Mapping[str, Callable[..., PointSet]] = {
    "cube": fractals.Cube,
    "sphere": fractals.Sphere,
    "swiss roll": fractals.SwissRoll,
    "henon": fractals.Henon,
    "cantor": fractals.Cantor,
    **{name: _manifold(name) for name in manifolds.NAMES},
}
"""The same of sets of points."""


def problem(name: str, /, **options: Any) -> Problem:
    """The problem of that name, drawn and known as :class:`infoplane.datasets.known.Problem` says.

        name          options            x      z         I(X; Z)
        gaussian      d=5, rho=.5        (n, d) (n, d)    closed form
        separated     prior=.5           (n, 2) (n,) 0, 1 integral, near H(Z)
        overlapping   prior=.5           (n, 2) (n,) 0, 1 integral, .303 of .693
        separated-by  separation=2,      (n, 2) (n,) 0, 1 integral, from 0 to H(Z)
                      prior=.5
        simple        noise_std=.1       (n, 2) (n,) 0, 1 integral, .607 of .693
        complicated   noise_std=.1       (n, 2) (n,) 0, 1 integral, .635 of .693
        tishby                           (n, 12)(n,) 0, 1 a sum, H(Z) = .69256
        cubed         rho=.8             (n, 1) (n, 1)    closed form
        rounded       rho=.8, step=.5    (n, 1) (n, 1)    a sum
        marks         d=4, levels=5      (n, d) (n, d)    0
        needle        d=20, rho=.8       (n, d) (n, d)    closed form
        needle-of-    d=50,              (n, d) (n,) 0, 1 integral, from 0 to H(Z)
        classes       separation=3
        bumps         nats=1, side=16,   (n, side^2) both nats, closed form
                      noise_std=0                       0 to nats with noise
        rectangles    nats=1, side=32,   (n, side^2) both the same
                      noise_std=0
        student       d=5, nats=5, dof=1 (n, d) (n, d)    closed form, above nats
        bent          d=50, nats=25,     (n, d) (n, d)    nats
                      correlations=equal,
                      rotated=True,
                      bend=none,
                      mixed=False

    Integrals take seconds at the first look, and have the quadrature's own error.
    Raises InputError for an unknown name or option, naming the nearest, and for an option out of
    range.
    Source: the module of each: gaussian, mixture, decisions, tishby, hurdles, image_pairs, student,
    bent.

    >>> problem("gaussian", d=1, rho=0.0).information
    Known(value=0.0, error=0.0)
    """
    made: Problem = _made("problem", PROBLEMS, name, options)
    return made


def point_set(name: str, /, **options: Any) -> PointSet:
    """The set of points of that name, as :class:`infoplane.datasets.known.PointSet` says.

    cube(d=2), sphere(d=2), "swiss roll", henon, cantor(factors=2): see
    :mod:`infoplane.datasets.fractals`; linear-3 to spectrum, each with noise_std=0: see
    :class:`infoplane.datasets.manifolds.Manifold`.
    Raises InputError as :func:`problem` does.

    >>> point_set("sphere", d=3).dimension
    Known(value=3.0, error=0.0)
    """
    made: PointSet = _made("point set", POINT_SETS, name, options)
    return made


def _made(what: str, table: Mapping[str, Any], name: str, options: Mapping[str, Any]) -> Any:
    one_of(what, name, list(table))
    make = table[name]
    accepted = list(inspect.signature(make).parameters)
    for option, value in options.items():
        if option not in accepted:
            told = ", ".join(accepted) or "none"
            raise InputError(
                f"{option}={value!r} is no option of {what} {name!r}: {told} accepted"
                f"{nearest(option, accepted)}"
            )
    return make(**options)
