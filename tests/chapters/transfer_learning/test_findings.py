"""Chapter 06: what other pages say of the sign of compactness follows its intervals."""

from types import SimpleNamespace

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated
from infoplane.chapters.transfer_learning.findings import REMARKS
from infoplane.chapters.transfer_learning.settings import ACCURACY, COMPACTNESS, REGIMES
from tests.chapters.transfer_learning.world import falling, world

pytestmark = pytest.mark.usefixtures("fewer")


def told(monkeypatch, first, best):
    """Of entries with these intervals after one epoch and at the best."""
    frames = world(falling)
    table = correlated.pairs(frames)
    own = (table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)
    for regime, ends in zip(REGIMES, (first, best), strict=False):
        here = own & (table["regime"] == regime)
        table.loc[here, ["r", "low", "high"]] = [np.mean(ends), *ends]
    monkeypatch.setattr(correlated, "pairs", lambda frames: table)
    return REMARKS["compactness_signs"](frames)


def test_a_sign_is_told_where_the_interval_has_one(monkeypatch):
    """The source has -0.57 and -0.60."""
    said = told(monkeypatch, (0.1, 0.9), (-0.9, 0.3))
    assert said.startswith("After one epoch the sign of the compactness is the opposite of the ")
    assert "; it cannot be told at the best epoch" in said
    said = told(monkeypatch, (-0.9, -0.1), (0.1, 0.9))
    assert "compactness is the reported one; it is the opposite" in said


def test_a_worse_guide_is_one_surely(monkeypatch):
    """Where compactness goes with accuracy exactly, nothing is surely nearer."""
    assert "worse guide" not in told(monkeypatch, (0.1, 0.9), (0.1, 0.9))
    few = SimpleNamespace(high=-0.1)
    monkeypatch.setattr(correlated, "beyond", lambda *_, **__: few)
    assert "surely a worse guide" in told(monkeypatch, (0.1, 0.9), (0.1, 0.9))
