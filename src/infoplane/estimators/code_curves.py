"""How much compression is too much: the information between codes, over their dimension."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from infoplane.errors import InputError
from infoplane.estimators.compressed import Compressed
from infoplane.estimators.estimate import Estimate
from infoplane.inputs.options import listed, whole

__all__ = ["CodeCurve", "code_curve"]


@dataclass(frozen=True)
class CodeCurve:
    """code_dims: in the order given; estimates: one for each, of the same rows and split."""

    code_dims: tuple[int, ...]
    estimates: tuple[Estimate, ...]

    def plot(self) -> Any:
        """The curve with 95 % intervals, a Matplotlib figure; hollow where a code loses much."""
        from infoplane.estimators.plots import code_curve_panel

        return code_curve_panel(self)


def code_curve(
    x: Any,
    z: Any,
    code_dims: Sequence[int],
    *,
    estimator: Compressed | None = None,
    seed: int = 0,
    device: str = "cpu",
) -> CodeCurve:
    """I(f(X); g(Z)) for codes of several dimensions, from the same split of the rows, in nats.

    x, z, seed, device: as :meth:`Compressed.estimate` takes them; code_dims: whole numbers, each
    for both sides; estimator: whose other options are used, its own code_dim is not.
    The curve rises while codes are too small; beyond the dimension of the data it is flat as far
    as there is nothing more to find, and then bends with the bias of estimates in many columns:
    no maximum of it is an estimate, as it is chosen among values that err.
    Raises InputError as Compressed does, and for code_dims that are no such list.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(400, 3)) @ np.diag([4.0, 1.0, 0.1])
    >>> curve = code_curve(x, x + rng.normal(size=(400, 3)), [1, 2],
    ...                    estimator=Compressed(coder="pca", estimator="cca"))
    >>> [e.value > 0.5 for e in curve.estimates], curve.plot().axes[0].get_xlabel()
    ([True, True], 'columns of the code')
    """
    dims = listed("code_dims", code_dims)
    if not dims:
        raise InputError("code_dims=[] is empty: give at least one code dimension, such as [1, 2]")
    for dim in dims:
        whole("code_dims", dim, at_least=1)
    own = Compressed() if estimator is None else estimator
    if not isinstance(own, Compressed):
        raise InputError(f"estimator={estimator!r} is not accepted: pass a Compressed, or None")
    for dim in dims:  # all of them before the first is trained
        replace(own, code_dim=int(dim)).check(x, z)
    found = [replace(own, code_dim=int(d)).estimate(x, z, seed=seed, device=device) for d in dims]
    return CodeCurve(tuple(int(dim) for dim in dims), tuple(found))
