"""Vectors as codes of a few columns: by principal components, or by autoencoders trained for it."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import listed, one_of, whole, within
from infoplane.models.autoencoders.base import Autoencoder
from infoplane.models.autoencoders.networks import Autoencoders
from infoplane.models.autoencoders.training import LEAST_BATCH, fit
from infoplane.models.members import check_seeds

__all__ = ["KINDS", "Code", "Coder", "learn"]

Floats = npt.NDArray[np.floating[Any]]

KINDS = ("auto", "pca", "autoencoder")
# Share of the variance that principal components may lose and still be taken: more of a curved set
# would show, and an autoencoder has nothing to add.
LITTLE = 1e-3
CHOOSING = 10  # one of so many rows to learn from is kept, to compare codes on
MOST_PASSES = 200  # through the rows; more teach an autoencoder these rows by heart
MEMBERS = 10  # autoencoders trained as one model; more of them go one group after the other


@dataclass(frozen=True)
class Coder:
    """How codes are learned; see :func:`learn`.

    kind: "pca"; "autoencoder"; or "auto", principal components where these lose at most a
    thousandth of the variance, or less than an autoencoder does. The others are the autoencoder's:
    hidden layers, gradient steps (at most 200 passes), batch, learning rate of Adam, and noise in
    its code, :func:`infoplane.models.autoencoders.training.fit`.
    Their sizes were chosen by the share of held-out bumps and rectangles that is lost, and the
    noise by KSG on codes of bumps, which with it is what KSG is on the numbers behind them.
    """

    kind: str = "auto"
    hidden: tuple[int, ...] = (256, 128)
    steps: int = 6_000
    batch_size: int = 64
    learning_rate: float = 3e-3
    code_noise_std: float = 0.1

    def __post_init__(self) -> None:
        one_of("coder", self.kind, KINDS)
        widths = listed("hidden", self.hidden)
        if not widths:
            raise InputError(
                f"hidden={self.hidden!r} has no layer: give the widths of the encoder's, such as "
                "(256, 128)"
            )
        for units in widths:
            whole("hidden", units, at_least=1)
        whole("steps", self.steps, at_least=1)
        whole("batch_size", self.batch_size, at_least=LEAST_BATCH)
        within("learning_rate", self.learning_rate, above=0)
        within("code_noise_std", self.code_noise_std, low=0)


@dataclass(frozen=True, eq=False)
class Code(ABC):
    """A map of rows (n, D) to a few columns that was learned, and back.

    tried: for each kind that was tried, the share of the variance that it loses of rows kept for
    the choice; this one's own kind is :attr:`kind`. by_heart: how many times as much it loses of
    these as of the rows it learned from: far above 1 where it knows those by heart.
    """

    tried: Mapping[str, float]
    by_heart: float = field(default=1.0, kw_only=True)

    kind = ""

    @abstractmethod
    def encode(self, rows: Floats) -> Floats:
        """The code of rows (n, D): (n, code_dim)."""

    @abstractmethod
    def decode(self, rows: Floats) -> Floats:
        """What the code makes of rows (n, D): (n, D), in their unit."""

    def lost(self, rows: Floats) -> float:
        """The share of the variance of rows (n, D) that the code loses, 0 for none."""
        return _share(rows - self.decode(rows), rows)

    def residual(self, rows: Floats, count: int = 1) -> Floats:
        """What the code loses of rows (n, D), along the lines on which it loses most: (n, count).

        From most to least; fewer where the rows have not so many columns.
        """
        left = np.asarray(rows - self.decode(rows), dtype=np.float64)
        left -= left.mean(axis=0)
        if left.shape[0] < left.shape[1]:
            lines = np.linalg.svd(left, full_matrices=False)[2]
        else:
            lines = np.linalg.eigh(left.T @ left)[1].T[::-1]
        return np.asarray(left @ lines[:count].T)


def learn(
    sets: Sequence[Floats],
    code_dims: Sequence[int],
    *,
    seeds: Sequence[int],
    coder: Coder | None = None,
    device: str = "cpu",
) -> list[Code]:
    """Codes of b sets of vectors, each learned from the rows of its own set.

    sets: b arrays (m_i, D_i), numbers; code_dims: b, from 1 to D_i - 1; seeds: b, of initial
    weights, batches and noise. Every tenth row, the last ones, is kept for the choice.
    Columns are centred and divided by one number, so that their relative size says what there is
    to keep. Values that are all in [0, 1] and reach beyond .5, as those of pixels, are
    reconstructed by a sigmoid and learned by cross-entropy, which minds edges; others by squares.
    Autoencoders of sets of equal shape are trained together, as one batched model, and each is
    what it is alone.
    Wrong when: rows are few, so that an autoencoder is no better than PCA; or the code is narrower
    than the data: what is lost is what matters least to squares, not what tells least of
    something else.
    Raises InputError for a set without variance, with fewer than 20 rows or too few for code_dim,
    for code dimensions out of range, and for a training that diverges.
    Source: Butakov et al. (2024), section 3, https://arxiv.org/abs/2305.08013; principal
    components by scikit-learn.

    >>> line = np.outer(np.linspace(-1, 1, 40), [1.0, 2.0, -1.0])
    >>> (code,) = learn([line], [1], seeds=[0])
    >>> code.kind, code.encode(line).shape, code.lost(line) < 1e-12
    ('pca', (40, 1), True)
    """
    coder = Coder() if coder is None else coder
    check_seeds(seeds, len(sets))
    parts = [
        _Parts(as_numbers(rows, f"sets[{i}]"), code_dim)
        for i, (rows, code_dim) in enumerate(zip(sets, code_dims, strict=True))
    ]
    found: list[Code] = [_principal(part) for part in parts]
    alike: dict[tuple[object, ...], list[int]] = {}
    for i, (part, code) in enumerate(zip(parts, found, strict=True)):
        curved = coder.kind == "auto" and code.tried["pca"] > LITTLE
        if coder.kind == "autoencoder" or curved:
            alike.setdefault((part.seen.shape, part.bounded), []).append(i)
    for same in alike.values():
        for group in (same[i : i + MEMBERS] for i in range(0, len(same), MEMBERS)):
            own = [seeds[i] for i in group]
            trained = _autoencoders([parts[i] for i in group], own, coder, device)
            for i, code in zip(group, trained, strict=True):
                best = code if coder.kind == "autoencoder" else min(found[i], code, key=_of_choice)
                found[i] = replace(best, tried={**found[i].tried, **code.tried})
    return found


class _Parts:
    """One set: the rows to learn from and those kept for the choice, in one unit."""

    def __init__(self, rows: Floats, code_dim: int) -> None:
        if rows.ndim != 2 or not np.isfinite(rows).all():
            raise InputError(
                f"a set has shape {rows.shape} or values that are NaN or infinite: (n, d) finite "
                "numbers are accepted"
            )
        m, width = rows.shape
        whole("code_dim", code_dim, at_least=1, at_most=width - 1)
        least = max(2 * CHOOSING, math.ceil(code_dim * CHOOSING / (CHOOSING - 1)) + 1)
        if m < least:
            raise InputError(
                f"{m} rows are there to learn a code of {code_dim} from, and {least} are needed: "
                "give more data, or a larger train_fraction"
            )
        self.code_dim = code_dim
        self.bounded = bool(rows.min() >= 0 and 0.5 < rows.max() <= 1)
        kept = m // CHOOSING
        self.seen, self.kept = rows[: m - kept], rows[m - kept :]
        self.mean = self.seen.mean(axis=0)
        self.unit = math.sqrt(float(np.square(self.seen - self.mean).mean()))
        if not self.unit:
            raise InputError(
                "the rows to learn a code from are all equal: there is nothing to compress; check "
                "them, as images that are constant tell nothing"
            )


def _share(lost: Floats, rows: Floats) -> float:
    variance = float(np.square(rows - rows.mean(axis=0)).sum())
    return float(np.square(lost).sum()) / variance if variance else math.nan


def _of_choice(code: Code) -> float:
    """What is lost of the rows kept for the choice; NaN, from a training gone wrong, is most."""
    lost = code.tried[code.kind]
    return math.inf if math.isnan(lost) else lost


@dataclass(frozen=True, eq=False)
class _Principal(Code):
    """mean: of the rows learned from, which PCA would lose digits beside."""

    pca: Any
    mean: Floats

    kind = "pca"

    def encode(self, rows: Floats) -> Floats:
        return np.asarray(self.pca.transform(rows - self.mean))

    def decode(self, rows: Floats) -> Floats:
        return np.asarray(self.pca.inverse_transform(self.encode(rows)) + self.mean)


def _principal(part: _Parts) -> Code:
    from sklearn.decomposition import PCA

    wide = part.seen.shape[0] < part.seen.shape[1]
    pca = PCA(part.code_dim, svd_solver="full" if wide else "covariance_eigh")
    code = _Principal({}, pca.fit(part.seen - part.mean), part.mean)
    return replace(code, tried={"pca": code.lost(part.kept)})


@dataclass(frozen=True, eq=False)
class _Learned(Code):
    """mean, unit: what rows are brought to before the model sees them."""

    model: Autoencoder
    mean: Floats
    unit: float

    kind = "autoencoder"

    def encode(self, rows: Floats) -> Floats:
        return np.asarray(self.model.encode(self._given(rows))[0].cpu(), dtype=np.float64)

    def decode(self, rows: Floats) -> Floats:
        given = self.model.rows(self._given(rows))
        with torch.no_grad():
            parts = [self.model(part)[0] for part in self.model.chunks(given)]
        answer = torch.cat(parts).cpu().numpy().astype(rows.dtype, copy=False)
        return np.asarray(answer * self.unit + self.mean)

    def _given(self, rows: Floats) -> Floats:
        return ((rows - self.mean) / self.unit).astype(np.float32, copy=False)


def _autoencoders(
    parts: Sequence[_Parts], seeds: Sequence[int], coder: Coder, device: str
) -> list[Code]:
    """Those of sets of equal shape, trained as one model."""
    bounded, (m, width) = parts[0].bounded, parts[0].seen.shape
    scales = [(np.zeros(1), 1.0) if bounded else (part.mean, part.unit) for part in parts]
    options: dict[str, Any] = {
        "hidden": coder.hidden, "output": "sigmoid" if bounded else "linear"
    }  # fmt: skip
    given = np.empty((len(parts), m, width), dtype=np.float32)
    for rows, part, (mean, unit) in zip(given, parts, scales, strict=True):
        rows[:] = (part.seen - mean) / unit
    dims = [part.code_dim for part in parts]
    model = Autoencoders(width, dims, seeds, **options).to(device)
    fit(
        model,
        torch.from_numpy(given).to(device),
        epochs=min(MOST_PASSES, math.ceil(coder.steps * coder.batch_size / m)),
        batch_size=coder.batch_size,
        learning_rate=coder.learning_rate,
        loss="bce" if bounded else "mse",
        code_noise_std=coder.code_noise_std,
        seeds=seeds,
    )
    codes: list[Code] = []
    for i, (part, (mean, unit)) in enumerate(zip(parts, scales, strict=True)):
        alone = Autoencoders(width, dims[i : i + 1], seeds[i : i + 1], **options).to(device)
        alone.load_state_dict(_member(model, i, alone))
        code = _Learned({}, alone, mean, unit)
        lost, learned = code.lost(part.kept), code.lost(part.seen)
        codes.append(replace(code, tried={"autoencoder": lost}, by_heart=lost / learned))
    return codes


def _member(model: Autoencoders, i: int, alone: Autoencoders) -> dict[str, torch.Tensor]:
    """The weights of one member of a batch, without the columns of wider codes."""
    like = alone.state_dict()
    return {
        name: w[i : i + 1, : like[name].shape[1], : like[name].shape[2]]
        for name, w in model.state_dict().items()
    }
