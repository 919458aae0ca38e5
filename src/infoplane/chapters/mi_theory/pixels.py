"""What the pixels of a digit tell of its label: one by one, in greedy order, and scrambled."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.datasets import vision
from infoplane.errors import InputError
from infoplane.estimators.bins import entropy
from infoplane.records.plan import Config, Values

__all__ = ["inverse_bits", "invertible_bits", "pixels", "times"]

Array = npt.NDArray[np.float64]
Bits = npt.NDArray[np.int64]

# How many images a shorter prediction may weigh as much as; the last means: ignore the new pixel.
PSEUDO_COUNTS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e9)


def pixels(config: Config, *, device: str = "cpu") -> Values:
    """What pixels tell of the label: each alone, and greedily together.

    A pixel is a bit: above half of the full brightness or not. The greedy order is learned on
    one half of the images; `plugin` is the plug-in estimate there, biased upwards, `held_out`
    a lower bound (in the mean) from the other half: H(Y) minus the cross-entropy of a predictor.
    `scrambled`: the bits of each image are first multiplied by a random invertible matrix
    over the field of two elements; `recovered` says that the inverse matrix brought every image
    back, so that I(all bits; label) is what it was.
    """
    data = vision.load(config["dataset"], n=config["images"], seed=config["seed"])
    bits = (data.images > 0.5).reshape(len(data.images), -1).astype(np.int64)
    recovered = True
    if config["scrambled"]:
        matrix = invertible_bits(bits.shape[1], config["seed"])
        plain, bits = bits, times(bits, matrix)
        recovered = bool((times(bits, inverse_bits(matrix)) == plain).all())
    order = np.random.default_rng(config["seed"]).permutation(len(bits))
    half = len(bits) // 2
    learn, test = order[:half], order[half:]
    alone = [_information(bits[:, j], data.labels) for j in range(bits.shape[1])]
    chosen, plugin = _greedy(bits[learn], data.labels[learn], config["steps"])
    held_out = _held_out(bits[:, chosen], data.labels, learn, test)
    return {
        "map": np.round(alone, 6),
        "shape": list(data.images.shape[1:]),
        "chosen": chosen,
        "plugin": plugin,
        "held_out": [value for value, _ in held_out],
        "held_out_std": [std for _, std in held_out],
        "label_entropy": entropy(data.labels),
        "recovered": recovered,
    }


def invertible_bits(size: int, seed: int) -> Bits:
    """A random invertible (size, size) matrix over the field of two elements.

    Unit lower times unit upper triangular: both have determinant 1, so the product has too.
    """
    draws = np.random.default_rng(seed).integers(0, 2, (2, size, size))
    identity = np.eye(size, dtype=np.int64)
    return times(np.tril(draws[0], -1) + identity, np.triu(draws[1], 1) + identity)


def inverse_bits(matrix: Bits) -> Bits:
    """The inverse of an invertible matrix over the field of two elements, by elimination."""
    size = len(matrix)
    rows = np.concatenate([matrix, np.eye(size, dtype=np.int64)], axis=1)
    for j in range(size):
        pivot = j + int(np.argmax(rows[j:, j]))
        rows[[j, pivot]] = rows[[pivot, j]]
        others = np.flatnonzero(rows[:, j])
        rows[others[others != j]] ^= rows[j]
    return rows[:, size:]


def times(a: Bits, b: Bits) -> Bits:
    """The matrix product over the field of two elements; float32 is exact up to 2^24 columns."""
    return np.asarray((a.astype(np.float32) @ b.astype(np.float32)) % 2, dtype=np.int64)


def _information(a: Any, b: Any) -> float:
    """Plug-in I(A; B) of two integer codes, nats."""
    joint = np.asarray(a) * (int(np.max(b)) + 1) + b
    return entropy(a) + entropy(b) - entropy(joint)


def _greedy(bits: Any, labels: Any, steps: int) -> tuple[list[int], list[float]]:
    """Pixels in the order in which each adds most to the plug-in I(pixels; label)."""
    if steps > bits.shape[1]:
        raise InputError(f"n_pixels={steps} is more than the {bits.shape[1]} pixels of an image")
    codes = np.zeros(len(bits), dtype=np.int64)
    chosen: list[int] = []
    values: list[float] = []
    for _ in range(steps):
        # renumbered every time, so that the codes stay small whatever the number of pixels
        codes = np.unique(codes, return_inverse=True)[1]
        gains = [
            -math.inf if j in chosen else _information(2 * codes + bits[:, j], labels)
            for j in range(bits.shape[1])
        ]
        best = int(np.argmax(gains))
        chosen.append(best)
        values.append(gains[best])
        codes = 2 * codes + bits[:, best]
    return chosen, values


def _held_out(bits: Any, labels: Any, learn: Any, test: Any) -> list[tuple[float, float]]:
    """Lower bounds on I(first k pixels; label) for k = 1, 2, …, with their standard errors.

    I >= H(Y) - E[-log q(y|bits)] for any predictor q (Barber & Agakov 2003,
    https://papers.nips.cc/paper/2410). Here q counts labels among the learning images with the
    same bits, shrunk towards the prediction from one pixel less; how much, the learning images
    say themselves: each is predicted from the others.
    """
    classes = int(labels.max()) + 1
    one_hot = np.eye(classes)[labels]  # (n, classes)
    prior = one_hot[learn].mean(axis=0)
    predicted = np.tile(prior, (len(bits), 1))  # (n, classes), from the pixels so far
    others = predicted[learn]  # the same for learning images, each left out of its own counts
    codes = np.zeros(len(bits), dtype=np.int64)
    own, y = labels[learn], labels[test]
    frequency = one_hot[test].mean(axis=0)
    found = []
    for j in range(bits.shape[1]):
        codes = np.unique(2 * codes + bits[:, j], return_inverse=True)[1]
        counts = np.zeros((codes.max() + 1, classes))
        np.add.at(counts, codes[learn], one_hot[learn])
        rest = counts[codes[learn]] - one_hot[learn]
        shrunk = [_shrink(rest, others, pseudo) for pseudo in PSEUDO_COUNTS]
        scores = [np.log(q[np.arange(len(own)), own]).mean() for q in shrunk]
        best = int(np.argmax(scores))
        others = shrunk[best]
        predicted = _shrink(counts[codes], predicted, PSEUDO_COUNTS[best])
        # the test half's own H(Y): its plug-in is low by some 9/2n nats, so the bound stays one
        saved = np.log(predicted[test, y]) - np.log(frequency[y])
        found.append((float(saved.mean()), float(saved.std(ddof=1) / math.sqrt(len(y)))))
    return found


def _shrink(counts: Array, prediction: Array, pseudo: float) -> Array:
    """Label frequencies, drawn towards a prediction that weighs as much as `pseudo` images."""
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray((counts + pseudo * prediction) / (total + pseudo))
