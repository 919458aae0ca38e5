"""What estimators of nearest neighbours share: their options, and what they say of their error."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from infoplane.estimators.base import Answer, Estimator
from infoplane.estimators.neighbors.alias import STANDARDIZED, margins_of
from infoplane.estimators.uncertainty import check_errors, uncertainty
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats
from infoplane.inputs.options import whole

__all__ = ["NeighborEstimator"]


@dataclass(frozen=True)
class NeighborEstimator(Estimator):
    """An estimator whose value is a mean over rows, from their k nearest neighbours.

    k: neighbours; margins: the map of columns before distances are taken; errors: how the
    standard error is found, :func:`infoplane.estimators.uncertainty.uncertainty`; standardize:
    deprecated, see :mod:`infoplane.estimators.neighbors.alias`.
    """

    k: int = 3
    margins: str = STANDARDIZED
    errors: str | None = "half-samples"
    standardize: bool | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        whole("k", self.k, at_least=1)
        # settled once, so that a replaced copy warns of nothing
        object.__setattr__(self, "margins", margins_of(self.margins, self.standardize))
        object.__setattr__(self, "standardize", None)
        check_errors(self.errors)

    def _answer(
        self,
        terms_of: Callable[[Floats, Array], Floats],
        x: Floats,
        z: Array,
        warnings: list[str],
        seed: int,
    ) -> Answer:
        """The mean of terms_of(x, z), (n,), with its error; what that gives to doubt goes last."""
        terms = terms_of(x, z)
        found = uncertainty(
            self.errors,
            terms,
            lambda a, b: float(np.mean(terms_of(a, b))),
            x,
            z,
            name=self.name,
            seed=seed,
            least=self.k + 1,
        )
        told = [*warnings, *found.warnings]
        value = float(terms.mean())
        return Answer(value, found.std, told, {}, found.bias, found.bias_std, found.dof)
