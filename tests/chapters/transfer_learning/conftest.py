"""What several tests of chapter 06 begin with."""

from functools import partial

import pytest

from infoplane.chapters.transfer_learning import correlated
from infoplane.rankers.correlations import bca_interval


@pytest.fixture(scope="module")
def fewer():
    """A tenth of the resamples: thirty intervals take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(correlated, "bca_interval", partial(bca_interval, resamples=1000))
        yield
