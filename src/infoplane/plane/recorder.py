"""The information plane of networks in training: record named layers, estimate, one tidy table."""

import os
import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
import pandas as pd
from torch import nn
from tqdm import tqdm

from infoplane.errors import InputError
from infoplane.estimators.base import Estimator
from infoplane.estimators.ceilings import ABOVE, above_ceiling
from infoplane.estimators.sequence import OPENING
from infoplane.inputs.arrays import Array
from infoplane.inputs.options import whole
from infoplane.plane.activations import check_layers, layer_rows, rows_of
from infoplane.plane.batchwise import batch_doubts
from infoplane.plane.checkpoints import Checkpoints
from infoplane.plane.estimates import estimates, members_at_once
from infoplane.plane.sides import QUANTITIES, Sides
from infoplane.plane.tables import tidy

__all__ = ["Recorder"]


class Recorder:
    """The layers of one or several networks at chosen epochs, and from them the plane.

    model: any module that takes one tensor; a sequence of modules of one architecture; or, with
    members=b, one module that is b networks, whose layers give (b, n, …). layers: dotted names,
    as in `model.named_modules()`. x: (n, …), tensor or array, copied, and fed `batch_size` rows
    at a time to the model's device, integers as they are, other numbers in the dtype of its
    weights. Rows are axis 0 of x and of what the layers give: recurrent layers and attention need
    batch_first=True. y: (n,) labels, whole numbers or text; None where there are none. epochs:
    those to record; None: every call. seeds: one a network, for the table; 0, 1, … by default.

    Training goes on bit for bit as it would without: layers are looked at in evaluation mode
    without gradients, and training flags, buffers and random states are put back
    (:func:`infoplane.plane.untouched.untouched`). A network whose noise starts anew in each
    forward pass has the same noise in every batch: pass batch_size=n. One that normalises by the
    mean of the batch (BatchNorm with track_running_stats=False) gives a row other activations
    beside other rows: the table's doubts say so.

    memory: bytes of activations held, 1 GiB by default; a recording that needs more is streamed
    to .npy files, one a layer, in a temporary directory which goes with the recorder (a context
    manager, too). directory: where to stream to in any case; there the files stay. One epoch of
    all layers has to fit into memory. Activations are float32, or float64 where the layer gives
    that.

    Raises InputError for layers that do not exist, are not reached, or give no tensor of one row
    for each row of x; for NaN or infinite activations, naming layer and epoch; and where the
    disk is too small, at the first record if `epochs` are given. What was recorded before stays.

    >>> network = nn.Sequential(nn.Identity(), nn.Threshold(9.0, 0.0))
    >>> x = np.arange(8.0)[:, None]
    >>> recorder = Recorder(network, ["0", "1"], x, y=x[:, 0] > 3)
    >>> recorder.record(epoch=0)
    >>> from infoplane.estimators import Binning
    >>> recorder.table(Binning(bins=30))[["layer", "quantity", "value", "ceiling"]].round(2)
      layer quantity  value  ceiling
    0     0   I(X;T)   2.08     2.08
    1     0   I(T;Y)   0.69     0.69
    2     1   I(X;T)   0.00     2.08
    3     1   I(T;Y)   0.00     0.69
    """

    def __init__(
        self,
        model: nn.Module | Sequence[nn.Module],
        layers: Iterable[str],
        x: Any,
        y: Any = None,
        *,
        epochs: Iterable[int] | None = None,
        seeds: Iterable[int] | None = None,
        members: int | None = None,
        batch_size: int = 1024,
        memory: int = 2**30,
        directory: str | os.PathLike[str] | None = None,
    ) -> None:
        whole("batch_size", batch_size, at_least=1)
        whole("memory", memory, at_least=0)
        several = isinstance(model, list | tuple | nn.ModuleList)
        self._models: list[nn.Module] = list(model) if several else [model]  # type: ignore[arg-type, list-item]
        if not self._models:
            raise InputError("model=[] is empty: pass at least one network")
        if members is not None:
            whole("members", members, at_least=1)
            if several:
                raise InputError(
                    f"members={members} goes with one batched model, and model is a sequence of "
                    f"{len(self._models)}: drop one of the two"
                )
        self.layers: tuple[str, ...] = check_layers(self._models[0], layers)
        for each in self._models[1:]:
            check_layers(each, self.layers)
        self.networks: int = members or len(self._models)
        seeds = range(self.networks) if seeds is None else _listed("seeds", seeds)
        if len(seeds) != self.networks:
            raise InputError(
                f"seeds={list(seeds)!r}: give one for each of {self.networks} networks"
            )
        for seed in seeds:
            whole("seed", seed, at_least=0)
        self.seeds: tuple[int, ...] = tuple(int(seed) for seed in seeds)
        if epochs is not None:
            epochs = _listed("epochs", epochs)
            for epoch in epochs:
                whole("epoch", epoch, at_least=0)
            if not epochs:
                raise InputError("epochs=[] records nothing: give those to record, or None for all")
        self._epochs = None if epochs is None else {int(epoch) for epoch in epochs}
        self._x = rows_of(x)
        self._sides = Sides.of(self._x, y)
        self._batch_size, self._members, self._closed = batch_size, members, False
        of_models = (batch_doubts(each, len(self._x), batch_size) for each in self._models)
        self._doubts = tuple(dict.fromkeys(told for doubts in of_models for told in doubts))
        self._store = Checkpoints(
            self.layers,
            memory=memory,
            directory=directory,
            expected=None if self._epochs is None else len(self._epochs),
            seeds=self.seeds,
        )

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs recorded so far, in the order of recording."""
        return tuple(self._store.epochs)

    def record(self, epoch: int) -> None:
        """Keep the layers as they are now, as those of `epoch`; nothing at one not chosen.

        Raises InputError as said above, and for an epoch recorded before.
        """
        self._open()
        whole("epoch", epoch, at_least=0)
        if self._epochs is not None and epoch not in self._epochs:
            return
        if epoch in self._store.epochs:
            raise InputError(f"epoch={epoch} is recorded already: give each epoch once")
        options: dict[str, Any] = {"batch_size": self._batch_size, "members": self._members}
        found = [layer_rows(model, self.layers, self._x, **options) for model in self._models]
        layers = {}
        for name in self.layers:
            widths = sorted({each[name].shape[2] for each in found})
            if len(widths) > 1:
                raise InputError(
                    f"layer {name!r} has {' or '.join(map(str, widths))} units, depending on the "
                    "network: give networks of one architecture, or each its own Recorder"
                )
            layers[name] = rows = np.concatenate([each[name] for each in found])
            for network, t in enumerate(rows):
                if not np.isfinite(t).all():
                    raise InputError(
                        f"layer {name!r} has NaN or infinite values at epoch {epoch} in network "
                        f"{network} (seed {self.seeds[network]}): its training has diverged, "
                        "lower the learning rate or leave it out"
                    )
        self._store.append(int(epoch), layers)

    def activations(self, layer: str) -> Array:
        """A layer as recorded: (networks, epochs, n, d), epochs in the order of `self.epochs`.

        A read-only view of what the recorder holds; or, where that lies on disk, a memory map,
        which is read when it is looked at, and whose file no writing to it reaches.
        """
        self._open()
        if layer not in self.layers:
            raise InputError(
                f"layer {layer!r} was not recorded: there are {', '.join(self.layers)}"
            )
        if not self._store.epochs:
            raise InputError("nothing is recorded yet: call record(epoch) first")
        return self._store.array(layer)

    def table(
        self,
        estimator: Estimator,
        *,
        quantities: Sequence[str] = QUANTITIES,
        device: str = "cpu",
        seed: int = 0,
    ) -> pd.DataFrame:
        """The plane: one row a network, epoch, layer and quantity, in that order, in nats.

        Columns: network, seed, epoch, layer, quantity, estimator, value, std (standard error),
        ceiling, warnings (text, empty where there is no doubt). Estimates are those of
        :func:`~infoplane.plane.estimates.estimate_layers`, which says what an estimator is asked;
        all layers of one width are one batch, in parts that fit in memory. ceiling: of I(X;T), the
        entropy of the rows of x, log n where no two are equal; of I(T;Y), the entropy of the
        labels; or what the estimator cannot pass (InfoNCE, and Prediction its log classes), if
        that is less.
        `table.attrs["doubts"]`: sentences about the plane as a whole, which stand in the warnings
        of its rows, too, and under the picture of :func:`infoplane.plane.plot`: whether it is
        empty, nearly all of I(X;T) being at its ceiling: :func:`infoplane.plane.tables.doubts`;
        whether activations depend on `batch_size`: a normalisation by the mean of the batch; and
        whether rows of x and y follow each other in time, and so are worth fewer.
        seed: of the estimator's randomness; network i has seed + i in all its layers and epochs,
        so that what is compared within a network shares its splits and noise.
        Raises InputError for I(T;Y) without y, and for options that do not suit the data.
        """
        whole("seed", seed, at_least=0)
        widths: dict[int, list[str]] = {}
        for name in self.layers:
            widths.setdefault(self.activations(name).shape[-1], []).append(name)
        places = [(i, j) for i in range(self.networks) for j in range(len(self.epochs))]
        order = {name: i for i, name in enumerate(self.layers)}
        rows: list[tuple[Any, ...]] = []
        total = len(places) * len(self.layers)
        quiet = not sys.stderr.isatty()  # in a notebook standard error is part of the page
        with tqdm(total=total, unit="layer", disable=quiet, delay=1, file=sys.stderr) as bar:
            for width, names in widths.items():
                every = [(name, *place) for name in names for place in places]
                step = members_at_once(self._sides.n, width + self._sides.width)
                for part in (every[i : i + step] for i in range(0, len(every), step)):
                    arrays = {name: self.activations(name) for name, *_ in part}
                    found = estimates(
                        estimator,
                        self._sides,
                        np.stack([arrays[name][i, j] for name, i, j in part]),
                        quantities=quantities,
                        seeds=[seed + i for _, i, _ in part],
                        device=device,
                    )
                    for quantity, made in found.items():
                        ceiling = self._sides.ceiling(estimator, quantity, units=width)
                        for (name, i, j), e in zip(part, made, strict=True):
                            where = (i, self.seeds[i], self.epochs[j], name, quantity)
                            # of their order all layers have one doubt, that of the table
                            told = [w for w in e.warnings if not w.startswith(OPENING)]
                            if not any(w.endswith(ABOVE) for w in told):
                                told += above_ceiling(e.value, e.std, ceiling)
                            found_here = (e.estimator, e.value, e.std, ceiling, "; ".join(told))
                            rows.append((*where, *found_here))
                    bar.update(len(part))
        rows.sort(key=lambda row: (row[0], row[2], order[row[3]], QUANTITIES.index(row[4])))
        of_order = self._sides.order if estimator.for_labels().of_pairs else ()
        return tidy(rows, [*self._doubts, *of_order])

    def close(self) -> None:
        """Forget the activations; files in a temporary directory are removed."""
        self._closed = True
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        if self._closed:
            raise InputError("the recorder is closed: make its tables before")


def _listed(name: str, values: Iterable[int]) -> list[int]:
    try:
        return list(values)
    except TypeError as error:
        raise InputError(
            f"{name}={values!r} is not accepted: pass a list of integers, [{values}]"
        ) from error
