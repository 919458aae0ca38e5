"""When to stop training: by the information in a network's output, or by its loss."""

from abc import ABC, abstractmethod
from copy import deepcopy
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor, nn

from infoplane import plane
from infoplane.activations import untouched
from infoplane.errors import InputError
from infoplane.estimators import Binning, Estimator
from infoplane.estimators.base import is_count
from infoplane.estimators.options import flag, whole, within
from infoplane.stopping_rule import after_peak, stop_at

__all__ = ["InformationStopping", "LossStopping", "Stopping"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROUNDING = 1e-3  # how far a row of probabilities may be from the sum 1, float16 included


class Stopping(ABC):
    """A callback for a plain training loop: measures, keeps the best state, says when to stop.

    Call it with the number of the epoch; multiples of `every` are checked, and the answer is
    True from the check on at which the rule of :func:`stop_at` stops. A check leaves training
    as it was, bit for bit: weights, gradients, buffers, random streams, every submodule's mode
    (:func:`infoplane.activations.untouched`).

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
        self._x, self._y = _rows(x), _labels(y)
        if len(self._x) != len(self._y):
            raise InputError(
                f"x has {len(self._x)} rows and y has {len(self._y)}: one label for each row is "
                "needed"
            )
        self._classes = _classes(self._y, classes)
        self._told = "the largest label of y asks for" if classes is None else "classes asks for"
        self._epochs: list[int] = []
        self._values: list[tuple[float, ...]] = []
        self._best = -1
        self._state: dict[str, Any] = {}

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
            self._state = _copied(self._model)
        if stopped >= 0:
            self.stopped_epoch = epoch
        return self.stopped_epoch is not None

    def restore(self) -> None:
        """Load the state of the best check, parameters and buffers, into the model.

        The optimiser's own state is not kept: begin with a new one to train on.
        Raises InputError before the first check.
        """
        self._refuse_unchecked()
        self._model.load_state_dict(self._state)

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
        """Why training was stopped, or why not, in one sentence."""
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
        like = next((p for p in self._model.parameters() if p.is_floating_point()), None)
        device = "cpu" if like is None else like.device
        dtype = self._x.dtype
        if self._x.is_floating_point():
            dtype = torch.get_default_dtype() if like is None else like.dtype
        parts = []
        with untouched(self._model):
            for rows in self._x.split(self._batch_size):
                # A copy, since a first layer that works in place would change the rows for good.
                part = self._model(rows.to(device, dtype, copy=True))
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
        off = float((out.sum(dim=1) - 1).abs().max())
        if off > ROUNDING or float(out.min()) < -ROUNDING:
            raise InputError(
                f"outputs='probabilities', but at epoch {epoch} they reach down to "
                f"{float(out.min()):.3g} and a row's sum is {off:.3g} away from 1: pass "
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


class InformationStopping(Stopping):
    """Stops training by the information profile of the last layer, in nats.

        minimised:  I(X;Yhat) - beta I(Yhat;Y)

    the Lagrangian of the information bottleneck at the output, Yhat the distribution over the
    classes that the network gives for a row of x. `restore()` then brings back its best state,
    `reason` says in a sentence why it stopped, `history` is a table of all checks (epoch,
    information_x, information_y, profile, best).

    What is monitored, and why so. *Rows kept apart from training*: on its own rows a network
    that memorises reaches I(Yhat;Y) = H(Y), and the profile falls to the end. Nor may these
    rows give the final accuracy, since they have chosen the epoch. *The distribution, not the
    logits*: a shift of all logits changes no prediction, and probabilities lie in [0, 1] at
    every epoch, so that all checks share the same bins. *A large beta*: an untrained network
    answers nearly the same to all rows, both terms are near 0, and a trained one is preferred
    to that only if I(X;Yhat) < beta I(Yhat;Y). As Yhat depends on Y through X alone, this is

        I(X;Yhat | Y) < (beta - 1) I(Yhat;Y)

    with what says nothing about the label on the left, some nats in 30 bins, and on the right
    at most log(classes), and a tenth of a nat where labels are noisy. At beta <= 10 the untrained
    network often wins, hence the default, and the burn-in for smaller ones.

    model: returns (n, classes) for n rows. x: (n, ...) arrays or tensors; y: (n,) integers from
    0. beta >= 0. every: epochs between checks. patience: checks without an improvement of more
    than `min_improvement` nats until it stops. estimator: of this package; X is flattened.
    outputs: "logits", to which softmax is applied, or "probabilities". classes: by default the
    largest label and one. burn_in: "peak" counts the profile from the maximum of I(X;Yhat) on,
    passed once `peak_checks` checks in a row, and no more than `patience`, lie below it (see
    :func:`after_peak`); or an integer, the first epoch that counts. Until then the latest check
    or maximum is the best. compression: False drops I(X;Yhat) from the profile, not from "peak".
    seed: of the estimator, the same at every check. batch_size: rows the network sees at once.

    Wrong when: the rows are few; by binning I(X;Yhat) ends at log n and I(Yhat;Y) is biased up.
    Without label noise or scarcity accuracy does not fall, and no rule can win anything.
    Raises InputError for options out of range; at a check for outputs that are no finite
    (n, classes) distribution, or that the estimator refuses, naming the epoch.
    Source: Tishby & Zaslavsky (2015), https://arxiv.org/abs/1503.02406, for the Lagrangian;
    as a rule for stopping, seed document 002, section 2.6.

    >>> y = np.array([0, 1, 0, 1])
    >>> sure = InformationStopping(nn.Identity(), 100 * np.eye(2)[y], y, beta=50.0)
    >>> sure(0), float(sure.history.profile[0])  # (1 - 50) log 2
    (False, -33.96...)
    """

    columns = ("information_x", "information_y", "profile")

    def __init__(
        self,
        model: nn.Module,
        x: Any,
        y: Any,
        *,
        beta: float = 50.0,
        every: int = 5,
        patience: int = 8,
        min_improvement: float = 0.0,
        estimator: Estimator | None = None,
        outputs: Literal["logits", "probabilities"] = "logits",
        classes: int | None = None,
        burn_in: int | Literal["peak"] = "peak",
        peak_checks: int = 2,
        compression: bool = True,
        seed: int = 0,
        batch_size: int = 4096,
    ) -> None:
        super().__init__(
            model,
            x,
            y,
            every=every,
            patience=patience,
            min_improvement=min_improvement,
            outputs=outputs,
            classes=classes,
            batch_size=batch_size,
        )
        within("beta", beta, low=0)
        flag("compression", compression)
        whole("seed", seed, at_least=0)
        whole("peak_checks", peak_checks, at_least=1)
        if burn_in != "peak" and not is_count(burn_in, 0):
            raise InputError(
                f"burn_in={burn_in!r} is not accepted: pass 'peak', or an epoch, an integer >= 0"
            )
        if estimator is not None and not isinstance(estimator, Estimator):
            raise InputError(
                f"estimator={estimator!r} is no estimator: pass one, such as Binning(bins=30)"
            )
        self.beta, self.compression, self.seed = beta, compression, seed
        self._burn_in = None if burn_in == "peak" else int(burn_in)
        # A peak that takes longer to pass than patience lasts could move after the stop.
        self._peak_checks = min(peak_checks, patience)
        self.estimator = estimator or Binning(bins=30, limits=(0.0, 1.0))

    def _measure(self, probabilities: Tensor, epoch: int) -> tuple[float, ...]:
        on_x, on_y = plane.estimate_layers(
            self.estimator,
            self._x,
            probabilities[None],
            self._y,
            seeds=[self.seed],
        )
        i_x, i_y = on_x[0].value, on_y[0].value
        if not np.isfinite([i_x, i_y]).all():
            raise InputError(
                f"estimator={self.estimator.name} gives I(X;Yhat)={i_x} and I(Yhat;Y)={i_y} at "
                f"epoch {epoch}, choose another: {'; '.join(on_x[0].warnings + on_y[0].warnings)}"
            )
        return i_x, i_y, (i_x if self.compression else 0.0) - self.beta * i_y

    def _start(self) -> int:
        if self._burn_in is None:
            return int(after_peak(self._column(0), checks=self._peak_checks))
        return min(int(np.searchsorted(self._epochs, self._burn_in)), len(self._epochs) - 1)

    def _burning(self) -> str:
        start = self._start()
        if self._burn_in is not None:
            over = self._epochs[-1] >= self._burn_in
            return "" if over else f"the burn-in lasts until epoch {self._burn_in}"
        if len(self._epochs) - 1 - start >= self._peak_checks:
            return ""
        return (
            f"I(X;Yhat) has not passed its maximum, {self._values[start][0]:.4g} at epoch "
            f"{self._epochs[start]}: fewer than {self._peak_checks} checks in a row lie below it"
        )

    def _criterion(self) -> str:
        return f"{'I(X;Yhat) - ' if self.compression else '-'}{self.beta:g} I(Yhat;Y)"


class LossStopping(Stopping):
    """Stops training by the mean cross-entropy of rows kept apart from it, in nats.

    The usual early stopping, with the arguments, the rule and the results of
    :class:`InformationStopping`; `history` has the columns epoch, loss, best.

    Wrong when: a network grows too sure of itself. Its loss rises while its accuracy still does.
    Raises InputError as :class:`InformationStopping` does.
    Source: Prechelt (1998), https://doi.org/10.1007/3-540-49430-8_3

    >>> even = LossStopping(nn.Identity(), np.zeros((4, 2)), [0, 1, 0, 1])
    >>> even(0), float(even.history.loss[0])  # log 2
    (False, 0.693...)
    """

    columns = ("loss",)

    def _measure(self, probabilities: Tensor, epoch: int) -> tuple[float, ...]:
        own = probabilities[torch.arange(len(self._y)), torch.as_tensor(self._y)]
        # A probability that underflowed costs 708 nats instead of all.
        return (0.0 - float(own.clamp_min(torch.finfo(own.dtype).tiny).log().mean()),)

    def _start(self) -> int:
        return 0

    def _criterion(self) -> str:
        return "the loss"


def _copied(model: nn.Module) -> dict[str, Any]:
    """The state of `model` on the CPU, sharing no memory with it."""
    return {
        name: value.detach().to("cpu", copy=True) if isinstance(value, Tensor) else deepcopy(value)
        for name, value in model.state_dict().items()
    }


def _rows(x: Any) -> Tensor:
    rows = x.detach().cpu() if isinstance(x, Tensor) else np.asarray(x)
    if rows.ndim == 0 or (isinstance(rows, np.ndarray) and rows.dtype.kind not in "iubf"):
        raise InputError(
            f"x has shape {tuple(rows.shape)} and dtype {rows.dtype}: (n, ...) numbers are "
            "accepted, one row for each label"
        )
    return torch.as_tensor(rows)


def _labels(y: Any) -> Ints:
    labels = np.asarray(y.detach().cpu() if isinstance(y, Tensor) else y)
    if labels.ndim != 1 or labels.dtype.kind not in "iub" or not len(labels):
        raise InputError(
            f"y has shape {labels.shape} and dtype {labels.dtype}: (n,) integers are accepted, "
            "the classes counted from 0"
        )
    return labels.astype(np.int64)


def _classes(y: Ints, classes: int | None) -> int:
    low, high = int(y.min()), int(y.max())
    if classes is not None:
        whole("classes", classes, at_least=2)
    if low < 0 or (classes is not None and high >= classes):
        told = "from 0 on" if classes is None else f"from 0 to {classes - 1}, by classes={classes}"
        raise InputError(f"y has labels from {low} to {high}: integers {told} are accepted")
    return high + 1 if classes is None else classes
