"""I(X;T) and I(T;Y) of many layers by any estimator: what it is asked, and what of it is kept."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.base import Estimator, check_batch
from infoplane.estimators.binning import Binning, entropy, symbols
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.mine import InfoNCE
from infoplane.estimators.noise.exact import Exact, informations_with_noise
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.prediction import Prediction
from infoplane.estimators.rows import split_sizes
from infoplane.inputs.arrays import Array, as_columns, as_labels, as_numbers
from infoplane.inputs.options import check_device, whole

__all__ = ["QUANTITIES", "Sides", "estimate_layers", "members_at_once"]

QUANTITIES = ("I(X;T)", "I(T;Y)")

# Bytes of float64 samples that one call of an estimator is given.
MEMORY = 2**28

Ints = npt.NDArray[np.int64]
Pair = tuple[Any, Any]

# Those that are given a layer as it is, dead units and all, and always second.
WHOLE = AAMINE | Exact | Prediction


def estimate_layers(
    estimator: Estimator,
    x: Any,
    t: Any,
    y: Any,
    *,
    seeds: Sequence[int],
    device: str = "cpu",
    quantities: Sequence[str] | None = None,
) -> tuple[list[Estimate], list[Estimate]]:
    """I(X; T) and I(T; Y), in nats, of b layers of one width: two lists of b estimates.

    x: (n, …) inputs, the same for all; t: (b, n, d) activations; y: (n,) labels, or None, and
    the second list is empty. seeds: one a layer. quantities: those wanted, both by default.

    What is asked of the estimator:

    * Binning without limits cuts the range of the *layer*, from its least to its greatest
      activation, not that of each unit, so that a unit or layer that is dead lies in one bin and
      brings nothing. Equal rows of x are one symbol; where no two are equal, I(X; T) = H(T).
      Without mode="mass" and correction these are the counts of
      :func:`infoplane.estimators.patterns.layer_information`.
    * Exact and AAMINE add their noise to T: (x, t) and (y, t). AAMINE takes form="input" for the
      labels, since "pair" looks at the layer alone. Prediction takes T for a distribution.
    * all others: (x, t) and (t, y). Units and columns of x that are constant are left out: they
      carry nothing, and many estimators refuse them. A layer that is constant altogether has
      I = 0, and the estimator is not asked; its warnings say so, as they do of units left out.
      A layer that the estimator refuses (ties, say) is nan, and its warnings say why.

    Raises InputError at once for what lies not in a layer: options that do not suit x, y or n.

    >>> t = np.array([[[0.0], [0.0], [1.0], [1.0]]])
    >>> of_x, of_y = estimate_layers(Binning(), np.arange(4), t, [0, 1, 0, 1], seeds=[0])
    >>> of_x[0].value, of_y[0].value  # log 2, 0
    (0.693..., 0.0)
    """
    t, sides = _numbers(t, "t"), Sides.of(x, y)
    if t.ndim != 3 or t.shape[1] != sides.n or 0 in t.shape:
        raise InputError(
            f"t has shape {t.shape}: (b, {sides.n}, d) is accepted, as x has {sides.n} rows"
        )
    check_batch(t, t, seeds)
    if quantities is None:
        quantities = QUANTITIES if y is not None else QUANTITIES[:1]
    lists: dict[str, list[Estimate]] = {quantity: [] for quantity in QUANTITIES}
    step = members_at_once(sides.n, t.shape[2] + sides.width)
    for i in range(0, len(t), step):
        part = slice(i, i + step)
        options: dict[str, Any] = {"quantities": quantities, "seeds": seeds[part]}
        found = sides.estimates(estimator, t[part], device=device, **options)
        for quantity, estimates in found.items():
            lists[quantity] += estimates
    return lists[QUANTITIES[0]], lists[QUANTITIES[1]]


def members_at_once(n: int, columns: int) -> int:
    """How many problems of n rows and so many columns one call may be given."""
    return max(1, MEMORY // (8 * n * columns))


@dataclass(frozen=True, eq=False)
class Sides:
    """What layers are compared with: inputs x (n, dx) and labels y (n,), None without."""

    x: Array
    y: Ints | None

    @classmethod
    def of(cls, x: Any, y: Any) -> Self:
        """Checked x (n, …), flattened, and y as codes 0, 1, …; or InputError."""
        x = _numbers(x, "x")
        if not x.ndim or len(x) < 2:
            raise InputError(f"x has shape {x.shape}: (n, …) is accepted, n >= 2 rows")
        x = x.reshape(len(x), -1)
        if y is None:
            return cls(x, None)
        labels = as_labels(y, "y")
        if len(labels) != len(x):
            raise InputError(
                f"y has {len(labels)} rows and x has {len(x)}: one label a row is accepted"
            )
        return cls(x, np.unique(labels, return_inverse=True)[1].reshape(-1))

    @property
    def n(self) -> int:
        return len(self.x)

    @property
    def width(self) -> int:
        """The columns of x."""
        return int(self.x.shape[1])

    @cached_property
    def symbols(self) -> Ints:
        """One code for each row of x, equal where rows are."""
        return _codes(self.x)

    @cached_property
    def varying(self) -> Array:
        """The columns of x that are not constant, float64 or int64."""
        varies = self.x.min(axis=0) != self.x.max(axis=0)
        if not varies.any():
            raise InputError("x has only equal rows: I(X;T) needs inputs that differ")
        return as_columns(self.x[:, varies], "x")

    def ceiling(self, estimator: Estimator, quantity: str, *, units: int) -> float:
        """What the quantity of a layer of so many units cannot exceed for these n rows, in nats."""
        codes = self.symbols if quantity == "I(X;T)" or self.y is None else self.y
        most = entropy(codes)
        if isinstance(estimator, InfoNCE):
            *_, n_test = split_sizes(
                self.n, estimator.train_fraction, estimator.validation_fraction
            )
            others = estimator.test_shifts or estimator.negatives or estimator.batch_size - 1
            most = min(most, math.log(1 + min(others, n_test - 1)))
        if isinstance(estimator, Prediction):
            most = min(most, math.log(units))
        return most

    def estimates(
        self,
        estimator: Estimator,
        t: Array,
        *,
        quantities: Sequence[str],
        seeds: Sequence[int],
        device: str,
    ) -> dict[str, list[Estimate]]:
        """Each quantity of t (b, n, d), as :func:`estimate_layers` says."""
        self._check(estimator, quantities, seeds, device)
        if isinstance(estimator, Binning):
            if estimator.mode == "width" and estimator.correction == "none":
                return self._counted(estimator, t, quantities, seeds)
            return {q: self._binned(estimator, t, q, seeds) for q in quantities}
        self._refuse(estimator, quantities)
        rows_differ = self.symbols.max() + 1 == self.n
        if isinstance(estimator, Exact) and rows_differ and len(set(quantities)) == 2:
            return self._from_the_same_draws(estimator, t, seeds, device)
        return {q: self._asked(estimator, t, q, seeds, device) for q in quantities}

    def _check(
        self, estimator: Estimator, quantities: Sequence[str], seeds: Sequence[int], device: str
    ) -> None:
        if not isinstance(estimator, Estimator):
            raise InputError(
                f"estimator={estimator!r} is no estimator: pass one, such as Binning(bins=30)"
            )
        check_device(device)
        for seed in seeds:
            whole("seed", seed, at_least=0)
        if isinstance(quantities, str) or not set(quantities) or set(quantities) - set(QUANTITIES):
            raise InputError(
                f"quantities={quantities!r} is not accepted: pass a list of "
                f"{' and '.join(map(repr, QUANTITIES))}"
            )
        if self.y is None and QUANTITIES[1] in quantities:
            raise InputError(
                "quantities has 'I(T;Y)', and there is no y: give labels, or pass "
                "quantities=['I(X;T)']"
            )

    def _refuse(self, estimator: Estimator, quantities: Sequence[str]) -> None:
        """What is refused beside a layer that cannot be to blame is refused for all."""
        harmless = np.random.default_rng(0).standard_normal((self.n, 1))
        if isinstance(estimator, Prediction):
            harmless = np.ones((self.n, 1))
        errors: dict[str, InputError] = {}
        for quantity in quantities:
            asked, pair = self._roles(estimator, quantity)
            try:
                asked.check(*pair(harmless))
            except InputError as error:
                errors[quantity] = error
        for quantity, refused in errors.items():
            rest = [other for other in QUANTITIES if other in quantities and other not in errors]
            advice = f"; or leave it out, quantities={rest}" if rest else ""
            raise InputError(f"{quantity}: {refused}{advice}") from refused

    def _roles(
        self, estimator: Estimator, quantity: str
    ) -> tuple[Estimator, Callable[[Array], Pair]]:
        """The estimator as it is asked for a quantity, and of a layer what it is given."""
        of_y = quantity == QUANTITIES[1]
        if of_y and isinstance(estimator, AAMINE):
            estimator = replace(estimator, form="input")
        looks = not isinstance(estimator, WHOLE) or getattr(estimator, "form", "") == "input"
        other = self.varying if looks and not of_y else self._other(quantity)
        layer_first = of_y and not isinstance(estimator, WHOLE)
        return estimator, lambda layer: (layer, other) if layer_first else (other, layer)

    def _from_the_same_draws(
        self, estimator: Exact, t: Array, seeds: Sequence[int], device: str
    ) -> dict[str, list[Estimate]]:
        """Both quantities of Exact, each with half of the time that both took."""
        found: dict[str, list[Estimate]] = {quantity: [] for quantity in QUANTITIES}
        options: dict[str, Any] = {"samples": estimator.samples, "chunk": estimator.chunk}
        for layer, seed in zip(t, seeds, strict=True):
            try:
                both = informations_with_noise(
                    layer, self.y, estimator.noise_std, seed=seed, device=device, **options
                )
            except InputError as error:
                both = (self._answer(estimator, math.nan, str(error), seed),) * 2
            for quantity, made in zip(QUANTITIES, both, strict=True):
                found[quantity].append(replace(made, seconds=made.seconds / 2))
        return found

    def _counted(
        self, estimator: Binning, t: Array, quantities: Sequence[str], seeds: Sequence[int]
    ) -> dict[str, list[Estimate]]:
        """By counting the patterns of all layers in one pass."""
        started = time.perf_counter()
        limits: Literal["layer"] | tuple[float, float] = estimator.limits or "layer"
        bins = estimator.bins
        labels = self.y if QUANTITIES[1] in quantities else None
        counted = layer_information(t, labels, bins=bins, limits=limits)
        values = {
            QUANTITIES[0]: (counted.inputs, counted.inputs_std),
            QUANTITIES[1]: (counted.labels, counted.labels_std),
        }
        if QUANTITIES[0] in quantities and self.symbols.max() + 1 < self.n:
            of_x = layer_information(t, self.symbols, bins=bins, limits=limits)
            values[QUANTITIES[0]] = of_x.labels, of_x.labels_std
        outside = np.zeros(len(t))
        if estimator.limits is not None:
            low, high = estimator.limits
            outside = np.mean((t < low) | (t > high), axis=(1, 2))
        seconds = (time.perf_counter() - started) / (len(t) * len(set(quantities)))
        log_n = math.log(self.n)
        found: dict[str, list[Estimate]] = {}
        for quantity in quantities:
            found[quantity] = []
            for value, std, share, seed in zip(*values[quantity], outside, seeds, strict=True):
                warnings = []
                if share:
                    warnings.append(
                        f"{100 * share:.3g} % of the activations lie outside limits={limits} and "
                        "were put into the outer bins"
                    )
                if value > 0.95 * log_n:
                    warnings.append(
                        f"within 5 % of the ceiling log n = {log_n:.2f} nats: nearly every row "
                        "has a pattern to itself; more samples or fewer bins are needed to see more"
                    )
                made = Estimate(
                    value=float(value),
                    std=float(std),
                    n=self.n,
                    estimator=estimator.name,
                    seed=seed,
                    seconds=seconds,
                    warnings=tuple(warnings),
                )
                found[quantity].append(made)
        return found

    def _binned(
        self, estimator: Binning, t: Array, quantity: str, seeds: Sequence[int]
    ) -> list[Estimate]:
        """By the estimator itself, given the patterns as one column of integers."""
        on_codes = replace(estimator, limits=None, mode="width")
        other = self._other(quantity)
        found = []
        for layer, seed in zip(t, seeds, strict=True):
            limits = estimator.limits
            if estimator.mode == "width" and limits is None and layer.min() < layer.max():
                limits = (float(layer.min()), float(layer.max()))
            patterns = symbols(layer, bins=estimator.bins, mode=estimator.mode, limits=limits)
            found.append(on_codes.estimate(other, patterns, seed=seed))
        return found

    def _asked(
        self, estimator: Estimator, t: Array, quantity: str, seeds: Sequence[int], device: str
    ) -> list[Estimate]:
        """By the estimator, whatever it is; constant and refused layers as estimate_layers says."""
        estimator, pair = self._roles(estimator, quantity)
        found: dict[int, Estimate] = {}
        pairs: dict[int, Pair] = {}
        left_out: dict[int, str] = {}
        for i, layer in enumerate(t):
            if not isinstance(estimator, WHOLE):
                varies = layer.min(axis=0) != layer.max(axis=0)
                if not varies.any():
                    told = "the layer is constant: 0 by definition, the estimator was not asked"
                    found[i] = self._answer(estimator, 0.0, told, seeds[i])
                    continue
                if not varies.all():
                    layer = layer[:, varies]
                    dead = f"{np.sum(~varies)} of {len(varies)} units"
                    left_out[i] = f"{dead} are constant and were left out"
            pairs[i] = pair(layer)
        found |= self._solved(estimator, pairs, seeds, device)
        for i, told in left_out.items():
            found[i] = replace(found[i], warnings=(*found[i].warnings, told))
        return [found[i] for i in range(len(t))]

    def _solved(
        self, estimator: Estimator, pairs: dict[int, Pair], seeds: Sequence[int], device: str
    ) -> dict[int, Estimate]:
        """One batch of what the estimator accepts, and nan with the reason for the rest."""
        found: dict[int, Estimate] = {}
        for i, pair in pairs.items():
            try:
                estimator.check(*pair)
            except InputError as error:
                found[i] = self._answer(estimator, math.nan, str(error), seeds[i])
        accepted = [i for i in pairs if i not in found]
        if not accepted:
            return found
        left, right = zip(*(pairs[i] for i in accepted), strict=True)
        of_accepted = [seeds[i] for i in accepted]
        try:
            batch = estimator.estimate_batch(left, right, seeds=of_accepted, device=device)
            return found | dict(zip(accepted, batch, strict=True))
        except InputError:  # of one of them, found only on the way: the others are not to blame
            for i in accepted:
                try:
                    found[i] = estimator.estimate(*pairs[i], seed=seeds[i], device=device)
                except InputError as error:
                    found[i] = self._answer(estimator, math.nan, str(error), seeds[i])
        return found

    def _other(self, quantity: str) -> Ints:
        """Codes of the other side, for estimators that only compare them."""
        return self.symbols if quantity == QUANTITIES[0] or self.y is None else self.y

    def _answer(self, estimator: Estimator, value: float, told: str, seed: int) -> Estimate:
        """What no estimator said: its standard error is 0, or nan like the value."""
        return Estimate(
            value=value, std=value, n=self.n, estimator=estimator.name, seed=seed, warnings=(told,)
        )


def _numbers(values: Any, name: str) -> Array:
    """A finite array of numbers, of any shape but an empty one."""
    a = as_numbers(values, name)
    if not a.size:
        raise InputError(f"{name} has shape {a.shape}: it is empty, pass numbers")
    if not np.isfinite(a).all():
        raise InputError(f"{name} has values that are NaN or infinite: drop or replace them")
    return a


def _codes(a: Array) -> Ints:
    """0, 1, … for the rows of a, (n,) or (n, d): equal where they are equal in every bit."""
    rows = np.ascontiguousarray(a.reshape(len(a), -1) + np.zeros((), a.dtype))  # -0 becomes 0
    # one value of bytes a row sorts far faster than d columns do
    whole_rows = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1])))[:, 0]
    codes: Ints = np.unique(whole_rows, return_inverse=True)[1].reshape(-1)
    return codes
