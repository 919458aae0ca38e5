"""What callbacks that stop training share: the checks, the state that is kept, the reason."""

from abc import ABC, abstractmethod
from copy import deepcopy
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.estimators.prediction import no_distribution
from infoplane.inputs.arrays import as_labels, as_plain
from infoplane.inputs.columns import is_text
from infoplane.inputs.options import whole, within
from infoplane.plane.activations import answered, check_model, rows_of
from infoplane.plane.batchwise import batch_doubts
from infoplane.plane.untouched import untouched
from infoplane.stopping.rule import stop_at

__all__ = ["Stopping"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Stopping(ABC):
    """A callback for a plain training loop: measures, keeps the best state, says when to stop.

    Call it with the number of the epoch; multiples of `every` are checked, and the answer is
    True from the check on at which the rule of :func:`stop_at` stops. A check leaves training
    as it was, bit for bit: weights, gradients, buffers, random streams, every submodule's mode
    (:func:`infoplane.plane.untouched.untouched`).

    Subclasses say what is measured on the outputs, and from which check on it counts.
    """

    columns: ClassVar[tuple[str, ...]]  # what a check measures; the last is minimised

    def __init__(
        self,
        model: nn.Module,
        x: Any,
        y: Any,
        *,
        every: int = 5,
        patience: int = 8,
        min_improvement: float = 0.0,
        outputs: Literal["logits", "probabilities"] = "logits",
        classes: int | None = None,
        batch_size: int = 4096,
    ) -> None:
        check_model(model)
        whole("every", every, at_least=1)
        whole("patience", patience, at_least=1)
        whole("batch_size", batch_size, at_least=1)
        within("min_improvement", min_improvement, low=0)
        if outputs not in ("logits", "probabilities"):
            raise InputError(
                f"outputs={outputs!r} is unknown: 'logits' and 'probabilities' are accepted"
            )
        self.every, self.patience, self.min_improvement = every, patience, min_improvement
        self.stopped_epoch: int | None = None
        self._model, self._outputs, self._batch_size = model, outputs, batch_size
        self._x, self._y = rows_of(x).cpu(), _labels(y)
        if len(self._x) != len(self._y):
            raise InputError(
                f"x has {len(self._x)} rows and y has {len(self._y)}: one label for each row is "
                "needed"
            )
        self._doubts = batch_doubts(model, len(self._x), batch_size)
        self._classes = _classes(self._y, classes)
        self._told = "the largest label of y asks for" if classes is None else "classes asks for"
        self._epochs: list[int] = []
        self._values: list[tuple[float, ...]] = []
        self._best = -1
        self._state: dict[str, Any] = {}
        self._transient: dict[str, Tensor] = {}

    @abstractmethod
    def _measure(self, probabilities: Tensor, epoch: int) -> tuple[float, ...]:
        """One value for each column, from (n, classes) float64."""

    @abstractmethod
    def _start(self) -> int:
        """The check from which the criterion counts, judged by the checks so far."""

    @abstractmethod
    def _criterion(self) -> str:
        """What is minimised, as the reason calls it."""

    def _burning(self) -> str:
        """Why no check counts yet; empty where they do."""
        return ""

    def __call__(self, epoch: int) -> bool:
        """Check if it is time to; whether to stop.

        Raises InputError for an epoch that is not later than the last checked one, and for
        outputs that are no finite (n, classes) distribution.
        """
        whole("epoch", epoch, at_least=0)
        if self.stopped_epoch is not None:
            return True
        if epoch % self.every:
            return False
        if self._epochs and epoch <= self._epochs[-1]:
            raise InputError(
                f"epoch={epoch} was not after epoch {self._epochs[-1]}, the last one checked: "
                "count epochs upwards, and make a new callback for each training"
            )
        self._values.append(self._measure(self._probabilities(epoch), epoch))
        self._epochs.append(epoch)
        best, stopped = stop_at(
            self._column(-1),
            patience=self.patience,
            min_improvement=self.min_improvement,
            start=self._start(),
        )
        self._best = int(best)
        if self._best == len(self._epochs) - 1:
            self._state, self._transient = _copied(self._model), _transient(self._model)
        if stopped >= 0:
            self.stopped_epoch = epoch
        return self.stopped_epoch is not None

    def restore(self) -> None:
        """Load the state of the best check, parameters and all buffers, into the model.

        The optimiser's own state is not kept: begin with a new one to train on.
        Raises InputError before the first check.
        """
        self._refuse_unchecked()
        self._model.load_state_dict(self._state)
        for name, value in self._transient.items():
            path, _, last = name.rpartition(".")
            owner = self._model.get_submodule(path)
            now = owner._buffers.get(last)
            if now is not None and now.shape == value.shape:
                with torch.no_grad():
                    now.copy_(value)
            else:  # a cache that has changed its size since
                owner._buffers[last] = value.clone()

    @property
    def best_epoch(self) -> int:
        """The epoch whose state :meth:`restore` gives back. InputError before the first check."""
        self._refuse_unchecked()
        return self._epochs[self._best]

    @property
    def history(self) -> pd.DataFrame:
        """One row a check: epoch, what was measured, and `best`, true in the row that is kept."""
        table = pd.DataFrame({"epoch": np.array(self._epochs, dtype=np.int64)})
        for j, name in enumerate(self.columns):
            table[name] = self._column(j)
        return table.assign(best=np.arange(len(table)) == self._best)

    @property
    def reason(self) -> str:
        """Why training was stopped, or why not, in one sentence, and what to doubt of that."""
        return "; doubt: ".join([self._why(), *self._doubts])

    def _why(self) -> str:
        if not self._epochs:
            return "not stopped: there was no check yet"
        stopped = self.stopped_epoch is not None
        told = f"{'stopped at' if stopped else 'not stopped by'} epoch {self._epochs[-1]}: "
        if not stopped and (burning := self._burning()):
            return told + burning
        lowest, ago = self._values[self._best][-1], len(self._epochs) - 1 - self._best
        less = f" by more than {self.min_improvement:g}" if self.min_improvement else ""
        return told + (
            f"{ago} check{'' if ago == 1 else 's'}{'' if stopped else f' of {self.patience}'} "
            f"without {self._criterion()} falling{less} below {lowest:.4g}, its value at epoch "
            f"{self.best_epoch}"
        )

    def _column(self, j: int) -> Floats:
        return np.array([values[j] for values in self._values], dtype=np.float64)

    def _refuse_unchecked(self) -> None:
        if not self._epochs:
            raise InputError(
                "restore() and best_epoch need a check: call the callback with the epoch, "
                f"a multiple of every={self.every}, first"
            )

    def _probabilities(self, epoch: int) -> Tensor:
        """What the network answers to x: (n, classes) float64 on the CPU, checked."""
        parts = []
        with untouched(self._model):
            for rows in self._x.split(self._batch_size):
                part = answered(self._model, rows)
                self._refuse_shape(part, len(rows))
                parts.append(part.to("cpu", torch.float64))
        out = torch.cat(parts)
        if self._outputs == "logits":
            out = out.softmax(dim=1)
        bad = ~out.isfinite().all(dim=1)
        if bad.any():
            raise InputError(
                f"the network's outputs at epoch {epoch} are NaN or infinite in {int(bad.sum())} "
                f"of {len(out)} rows: training has diverged, lower its learning rate"
            )
        if told := no_distribution(out.numpy()):
            raise InputError(
                f"outputs='probabilities', but at epoch {epoch} they {told}: pass "
                "outputs='logits' for what comes before the softmax"
            )
        return out

    def _refuse_shape(self, out: object, n: int) -> None:
        if not isinstance(out, Tensor) or out.ndim != 2 or len(out) != n:
            told = f"shape {tuple(out.shape)}" if isinstance(out, Tensor) else type(out).__name__
            raise InputError(
                f"the network returns {told} for {n} rows: a tensor ({n}, classes) is accepted; "
                "for several networks in one model, record their curves and use stop_at"
            )
        if out.shape[1] != self._classes:
            raise InputError(
                f"the network has {out.shape[1]} outputs and {self._told} {self._classes} "
                "classes: give both the same number, or pass classes= where y lacks the last ones"
            )


def _copied(model: nn.Module) -> dict[str, Any]:
    """The state of `model` on the CPU, sharing no memory with it."""
    return {
        name: value.detach().to("cpu", copy=True) if isinstance(value, Tensor) else deepcopy(value)
        for name, value in model.state_dict().items()
    }


def _transient(model: nn.Module) -> dict[str, Tensor]:
    """Copies of the buffers that the state leaves out: registered as not persistent."""
    kept = model.state_dict().keys()
    return {
        name: buffer.detach().clone()
        for name, buffer in model.named_buffers(remove_duplicate=False)
        if name not in kept
    }


def _labels(y: Any) -> Ints:
    """Whole numbers: which column of the outputs is a word's, nothing says."""
    if is_text(plain := as_plain(y, "y")):
        raise InputError(
            f"y has dtype {plain.dtype}: whole numbers are accepted, the classes from 0 on"
        )
    return as_labels(y, "y")


def _classes(y: Ints, classes: int | None) -> int:
    low, high = int(y.min()), int(y.max())
    if classes is not None:
        whole("classes", classes, at_least=2)
    if low < 0 or (classes is not None and high >= classes):
        told = "from 0 on" if classes is None else f"from 0 to {classes - 1}, by classes={classes}"
        raise InputError(f"y has labels from {low} to {high}: integers {told} are accepted")
    return high + 1 if classes is None else classes
