import math

import numpy as np
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.plane.activations import layer_rows, outputs_of, rows_of
from infoplane.plane.recorder import Recorder
from infoplane.stopping.callbacks import LossStopping


class Odd(nn.Module):
    """Layers that cannot be recorded, each in its way."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 2)
        self.act = nn.ReLU()
        self.unused = nn.Linear(2, 2)
        self.spectrum = nn.Identity()
        self.block = nn.ModuleDict({"inner": nn.Linear(2, 2)})

    def forward(self, x):
        h, _ = self.lstm(x)
        self.spectrum(torch.fft.fft(h))
        return self.act(self.act(h))


def test_outputs_are_those_of_evaluation_before_the_next_layer_works_in_place():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True), nn.Dropout(0.9)).train()
    x = torch.randn(20, 3)
    found = outputs_of(model, ["0", "2"], x.numpy().astype(np.float64))
    linear = nn.functional.linear(x, model[0].weight, model[0].bias)
    assert torch.equal(found["0"], linear)
    assert torch.equal(found["2"], linear.relu())
    assert (found["0"] < 0).any()
    assert not found["0"].requires_grad


@pytest.mark.parametrize("batch_size", [1, 7, 20, 1000])
def test_batches_of_any_size_give_the_same_rows(batch_size):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten())
    x = torch.randn(20, 1, 5, 5)
    found = layer_rows(model, ["0", "1"], x, batch_size=batch_size)
    assert found["0"].shape == (1, 20, 18)
    # sums of ten products of order one, in another order
    np.testing.assert_allclose(found["0"][0], model(x).detach().numpy(), atol=1e-5)
    np.testing.assert_array_equal(found["0"], found["1"])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (torch.float64, np.float64),
        (torch.float32, np.float32),
        (torch.bfloat16, np.float32),
        (torch.int64, np.float64),
        (torch.bool, np.float64),
    ],
)
def test_dtypes(given, kept):
    x = torch.arange(6).to(given)
    (rows,) = layer_rows(nn.Identity(), [""], x, batch_size=4).values()
    assert rows.dtype == kept
    np.testing.assert_array_equal(rows, x.double().numpy().reshape(1, 6, 1))


class Members(nn.Module):
    """Three networks in one: x, 2 x and 3 x."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Identity()

    def forward(self, x):
        return self.layer(torch.stack([x, 2 * x, 3 * x]))


def test_members_of_a_batched_model():
    x = torch.randn(10, 2, 2)
    rows = layer_rows(Members(), ["layer"], x, batch_size=3, members=3)["layer"]
    np.testing.assert_array_equal(rows, np.stack([k * x.reshape(10, 4).numpy() for k in (1, 2, 3)]))
    with pytest.raises(InputError, match=r"'layer' gives shape \(3, 8, 2, 2\).*members=b"):
        layer_rows(Members(), ["layer"], x, batch_size=8)
    with pytest.raises(InputError, match=r"\(4, n, …\) is accepted"):
        layer_rows(Members(), ["layer"], x, batch_size=8, members=4)


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        (["lstm"], r"'lstm' gives tuple.*wrap it"),
        (["act"], r"'act' is called more than once"),
        (["unused"], r"'unused' is not reached"),
        (["block"], r"'block' is not reached"),
        (["spectrum"], r"'spectrum' gives complex numbers"),
        (["acts"], r"'acts' does not exist: there are lstm, act, unused.*; did you mean 'act'\?"),
        ([3], r"layer 3 does not exist"),
        (["act", "act"], "twice"),
        ("act", "pass a list"),
        ([], "pass a list"),
    ],
)
def test_layers_that_cannot_be_recorded(layers, told):
    with pytest.raises(InputError, match=told):
        outputs_of(Odd(), layers, torch.zeros(4, 3))


def test_a_layer_of_tuples_names_its_sublayers():
    class Pair(nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x):
            return self.left(x), self.right(x)

    with pytest.raises(InputError, match=r"a sub-layer \(0\.left, 0\.right\)"):
        outputs_of(nn.Sequential(Pair()), ["0"], torch.zeros(4, 2))
    with pytest.raises(InputError, match=r"a sub-layer \(left, right\)"):
        outputs_of(Pair(), [""], torch.zeros(4, 2))


def test_a_sublayer_that_is_not_called_is_not_offered():
    """Attention reads the weights of out_proj and never calls it."""

    class Attending(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(2, 1, batch_first=True)

        def forward(self, x):
            return self.attention(x, x, x)[0]

    with pytest.raises(InputError, match=r"'attention' gives tuple.*: choose another, or wrap it$"):
        outputs_of(Attending(), ["attention"], torch.zeros(4, 3, 2))


@pytest.mark.parametrize(
    ("model", "x", "told"),
    [
        (
            nn.Linear(2, 2),
            torch.zeros(4, 2, dtype=torch.uint8),
            r"dtype torch.uint8.*x.float",
        ),
        (nn.Conv2d(1, 1, 1), torch.zeros(4, 1, 2, 2).long(), r"torch.int64.*x.float"),
        (nn.BatchNorm1d(2), torch.zeros(4, 2).long(), r"torch.int64.*x.float"),
        (nn.LSTM(2, 2), torch.zeros(4, 3, 2).long(), r"torch.int64.*x.float"),
        (nn.Embedding(3, 2), torch.zeros(4), r"torch.float32.*x.long"),
    ],
)
def test_rows_of_a_type_that_the_network_does_not_take(model, x, told):
    for look in (lambda: outputs_of(model, [""], x), lambda: LossStopping(model, x, [0] * 4)(0)):
        with pytest.raises(InputError, match=told):
            look()


class Tokens(nn.Module):
    """An embedding behind a layer that anything passes through, and that is hooked."""

    def __init__(self):
        super().__init__()
        self.ids, self.table = nn.Identity(), nn.Embedding(300, 2)

    def forward(self, x):
        return self.table(self.ids(x))


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "uint32"])
@pytest.mark.parametrize(("model", "works"), [(Tokens(), "int64"), (nn.Linear(3, 2), "float32")])
def test_small_integers_are_told_what_the_network_takes(model, works, dtype):
    """Tokens or pixels: nobody knows but the network, and what it takes is tried."""
    x = np.arange(12).reshape(4, 3).astype(dtype)
    layers = ["ids", "table"] if isinstance(model, Tokens) else [""]
    with pytest.raises(InputError, match=rf"x has dtype torch\.{dtype}.*astype\('{works}'\)"):
        Recorder(model, layers, x).record(0)
    advised = Recorder(model, layers, x.astype(works))
    advised.record(0)
    expected = outputs_of(model, [layers[-1]], torch.tensor(x.astype(works)))[layers[-1]]
    np.testing.assert_array_equal(
        advised.activations(layers[-1])[0, 0], expected.reshape(4, -1).numpy()
    )


def test_what_fails_for_another_reason_is_not_blamed_on_the_dtype():
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        outputs_of(nn.Linear(2, 2), [""], torch.zeros(4, 3))
    with pytest.raises(InputError, match="takes integers, and x has values between"):
        outputs_of(nn.Embedding(3, 2), [""], torch.full((4,), 0.5))


def test_rows_are_copied_and_finite_numbers():
    a = np.arange(6, dtype=">f4").reshape(3, 2)[::-1]
    np.testing.assert_array_equal(rows_of(np.arange(6.0).reshape(3, 2)[::-1]), a)
    x = torch.ones(3, requires_grad=True)
    rows = rows_of(x)
    assert not rows.requires_grad
    rows *= 0
    assert torch.equal(x, torch.ones(3))
    np.testing.assert_array_equal(rows_of(a), a)  # in another byte order and backwards
    assert rows_of(torch.ones(2, dtype=torch.float8_e5m2)).dtype == torch.float32
    for bad, told in (([1.0, math.nan], "NaN"), (3.0, r"shape \(\)")):
        with pytest.raises(InputError, match=told):
            rows_of(bad)


def test_models_that_cannot_be_recorded():
    with pytest.raises(InputError, match="run one batch"):
        outputs_of(nn.Sequential(nn.LazyLinear(2)), ["0"], torch.zeros(4, 2))
    with pytest.raises(InputError, match="run one batch"):
        outputs_of(nn.Sequential(nn.Linear(2, 2), nn.LazyBatchNorm1d()), ["0"], torch.zeros(4, 2))
    with pytest.raises(InputError, match=r"pass a torch\.nn\.Module"):
        outputs_of("net", ["0"], torch.zeros(4, 2))
    deep = nn.Sequential(*(nn.Identity() for _ in range(60)))
    with pytest.raises(InputError, match="and 20 more"):
        outputs_of(deep, ["x"], torch.zeros(4, 2))

    class Growing(nn.Module):
        def forward(self, x):
            return x.reshape(len(x), -1)[:, : len(x)]

    with pytest.raises(InputError, match="3 units for some rows and 2 for others"):
        layer_rows(Growing(), [""], torch.zeros(5, 8), batch_size=3)


def test_a_first_layer_that_works_in_place_leaves_the_rows_alone():
    class Triple(nn.Module):
        def forward(self, x):
            return x.mul_(3)

    x = torch.ones(4, 2)
    for _ in range(2):
        found = outputs_of(nn.Sequential(Triple()), ["0"], x)
        assert torch.equal(found["0"], 3 * torch.ones(4, 2))
    assert torch.equal(x, torch.ones(4, 2))
