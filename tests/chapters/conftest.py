"""What tests of several chapters begin with."""

import pytest

from infoplane.datasets import vision


@pytest.fixture
def few(monkeypatch):
    """The first hundred images of each split, so that an epoch takes no time."""
    load = vision.load

    def fewer(name, split="train"):
        found = load(name, split)
        return vision.Images(name, found.images[:100], found.labels[:100], 10)

    monkeypatch.setattr(vision, "load", fewer)
