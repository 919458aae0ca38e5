"""Embeddings of labelled images, made up: classes about means, columns of several sizes."""

import numpy as np


def cloud(n=60, d=5, classes=3, seed=0, apart=1.0):
    """Rows (n, d) and labels (n,), every class at least twice, no row or distance like another."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.repeat(np.arange(classes), 2), rng.integers(classes, size=n)])[:n]
    means = apart * rng.standard_normal((classes, d))
    rows = (means[labels] + rng.standard_normal((n, d))) * rng.uniform(0.5, 2.0, size=d)
    return rows, labels


def rotation(d, seed=1):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]
