"""When to stop training: by the information in a network's output, or by its loss."""

from typing import Any, Literal

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.estimators import Estimator, Prediction
from infoplane.inputs.options import flag, is_count, whole, within
from infoplane.plane import estimates as plane
from infoplane.stopping.base import Stopping
from infoplane.stopping.rule import after_peak

__all__ = ["InformationStopping", "LossStopping", "Stopping"]


class InformationStopping(Stopping):
    """Stops training by the information profile of the last layer, in nats.

        minimised:  I(X;Yhat) - beta I(Yhat;Y)

    the Lagrangian of the information bottleneck at the output, Yhat the distribution over the
    classes that the network gives for a row of x. `restore()` then brings back its best state,
    `reason` says in a sentence why it stopped, `history` is a table of all checks (epoch,
    information_x, information_y, profile, best, and warnings: the estimator's doubts, as text).

    What is monitored, and why so. *Rows kept apart from training*: on its own rows a network
    that memorises reaches I(Yhat;Y) = H(Y), and the profile falls to the end. Nor may these
    rows give the final accuracy, since they have chosen the epoch. *The distribution, not the
    logits*: a shift of all logits changes no prediction. *A class drawn from it*, by default: a
    classifier is a channel from x to classes, whose information is a closed form
    (:class:`~infoplane.estimators.Prediction`); bins make it several times as large and let it
    fall as outputs saturate. *A beta neither small nor large*: an untrained network answers
    nearly the same to all rows, both terms are near 0, and a trained one is preferred to that
    only if I(X;Yhat) < beta I(Yhat;Y). As Yhat depends on Y through X alone, this is

        I(X;Yhat | Y) < (beta - 1) I(Yhat;Y)

    with what says nothing about the label on the left. A large beta forgets the first term,
    which is what grows when a network overfits. Estimator, beta and burn-in are those with the
    best mean accuracy on rows for selection over two data sets, chapter 5 of the book; by
    binning, beta >= 20 is needed, or the burn-in.

    model: returns (n, classes) for n rows. x: (n, ...) arrays or tensors; y: (n,) whole numbers
    from 0. beta >= 0. every: epochs between checks. patience: checks without an improvement of more
    than `min_improvement` nats until it stops. estimator: of this package; X is flattened.
    outputs: "logits", to which softmax is applied, or "probabilities". classes: by default the
    largest label and one. burn_in: "peak" counts the profile from the maximum of I(X;Yhat) on,
    passed once `peak_checks` checks in a row, and no more than `patience`, lie below it (see
    :func:`after_peak`); or an integer, the first epoch that counts. Until then the latest check
    or maximum is the best. compression: False drops I(X;Yhat) from the profile, not from "peak".
    seed: of the estimator, the same at every check. batch_size: rows the network sees at once.

    Wrong when: the rows are few; I(Yhat;Y) is then biased up, and by binning I(X;Yhat) ends at
    log n. A network that answers the same to all for `patience` checks is stopped as it is,
    unless there is a burn-in. Without label noise or scarcity accuracy does not fall, and no rule
    can win anything; with both, :class:`LossStopping` was a little better in chapter 5.
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
        beta: float = 5.0,
        every: int = 5,
        patience: int = 8,
        min_improvement: float = 0.0,
        estimator: Estimator | None = None,
        outputs: Literal["logits", "probabilities"] = "logits",
        classes: int | None = None,
        burn_in: int | Literal["peak"] = 0,
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
        self._warnings: list[str] = []
        self.beta, self.compression, self.seed = beta, compression, seed
        self._burn_in = None if burn_in == "peak" else int(burn_in)
        # A peak that takes longer to pass than patience lasts could move after the stop.
        self._peak_checks = min(peak_checks, patience)
        self.estimator = estimator or Prediction()

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
        self._warnings.append("; ".join(dict.fromkeys(on_x[0].warnings + on_y[0].warnings)))
        return i_x, i_y, (i_x if self.compression else 0.0) - self.beta * i_y

    @property
    def history(self) -> pd.DataFrame:
        """One row a check: epoch, information_x, information_y, profile, best, warnings."""
        return super().history.assign(warnings=self._warnings)

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

    The usual early stopping by the same rule. model, x, y, every, patience, min_improvement,
    outputs, classes and batch_size are those of :class:`InformationStopping`, and so are
    `restore()`, `best_epoch` and `reason`; `history` has the columns epoch, loss, best. Nothing
    is estimated: there is no beta, estimator, seed, compression, burn_in or peak_checks.

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
