import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from infoplane.errors import InputError
from infoplane.estimators import KSG, Binning
from infoplane.estimators.base import Estimator
from infoplane.estimators.noise import exact
from infoplane.estimators.noise.exact import Exact
from infoplane.estimators.sequence import OPENING
from infoplane.models.perceptrons import Perceptrons, fit
from infoplane.plane.recorder import Recorder
from infoplane.plane.tables import violations

N = 64
X = torch.randn(N, 2, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()


class Known(nn.Module):
    """Layers whose information is known: the input, its sign, and nothing."""

    def __init__(self):
        super().__init__()
        self.identity, self.sign, self.constant = nn.Identity(), nn.Identity(), nn.Identity()

    def forward(self, x):
        return self.constant(0 * self.sign(torch.sign(self.identity(x))))


class Scaled(nn.Module):
    """One network of several: x in the direction of its seed."""

    def __init__(self, seed, units=3):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.weight = nn.Parameter(torch.randn(2, units, generator=generator))
        self.layer = nn.Tanh()

    def forward(self, x):
        return self.layer(x @ self.weight)


class Together(nn.Module):
    """The same networks as one batched module."""

    def __init__(self, models):
        super().__init__()
        self.weight = nn.Parameter(torch.stack([model.weight for model in models]))
        self.layer = nn.Tanh()

    def forward(self, x):
        return self.layer(x @ self.weight)


@pytest.mark.parametrize("estimator", [Binning(bins=2**20), Exact(noise_std=1e-3)])
def test_layers_whose_answer_is_known(estimator):
    x = torch.arange(N)[:, None] - 15.5  # 16 rows below zero, 48 above
    recorder = Recorder(Known(), ["identity", "sign", "constant"], x, torch.arange(N) >= N / 2)
    recorder.record(0)
    table = recorder.table(estimator).set_index(["layer", "quantity"])
    h_sign = math.log(4) - 0.75 * math.log(3)
    left = 0.75 * (math.log(3) - 2 / 3 * math.log(2))  # H(Y|sign): 16 and 32 of 48 rows
    known = {
        "identity": (math.log(N), math.log(2)),
        "sign": (h_sign, math.log(2) - left),
        "constant": (0, 0),
    }
    for layer, pair in known.items():
        for quantity, value in zip(("I(X;T)", "I(T;Y)"), pair, strict=True):
            assert table.loc[(layer, quantity), "value"] == pytest.approx(value, abs=1e-9)
    assert table.loc[("sign", "I(X;T)"), "ceiling"] == pytest.approx(math.log(N))
    assert table.loc[("sign", "I(T;Y)"), "ceiling"] == pytest.approx(math.log(2))
    assert violations(recorder.table(estimator))["violated"].sum() == 0


def test_the_table_is_tidy_and_each_row_is_its_own_estimate():
    models = [Scaled(seed) for seed in range(3)]
    recorder = Recorder(
        models, ["layer", ""], X, Y, seeds=[10, 11, 12], epochs=range(0, 8, 4), batch_size=10
    )
    for epoch in (4, 1, 0, 2):  # out of order, and two that were not chosen
        recorder.record(epoch)
        for model in models:
            model.weight.data *= 1.5
    assert recorder.epochs == (4, 0)
    local = KSG(errors="local")  # of half-samples the seed is another for each network
    table = recorder.table(local, seed=5)
    assert list(table) == [
        *("network", "seed", "epoch", "layer", "quantity"),
        *("estimator", "value", "std", "ceiling", "warnings"),
    ]
    keys = [
        (network, 10 + network, epoch, layer, quantity)
        for network in range(3)
        for epoch in (0, 4)
        for layer in ("layer", "")
        for quantity in ("I(X;T)", "I(T;Y)")
    ]
    assert [tuple(row) for row in table.iloc[:, :5].to_numpy()] == keys
    for row in table.itertuples():
        t = recorder.activations(row.layer)[row.network, recorder.epochs.index(row.epoch)]
        alone = local.estimate(X, t) if row.quantity == "I(X;T)" else local.estimate(t, Y)
        assert (row.value, row.std) == (alone.value, alone.std)
        assert row.warnings == "; ".join(alone.warnings)
    some = recorder.table(local, quantities=["I(T;Y)"])
    pd.testing.assert_frame_equal(some, table[table["quantity"] == "I(T;Y)"].reset_index(drop=True))


def test_rows_that_follow_each_other_are_told_once_of_a_table():
    """By inputs and labels, not layer by layer: of inputs counted up these do not show it."""
    bits = np.array([[i >> j & 1 for j in range(9)] for i in range(512)], dtype=np.float32)
    walk = np.cumsum(np.random.default_rng(0).standard_normal((512, 2)), axis=0)
    blocks = np.repeat(np.random.default_rng(1).integers(0, 2, 32), 16)
    for x, y, estimator, told in (
        (walk, blocks, KSG(errors="local"), 1),
        (walk, np.sort(blocks), KSG(errors="local"), 0),
        (walk, None, KSG(errors="local"), 0),
        (walk, blocks, Exact(noise_std=1.0), 0),
        (bits, bits.sum(axis=1) > 4, Binning(bins=4), 0),
    ):
        layer = nn.Linear(x.shape[1], 1, dtype=torch.float64)
        nn.init.constant_(layer.weight, 0.1)
        recorder = Recorder(nn.Sequential(layer, nn.Tanh()), ["0", "1"], x.astype(float), y)
        recorder.record(0)
        table = recorder.table(estimator, quantities=["I(X;T)", "I(T;Y)"][: 1 + (y is not None)])
        assert sum(doubt.startswith(OPENING) for doubt in table.attrs["doubts"]) == told
        assert [w.count(OPENING) for w in table["warnings"]] == [told] * len(table)
    alone = Binning(bins=4).estimate(recorder.activations("0")[0, 0], y)
    assert any(w.startswith(OPENING) for w in alone.warnings)  # who sees the layer alone


@dataclass(frozen=True)
class Wild(Estimator):
    """What no layer can tell: 9 nats of 64 rows, and of two labels."""

    name: ClassVar[str] = "wild"

    def _estimate(self, samples, seed, device):
        return 9.0, 0.01, (), {}


def test_what_is_above_its_ceiling_is_told_in_its_row():
    with Recorder(Scaled(0), ["layer"], X, Y) as recorder:
        recorder.record(0)
        told = recorder.table(Wild()).set_index("quantity")["warnings"]
    assert told["I(X;T)"].startswith("9.00 nats are above the ceiling, 4.16")  # log 64
    assert told["I(T;Y)"].startswith("9.00 nats are more than the entropy of z, 0.69")
    assert told["I(T;Y)"].count("what is above") == 1


def test_a_sequence_of_networks_and_one_batched_module_are_the_same():
    models = [Scaled(seed) for seed in range(4)]
    recorders = [
        Recorder(models, ["layer"], X, Y),
        Recorder(Together(models), ["layer"], X, Y, members=4),
        Recorder(nn.ModuleList(models), ["layer"], X.double().numpy(), Y.tolist()),
    ]
    for recorder in recorders:
        recorder.record(0)
    for other in recorders[1:]:
        # sums of two products, in another order
        np.testing.assert_allclose(
            other.activations("layer"), recorders[0].activations("layer"), atol=1e-6
        )
    assert recorders[0].activations("layer").shape == (4, 1, N, 3)


def test_training_is_the_same_bit_by_bit_with_a_recorder():
    def trained(record):
        model = Perceptrons([2, 4, 2], seeds=[0, 1], noise_std=0.1)
        recorder = Recorder(model, ["layer1", "layer2"], X, Y, members=2, batch_size=N)
        fit(
            model, X, Y, epochs=3, batch_size=16, learning_rate=0.1, seeds=[0, 1],
            on_epoch=recorder.record if record else None,
        )  # fmt: skip
        assert recorder.epochs == ((0, 1, 2, 3) if record else ())
        return model.state_dict().values()

    assert all(torch.equal(a, b) for a, b in zip(trained(True), trained(False), strict=True))


def test_memory_and_disk_give_the_same_table(tmp_path):
    tables = []
    for options in ({}, {"memory": 0}, {"memory": 2000}, {"memory": 0, "directory": tmp_path}):
        model = Scaled(0)
        with Recorder(model, ["layer"], X, Y, **options) as recorder:
            for epoch in range(4):
                recorder.record(epoch)
                model.weight.data *= 2
            t = recorder.activations("layer")
            assert isinstance(t, np.memmap) == bool(options)
            tables.append(recorder.table(Binning()))
        for use in (lambda: recorder.record(9), lambda: recorder.activations("layer")):
            with pytest.raises(InputError, match="closed"):
                use()
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
    assert len(list(tmp_path.glob("*.npy"))) == 1


def test_a_diverged_network_is_named_and_the_rest_is_kept():
    models = [Scaled(0), Scaled(1)]
    recorder = Recorder(models, ["layer"], X, seeds=[7, 8])
    recorder.record(0)
    models[1].weight.data[:] = math.nan
    told = r"layer 'layer' has NaN or infinite values at epoch 3 in network 1 \(seed 8\)"
    with pytest.raises(InputError, match=told):
        recorder.record(3)
    assert recorder.epochs == (0,)
    assert len(recorder.table(Binning(), quantities=["I(X;T)"])) == 2


def test_a_disk_too_small_is_said_at_the_first_record(monkeypatch):
    monkeypatch.setattr(
        "infoplane.plane.checkpoints.shutil.disk_usage", lambda _: type("usage", (), {"free": 1000})
    )
    recorder = Recorder(Scaled(0), ["layer"], X, epochs=range(1000), memory=2000)
    # 1 000 epochs of 64 rows, 3 units and 4 bytes
    with pytest.raises(InputError, match=r"1\.0 kB free, and 768\.0 kB are needed for 1000 epochs"):
        recorder.record(0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"layers": ["layr"]}, r"did you mean 'layer'\?"),
        ({"layers": "layer"}, "pass a list"),
        ({"model": []}, "at least one network"),
        ({"model": "net"}, "torch.nn.Module"),
        ({"model": [Scaled(0), nn.Tanh()]}, "'layer' does not exist"),
        ({"model": [Scaled(0)], "members": 2}, "drop one"),
        ({"members": 0}, "members=0"),
        ({"seeds": [0, 1]}, "one for each of 1 networks"),
        ({"seeds": [0.5]}, "seed=0.5"),
        ({"epochs": []}, "records nothing"),
        ({"epochs": [0, -1]}, "epoch=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"memory": -1}, "memory=-1"),
        ({"y": Y[:3]}, "one label a row"),
        ({"x": X.tolist()[0][0]}, r"x has shape \(\)"),
        ({"x": X[:1]}, "n >= 2 rows"),
        ({"x": "text"}, "pass numbers"),
        ({"x": [[1.0], [1.0, 2.0]]}, "same length"),
        ({"x": X.to(torch.complex64)}, "x has dtype torch.complex64: pass real"),
        ({"epochs": 5}, r"epochs=5 is not accepted: pass a list of integers, \[5\]"),
        ({"seeds": 5}, r"seeds=5 is not accepted"),
        ({"layers": 5}, "layers=5"),
        ({"directory": 5}, "directory=5 is no path"),
    ],
)
def test_what_is_refused_when_made(change, told):
    options = {"model": Scaled(0), "layers": ["layer"], "x": X, "y": Y} | change
    with pytest.raises(InputError, match=told):
        Recorder(**options)


@pytest.mark.parametrize("make", [torch.jit.script, lambda m: torch.jit.trace(m, X)])
@pytest.mark.filterwarnings("ignore:.torch.jit:FutureWarning")
def test_what_is_compiled_cannot_be_looked_into(make):
    with pytest.raises(InputError, match="compiled by TorchScript"):
        Recorder(make(nn.Sequential(nn.Linear(2, 3), nn.ReLU())), ["0"], X)


def test_generators_are_lists():
    models = [Scaled(0), Scaled(1)]
    recorder = Recorder(
        models, (name for name in ["layer"]), X, epochs=iter([0, 2]), seeds=iter([4, 5])
    )
    for epoch in range(3):
        recorder.record(epoch)
    assert (recorder.layers, recorder.epochs, recorder.seeds) == (("layer",), (0, 2), (4, 5))


@pytest.mark.parametrize("kind", ["tensor", "array"])
def test_what_happens_to_x_afterwards_does_not_matter(kind):
    x = X.clone() if kind == "tensor" else X.clone().numpy()
    recorder = Recorder(Scaled(0), ["layer"], x, Y)
    kept = Recorder(Scaled(0), ["layer"], X, Y)
    x *= 0
    for each in (recorder, kept):
        each.record(0)
    pd.testing.assert_frame_equal(recorder.table(KSG()), kept.table(KSG()))


def test_what_was_recorded_is_not_written_to(tmp_path):
    for options in ({}, {"directory": tmp_path}):
        recorder = Recorder(Scaled(0), ["layer"], X, **options)
        recorder.record(0)
        before = recorder.activations("layer").copy()
        if options:
            recorder.activations("layer")[:] = 0  # a map of its own
        else:
            with pytest.raises(ValueError, match="read-only"):
                recorder.activations("layer")[:] = 0
        recorder.record(1)
        np.testing.assert_array_equal(recorder.activations("layer")[:, :1], before)


def test_a_directory_is_written_to_even_if_memory_would_do(tmp_path):
    recorder = Recorder(Scaled(0), ["layer"], X, directory=tmp_path)
    recorder.record(0)
    (file,) = tmp_path.glob("*.npy")
    np.testing.assert_array_equal(np.load(file), recorder.activations("layer").swapaxes(0, 1))


def test_exact_gives_both_quantities_of_its_draws(monkeypatch):
    """One computation a layer, and the numbers of two."""
    recorder = Recorder([Scaled(0), Scaled(1)], ["layer"], X, Y)
    recorder.record(0)
    alone = [recorder.table(Exact(0.1), quantities=[q])["value"] for q in ("I(X;T)", "I(T;Y)")]
    calls, both = [], exact.both
    monkeypatch.setattr(exact, "both", lambda *a, **k: calls.append(a) or both(*a, **k))
    table = recorder.table(Exact(0.1))
    assert len(calls) == 2
    for quantity, values in zip(("I(X;T)", "I(T;Y)"), alone, strict=True):
        found = table.loc[table["quantity"] == quantity, "value"]
        assert found.to_list() == pytest.approx(values.to_list(), abs=1e-12)
    # where rows of x repeat, x is not the row, and each is asked for alone
    recorder = Recorder(Scaled(0), ["layer"], torch.cat([X, X]), torch.cat([Y, Y]))
    recorder.record(0)
    assert recorder.table(Exact(1e-4))["value"][0] == pytest.approx(math.log(N), abs=1e-9)


def test_what_is_refused_later():
    recorder = Recorder(Scaled(0), ["layer"], X)
    with pytest.raises(InputError, match="nothing is recorded"):
        recorder.table(Binning())
    recorder.record(np.int64(3))
    with pytest.raises(InputError, match="epoch=3 is recorded already"):
        recorder.record(3)
    with pytest.raises(InputError, match="epoch=True"):
        recorder.record(True)
    with pytest.raises(InputError, match="'other' was not recorded: there are layer"):
        recorder.activations("other")
    with pytest.raises(InputError, match="there is no y"):
        recorder.table(Binning())
    wide = Recorder([Scaled(0), Scaled(0, units=5)], ["layer"], X)
    with pytest.raises(InputError, match="'layer' has 3 or 5 units"):
        wide.record(0)
