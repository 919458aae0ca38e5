import numpy as np
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.estimators import Binning
from infoplane.plane.batchwise import by_the_batch
from infoplane.plane.recorder import Recorder
from infoplane.stopping.callbacks import LossStopping

N = 20
X = torch.randn(N, 2, generator=torch.Generator().manual_seed(0))
Y = [0, 1] * (N // 2)
TOLD = r"layer '1' has no running statistics and normalises by the mean of its batch"


def network(*norms):
    return nn.Sequential(nn.Identity(), *norms)


def recorded(model, **options):
    recorder = Recorder(model, ["0", "1"], X, Y, **options)
    recorder.record(0)
    return recorder


@pytest.mark.parametrize(
    ("norm", "alone"),
    [
        (nn.BatchNorm1d(2, track_running_stats=False), False),
        (nn.BatchNorm1d(2), True),
        (nn.Sequential(nn.Unflatten(1, (1, 2)), nn.InstanceNorm1d(1), nn.Flatten()), True),
        (nn.LayerNorm(2), True),
        (nn.GroupNorm(1, 2), True),
    ],
)
def test_those_are_named_for_which_the_size_of_the_batch_matters(norm, alone):
    model = network(norm)
    assert by_the_batch(model) == ([] if alone else ["1"])
    whole, parts = (recorded(model, batch_size=size).activations("1") for size in (N, 7))
    # a mean of 7 rows is about a third of a standard deviation away from that of all
    assert np.allclose(whole, parts, atol=1e-5) == alone


def test_the_table_and_the_plane_say_so():
    model = network(nn.BatchNorm1d(2, affine=False, track_running_stats=False))
    for size, told in (
        (7, f"{TOLD}.*batch_size=7; pass batch_size=20"),
        (N, rf"{TOLD}.*beside it;"),
    ):
        table = recorded(model, batch_size=size).table(Binning())
        assert table["warnings"].str.contains(told).all()
        assert table.attrs["doubts"][-1] in table["warnings"][0]
        assert ("batch_size" in table.attrs["doubts"][-1]) == (size < N)
    others = recorded(network(nn.LayerNorm(2)), batch_size=7).table(Binning())
    assert not others["warnings"].str.contains("batch").any()
    several = recorded([model, model], batch_size=7).table(Binning())
    assert sum("running statistics" in told for told in several.attrs["doubts"]) == 1


def test_a_last_batch_of_one_row():
    model = network(nn.BatchNorm1d(2, track_running_stats=False))
    with pytest.raises(
        InputError, match=r"batch_size=19 leaves a batch of one row of 20.*batch_size=20"
    ):
        recorded(model, batch_size=19)

    class Mistaken(nn.Module):
        def forward(self, x):
            raise ValueError("of its own")

    with pytest.raises(ValueError, match="of its own"):
        recorded(network(Mistaken()), batch_size=19)


def test_stopping_says_so_too():
    stopping = LossStopping(
        network(nn.BatchNorm1d(2, track_running_stats=False)), X, Y, every=1, batch_size=7
    )
    stopping(0)
    assert f"; doubt: {TOLD}" in stopping.reason
