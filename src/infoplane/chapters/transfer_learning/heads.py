"""Chapter 06: the same classifier on each embedding, and what its predictions tell of labels.

Source: document 000, section 3.4.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from infoplane.chapters.transfer_learning.embedded import embedded, scaled_as
from infoplane.chapters.transfer_learning.settings import REGIMES
from infoplane.estimators.neighbors.ross import Ross
from infoplane.estimators.neural.mine import MINE
from infoplane.models.heads import Heads, fit
from infoplane.plane.epochs import checkpoints
from infoplane.records.plan import Config, Values

__all__ = ["normalised", "train"]

Floats = npt.NDArray[np.float64]
VALIDATION = 5  # one of so many training images is not trained on, and says which epoch is best
DIGITS = 5


def train(config: Config, *, device: str = "cpu") -> Values:
    """Classifiers on the embedding of one network, rows of length 1, over their training.

    As many as `seeds`, in one order of rows, trained as one batched model on four fifths of the
    training images. All numbers but `validation` are of the test images.

    epoch: those looked at; by epoch, then member: accuracy, loss (binary cross-entropy, nats),
    validation (the loss of the other fifth), ross, I(P; Y) by nearest neighbours of log odds.
    best: the epoch of each member's least validation loss. regimes: for each of REGIMES accuracy,
    loss, ross and mine by member, the last of predictions divided by their largest.
    """
    of = embedded(config)
    x = torch.as_tensor(scaled_as(of.x, "rows"), dtype=torch.float32, device=device)
    y = torch.as_tensor(of.y, device=device)
    test = torch.as_tensor(of.test)
    rows = torch.nonzero(~test).squeeze(1)
    held = rows[::VALIDATION]
    seen = rows[torch.arange(len(rows)) % VALIDATION > 0]
    seeds = config["seeds"]
    model = Heads(x.shape[1], seeds, hidden=config["hidden"]).to(device)
    epochs = config["epochs"]
    looks = [epoch for epoch in checkpoints(epochs, config["looks"]) if epoch]
    found: Values = {"epoch": looks, "accuracy": [], "loss": [], "validation": [], "ross": []}
    least = torch.full((len(seeds),), torch.inf)
    best = torch.zeros(len(seeds), dtype=torch.long)
    kept: dict[str, Tensor] = {}  # logits of test images, by regime

    def on_epoch(epoch: int) -> None:
        if not epoch:
            return
        with torch.no_grad():
            logits = model(x[test]).double().cpu()
            loss = _losses(model(x[held]).double().cpu(), y[held].cpu())
        better = loss < least
        least[better], best[better] = loss[better].float(), epoch
        kept["optimal"] = torch.where(better[:, None], logits, kept.get("optimal", logits))
        if epoch == 1:
            kept["underfitted"] = logits
        kept["overfitted"] = logits
        if epoch in looks:
            told = _told(logits, y[test].cpu())
            for name, values in {**told, "validation": loss.tolist()}.items():
                found[name].append(_rounded(values))

    fit(
        model,
        x[seen],
        y[seen],
        epochs=epochs,
        batch_size=config["batch"],
        learning_rate=config["rate"],
        order=config["order"],
        on_epoch=on_epoch,
    )
    labels = y[test].cpu()
    regimes = {}
    for regime in REGIMES:
        told = _told(kept[regime], labels)
        mine = _by_mine(kept[regime], labels.numpy(), config, device)
        regimes[regime] = {
            name: _rounded(values) for name, values in {**told, "mine": mine}.items()
        }
    return {**found, "best": best.tolist(), "regimes": regimes}


def normalised(logits: Tensor) -> Tensor:
    """The two-class output (n, 2) divided by its larger number, of logits (n,).

    The output of a single unit would become 1 throughout. What is left is p / (1 - p) or its
    inverse, whichever is smaller, and which class is the likelier: nothing is lost of p.

    >>> normalised(torch.tensor([0.5, 0.2]).logit())
    tensor([[1.0000, 1.0000],
            [1.0000, 0.2500]])
    """
    p = torch.stack([torch.sigmoid(-logits), torch.sigmoid(logits)], dim=-1)
    return p / p.amax(dim=-1, keepdim=True)


def _losses(logits: Tensor, y: Tensor) -> Tensor:
    """Binary cross-entropy of each member, (b,)."""
    labels = y.double().expand_as(logits)
    return binary_cross_entropy_with_logits(logits, labels, reduction="none").mean(dim=1)


def _told(logits: Tensor, y: Tensor) -> dict[str, list[float]]:
    return {
        "accuracy": ((logits > 0) == y).double().mean(dim=1).tolist(),
        "loss": _losses(logits, y).tolist(),
        # log odds are a function of p that can be undone, and do not run into 1
        "ross": [Ross(errors="local").estimate(one, y).value for one in logits.numpy()],
    }


def _by_mine(logits: Tensor, y: npt.NDArray[np.int64], config: Config, device: str) -> list[float]:
    seeds = config["seeds"]
    options: dict[str, Any] = {"steps": config["prediction_steps"], "restarts": 1}
    estimator = MINE(**options, batch_size=min(MINE.batch_size, len(y) // 2))
    p = normalised(logits).numpy()  # (b, n, 2)
    # A class that is always the likelier is 1 throughout, which is refused: the other stands in.
    p = np.where(np.ptp(p, axis=1, keepdims=True) > 0, p, p[..., ::-1])
    found = estimator.estimate_batch(p, np.tile(y, (len(seeds), 1)), seeds=seeds, device=device)
    return [one.value for one in found]


def _rounded(values: list[float]) -> list[float]:
    return [round(value, DIGITS) for value in values]
