import copy
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators import WKL, Binning
from infoplane.estimators.prediction import Prediction
from infoplane.plane import estimates as plane
from infoplane.stopping.callbacks import InformationStopping, LossStopping
from infoplane.stopping.rule import after_peak, stop_at

# As document 002 has it: bins, for which beta is large, or else there is a burn-in.
BINNED = {"estimator": Binning(bins=30, limits=(0.0, 1.0)), "beta": 50.0, "burn_in": "peak"}


class Script(nn.Module):
    """Gives outputs[clock], whatever the rows; the clock is its state."""

    def __init__(self, outputs):
        super().__init__()
        self.outputs = [torch.as_tensor(out) for out in outputs]
        self.register_buffer("clock", torch.tensor(0))

    def forward(self, x):
        return self.outputs[int(self.clock)][: len(x)]


def run(stopping, script, *, stop=True):
    """Go through the script, an output an epoch."""
    for epoch in range(len(script.outputs)):
        script.clock.fill_(epoch)
        if stopping(epoch) and stop:
            break
    return stopping


def random_script(rng, epochs, n=40, classes=3):
    """Outputs of any sharpness, so that I(X;Yhat) goes up and down."""
    scale = rng.exponential(2.0, size=(epochs, 1, 1)) * rng.integers(0, 2, size=(epochs, 1, 1))
    return Script(list(scale * rng.normal(size=(epochs, n, classes))))


def network():
    """All that a check could disturb: dropout, batch statistics, noise in every mode."""

    class Noise(nn.Module):
        def forward(self, h):
            return h + 0.1 * torch.randn_like(h)

    torch.manual_seed(3)
    body = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.3), Noise())
    return nn.Sequential(body, nn.BatchNorm1d(8), nn.Linear(8, 2))


def rows(n=64):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    return x, (x[:, 0] + rng.normal(size=n) > 0).astype(np.int64)


def same(one, other):
    assert one.keys() == other.keys()
    return all(torch.equal(one[name], other[name]) for name in one)


def train(model, epochs, callback=None):
    """Plain training on the global random stream; the state after every epoch, and the loss."""
    x, y = map(torch.as_tensor, rows())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.03)
    model.train()
    model[1].eval()  # one submodule in another mode than the rest
    torch.manual_seed(1)
    states = []
    for epoch in range(epochs):
        for part in torch.randperm(len(x)).split(16):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[part]), y[part]).backward()
            optimiser.step()
        states.append(copy.deepcopy(model.state_dict()))
        if callback is not None and callback(epoch):
            break
    return states, [p.grad.clone() for p in model.parameters()], torch.get_rng_state()


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    beta=st.sampled_from([0.0, 1.5, 50.0]),
    patience=st.integers(1, 5),
    checks=st.integers(1, 6),
    burn_in=st.sampled_from(["peak", 0, 4, 30]),
    compression=st.booleans(),
)
def test_online_and_offline_agree(seed, beta, patience, checks, burn_in, compression):
    rng = np.random.default_rng(seed)
    script, y = random_script(rng, 24), rng.integers(3, size=40)
    options = {"beta": beta, "every": 2, "classes": 3, "compression": compression}
    whole = InformationStopping(script, np.arange(40), y, patience=99, **options)
    curve = run(whole, script).history
    i_x, i_y = curve.information_x.to_numpy(), curve.information_y.to_numpy()
    profile = i_x * compression - beta * i_y
    start = after_peak(i_x, checks=min(checks, patience))
    if burn_in != "peak":
        start = min(burn_in // 2, len(curve) - 1)
    best, stopped = stop_at(profile, patience=patience, min_improvement=0.1, start=start)

    options |= {"burn_in": burn_in, "peak_checks": checks, "min_improvement": 0.1}
    stopping = InformationStopping(script, np.arange(40), y, patience=patience, **options)
    run(stopping, script)
    assert stopping.best_epoch == 2 * best
    assert stopping.stopped_epoch == (None if stopped < 0 else 2 * stopped)
    table = stopping.history
    assert table.profile.to_list() == pytest.approx(profile[: len(table)], abs=1e-12)
    assert table.epoch[table.best].to_list() == [stopping.best_epoch]
    stopping.restore()
    assert script.clock == stopping.best_epoch


def profile_of(out, y, **options):
    script = Script([out])
    x = np.arange(len(y), dtype=np.float32)[:, None]
    return run(InformationStopping(script, x, y, **options), script).history.iloc[0]


def entropy_of(y):
    share = np.bincount(y) / len(y)
    return -float(share @ np.log(share))


Y = np.array([0] * 5 + [1] * 3 + [2] * 2)


@pytest.mark.parametrize("beta", [0.0, 1.0, 50.0])
def test_a_constant_output_has_no_information(beta):
    told = profile_of(np.tile([0.2, -1.0, 0.4], (10, 1)), Y, beta=beta)
    found = (told.information_x, told.information_y, told.profile)
    assert found == pytest.approx((0, 0, 0), abs=1e-13)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
@pytest.mark.parametrize("beta", [0.0, 1.0, 50.0])
def test_a_perfect_output_has_the_entropy_of_the_labels(order, beta):
    """Whichever class it calls by which name."""
    told = profile_of(np.eye(3)[order][Y], Y, beta=beta, outputs="probabilities")
    h = entropy_of(Y)
    expected = (h, h, (1 - beta) * h)
    assert (told.information_x, told.information_y, told.profile) == pytest.approx(expected)


def test_an_output_that_ignores_the_label():
    y = np.array([0, 0, 1, 1])
    told = profile_of(np.eye(2)[[0, 1, 0, 1]], y, beta=50.0, outputs="probabilities")
    assert (told.information_x, told.information_y) == pytest.approx((math.log(2), 0), abs=1e-15)
    assert told.profile == pytest.approx(math.log(2))


def test_without_the_compression_only_the_label_counts():
    out = np.random.default_rng(0).normal(size=(10, 3))
    both, one = (profile_of(out, Y, beta=7.0, compression=c) for c in (True, False))
    assert one.information_x == both.information_x > 0
    assert one.profile == -7 * one.information_y
    assert both.profile == both.information_x - 7 * both.information_y


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(10, 60), scale=st.floats(0.01, 20))
def test_the_chain_of_inequalities(seed, n, scale):
    """0 <= I(Yhat;Y) <= I(X;Yhat) <= log n, by the data processing inequality, and log 3."""
    rng = np.random.default_rng(seed)
    told = profile_of(scale * rng.normal(size=(n, 3)), rng.integers(3, size=n), classes=3)
    i_x, i_y = told.information_x, told.information_y
    assert -1e-12 <= i_y <= min(i_x, math.log(3)) + 1e-12
    assert i_x <= math.log(n) + 1e-12


@pytest.mark.parametrize("trained", [0, 1])
def test_beta_decides_whether_trained_is_better_than_untrained(trained):
    """If and only if I(X;Yhat) < beta I(Yhat;Y)."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=50)
    script = Script([np.zeros((50, 2)), rng.normal(size=(50, 2)) + 2 * np.eye(2)[y]])
    last = InformationStopping(script, np.arange(50), y, every=1, burn_in=1, patience=9)
    i_x, i_y = run(last, script).history.loc[1, ["information_x", "information_y"]]
    beta = i_x / i_y * (1.01 if trained else 0.99)
    stopping = InformationStopping(
        script, np.arange(50), y, beta=beta, every=1, burn_in=0, patience=9
    )
    assert run(stopping, script).best_epoch == trained


def test_logits_their_shift_and_probabilities_are_one_output():
    logits = torch.as_tensor(np.random.default_rng(0).normal(size=(10, 3)))
    told = [
        profile_of(logits, Y),
        profile_of(logits + torch.arange(10)[:, None], Y),
        profile_of(logits.softmax(1), Y, outputs="probabilities"),
    ]
    assert told[0].information_x > 0
    for other in told[1:]:
        found = other[list(InformationStopping.columns)].to_list()
        assert found == pytest.approx(told[0][list(InformationStopping.columns)].to_list())


@pytest.mark.parametrize("estimator", [Binning(bins=4, limits=(0, 1)), Binning(5, mode="mass")])
def test_any_estimator_on_the_output(estimator):
    rng = np.random.default_rng(0)
    y, logits = rng.integers(3, size=60), rng.normal(size=(60, 3))
    told = profile_of(logits, y, estimator=estimator)
    out = torch.as_tensor(logits).softmax(1)
    expected = [estimator.estimate(other, out).value for other in (np.arange(60), y)]
    assert [told.information_x, told.information_y] == pytest.approx(expected, abs=1e-12)


def test_the_loss_is_the_cross_entropy():
    rng = np.random.default_rng(0)
    logits = torch.as_tensor(5 * rng.normal(size=(10, 3)))
    loss = nn.functional.cross_entropy(logits, torch.as_tensor(Y))
    for out, kind in ((logits, "logits"), (logits.softmax(1), "probabilities")):
        stopping = LossStopping(Script([out]), np.arange(10), Y, outputs=kind)
        assert stopping(0) is False
        assert stopping.history.loss[0] == pytest.approx(float(loss), rel=1e-12)
    wrong = LossStopping(Script([1e4 * np.eye(3)[(Y + 1) % 3]]), np.arange(10), Y)
    assert not wrong(0)
    assert 700 < wrong.history.loss[0] < 710  # -log of the smallest normal float64


def test_it_stops_after_exactly_so_many_checks():
    """Losses log 2, 0, then log 2 again: the best is epoch 3, and five checks of 3 epochs pass."""
    flat, sure = np.zeros((4, 2)), 800 * np.eye(2)[[0, 1, 0, 1]]
    script = Script([flat, flat, flat, sure] + [flat] * 30)
    stopping = LossStopping(script, np.arange(4), [0, 1, 0, 1], every=3, patience=5)
    answers = []
    for epoch in range(25):
        script.clock.fill_(epoch)
        answers.append(stopping(epoch))
    assert answers == [False] * 18 + [True] * 7
    assert (stopping.best_epoch, stopping.stopped_epoch) == (3, 18)
    assert stopping.history.columns.to_list() == ["epoch", "loss", "best"]
    assert stopping.history.epoch.to_list() == [0, 3, 6, 9, 12, 15, 18]
    assert stopping.reason == (
        "stopped at epoch 18: 5 checks without the loss falling below 0, its value at epoch 3"
    )


def test_a_peak_takes_no_longer_to_pass_than_patience_lasts():
    """Four patterns that ignore the label, the label itself twice, eight that ignore it."""
    i = np.arange(16)
    first, last = (((2 * (i // width) + 1) / 30)[:, None] for width in (4, 2))
    first, last = (np.hstack([p, 1 - p]) for p in (first, last))
    label = np.eye(2)[i % 2]
    script = Script([first, label, label, last, last, last])
    options = {"every": 1, "outputs": "probabilities", "patience": 2, "peak_checks": 4}
    stopping = run(InformationStopping(script, i, i % 2, **BINNED, **options), script)
    told = stopping.history.information_x / math.log(2)
    assert told.to_list() == pytest.approx([2, 1, 1, 3])
    assert (stopping.best_epoch, stopping.stopped_epoch) == (1, 3)


def test_the_reason_of_the_profile():
    flat, sure = np.zeros((4, 2)), 800 * np.eye(2)[[0, 1, 0, 1]]
    script = Script([flat] * 4 + [sure] + [flat] * 9)
    options = {"every": 1, "patience": 3, "min_improvement": 0.5}
    stopping = InformationStopping(script, np.arange(4), [0, 1, 0, 1], **BINNED, **options)
    assert stopping.reason == "not stopped: there was no check yet"
    for epoch, told in enumerate(
        [
            "not stopped by epoch 3: I(X;Yhat) has not passed its maximum, 0 at epoch 3: fewer "
            "than 2 checks in a row lie below it",
            "stopped at epoch 7: 3 checks without I(X;Yhat) - 50 I(Yhat;Y) falling by more than "
            "0.5 below -33.96, its value at epoch 4",
        ]
    ):
        for check in range(4 * epoch, 4 * epoch + 4):
            script.clock.fill_(check)
            stopping(check)
        assert stopping.reason == told
    late = InformationStopping(script, np.arange(4), [0, 1, 0, 1], burn_in=100)
    late(5)
    assert late.reason == "not stopped by epoch 5: the burn-in lasts until epoch 100"
    loss = LossStopping(script, np.arange(4), [0, 1, 0, 1], every=1)
    assert not loss(5)
    assert not loss(6)
    assert loss.reason == (
        "not stopped by epoch 6: 1 check of 8 without the loss falling below 0.6931, its value "
        "at epoch 5"
    )


@pytest.mark.parametrize("kind", [InformationStopping, LossStopping])
def test_training_is_the_same_bit_for_bit(kind):
    plain, watched = network(), network()
    stopping = kind(watched, *rows(), every=1, patience=999, batch_size=10)
    without = train(plain, 6)
    with_it = train(watched, 6, stopping)
    assert len(stopping.history) == 6
    for one, other in zip(without[0], with_it[0], strict=True):
        assert same(one, other)
    for one, other in zip(without[1], with_it[1], strict=True):
        assert torch.equal(one, other)
    assert torch.equal(without[2], with_it[2])
    modes = [module.training for module in watched.modules()]
    assert modes == [module.training for module in plain.modules()]
    assert len(set(modes)) == 2


def test_modes_and_streams_come_back_after_an_error():
    model = network()
    model[1].eval()
    modes, stream = [m.training for m in model.modules()], torch.get_rng_state()
    x, y = rows()
    with pytest.raises(InputError, match="2 outputs"):
        InformationStopping(model, x, y + 3)(0)
    assert [m.training for m in model.modules()] == modes
    assert torch.equal(torch.get_rng_state(), stream)


@pytest.mark.parametrize("kind", [InformationStopping, LossStopping])
def test_restore_gives_the_best_state_bit_for_bit(kind):
    model = network()
    stopping = kind(model, *rows(), every=2, patience=3)
    states, *_ = train(model, 60, stopping)
    best = states[stopping.best_epoch]
    assert stopping.best_epoch < len(states) - 1
    assert not same(model.state_dict(), best)
    train(model, 3)  # a kept state that is an alias would follow
    stopping.restore()
    assert same(model.state_dict(), best)
    with torch.no_grad():
        model[2].weight.zero_()
    stopping.restore()
    assert same(model.state_dict(), best)


def test_restore_gives_back_buffers_that_the_state_leaves_out():
    class Remembering(nn.Module):
        def __init__(self):
            super().__init__()
            for name in ("mean", "cache", "empty"):
                value = None if name == "empty" else torch.zeros(1)
                self.register_buffer(name, value, persistent=False)

        def forward(self, x):
            return x + self.mean

    model = nn.Sequential(Remembering())
    stopping = LossStopping(model, np.zeros((4, 2)), [0, 1, 0, 1], every=1)
    stopping(0)
    mean = model[0].mean
    for _ in range(2):
        mean += 1
        model[0].cache = torch.ones(7)
        stopping.restore()
        assert model[0].mean is mean
        assert torch.equal(mean, torch.zeros(1))
        assert torch.equal(model[0].cache, torch.zeros(1))
        model[0].cache += 1


@pytest.mark.parametrize("kind", ["tensor", "array"])
def test_what_happens_to_the_rows_afterwards_does_not_matter(kind):
    x, y = rows()
    given = torch.as_tensor(x.copy()) if kind == "tensor" else x.copy()
    labels = torch.as_tensor(y.copy()) if kind == "tensor" else y.copy()
    model = network()
    stopping, kept = LossStopping(model, given, labels), LossStopping(model, x, y)
    given *= 0
    labels *= 0
    for each in (stopping, kept):
        each(0)
    assert stopping.history.equals(kept.history)


def test_the_doubts_of_the_estimator_are_told():
    """None where all rows get one answer, and one where each has a bin to itself."""
    p = (np.arange(30)[:, None] + 0.5) / 30
    script = Script([np.full((30, 2), 0.5), np.hstack([p, 1 - p])])
    options = {"every": 1, "outputs": "probabilities"}
    stopping = run(InformationStopping(script, p, np.arange(30) % 2, **BINNED, **options), script)
    same, apart = stopping.history.warnings
    assert same == ""
    assert "within 5 % of the ceiling" in apart


def test_rows_of_any_shape_and_any_type():
    y = np.arange(8) % 2
    images = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2))
    tokens = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2))
    rng = np.random.default_rng(0)
    floats = InformationStopping(images, rng.normal(size=(8, 1, 4, 4)), y)  # float64
    ints = InformationStopping(tokens, rng.integers(5, size=(8, 2)), torch.as_tensor(y))
    for stopping in (floats, ints):
        assert stopping(0) is False
        assert 0 <= stopping.history.information_x[0] <= math.log(8) + 1e-12


def test_parts_of_the_rows_are_all_rows():
    class Seen(nn.Identity):
        def forward(self, x):
            sizes.append(len(x))
            return x

    x, sizes = np.random.default_rng(0).normal(size=(10, 3)), []
    whole, parts = (InformationStopping(Seen(), x, Y, batch_size=b) for b in (10, 4))
    whole(0)
    parts(0)
    assert sizes == [10, 4, 4, 2]
    assert whole.history.equals(parts.history)


def test_the_estimator_sees_rows_outputs_labels_and_seed(monkeypatch):
    def estimate_layers(estimator, x, t, y, *, seeds):
        told.append((estimator, x, t, y, seeds))
        return [Estimate(3.0, 0.1, 10, "")], [Estimate(2.0, 0.1, 10, "")]

    told = []
    monkeypatch.setattr(plane, "estimate_layers", estimate_layers)
    x = np.random.default_rng(0).normal(size=(10, 1, 3)).astype(np.float32)
    estimator = Binning(7)
    stopping = InformationStopping(nn.Flatten(), x, Y, beta=4.0, estimator=estimator, seed=11)
    stopping(0)
    assert told[0][0] is estimator
    assert told[0][4] == [11]
    np.testing.assert_array_equal(told[0][1], x)
    np.testing.assert_array_equal(told[0][3], Y)
    expected = torch.as_tensor(x[:, 0], dtype=torch.float64).softmax(1)[None]
    np.testing.assert_array_equal(told[0][2], expected)
    assert stopping.history.profile[0] == 3 - 4 * 2


def test_a_network_that_works_in_place_sees_the_same_rows_again():
    class Triple(nn.Module):
        def forward(self, h):
            return h.mul_(3)

    x = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
    stopping, given = LossStopping(Triple(), x, Y, every=1), x.copy()
    for epoch in range(2):
        stopping(epoch)
    assert stopping.history.loss.nunique() == 1
    assert (x == given).all()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"x": ["a", "b", "c", "d"]}, "x has shape .* dtype <U1: pass numbers"),
        ({"x": 3.0}, r"x has shape \(\)"),
        ({"beta": -1.0}, r"beta=-1.0 is not accepted: pass a number >= 0"),
        ({"beta": math.nan}, "beta=nan"),
        ({"every": 0}, "every=0 is not accepted: pass an integer >= 1"),
        ({"patience": 0}, "patience=0"),
        ({"min_improvement": -0.1}, "min_improvement=-0.1"),
        ({"burn_in": -1}, "burn_in=-1"),
        ({"burn_in": "valley"}, "burn_in='valley' is not accepted: pass 'peak', or an epoch"),
        ({"peak_checks": 0}, "peak_checks=0"),
        ({"compression": 1}, "compression=1"),
        ({"outputs": "scores"}, "outputs='scores' is unknown"),
        ({"estimator": "kde"}, "estimator='kde' is no estimator"),
        ({"y": [0, 1, 0]}, "x has 4 rows and y has 3"),
        ({"x": [[1.0], [2.0], [3.0], [4.0, 5.0]]}, "same length"),
        ({"x": np.array([0.0, 1.0, np.nan, 2.0])}, "^x has values that are NaN or infinite"),
        ({"y": [0.0, 1.0, 0.5, 1.0]}, "y has values between integers, the first 0.5 at row 2"),
        ({"y": ["a", "b", "a", "b"]}, "y has dtype <U1: whole numbers are accepted"),
        ({"model": "net"}, "model=str is no network"),
        ({"model": [nn.Identity()]}, "model=list is no network"),
        ({"model": None}, "model=NoneType is no network"),
        ({"model": nn.Sequential(nn.LazyLinear(2), nn.LazyBatchNorm1d())}, "run one batch"),
        ({"y": [0, 1, -1, 1]}, "y has labels from -1 to 1"),
        ({"classes": 1}, "classes=1 is not accepted"),
        ({"classes": 2, "y": [0, 1, 2, 1]}, "labels from 0 to 2: integers from 0 to 1"),
    ],
)
def test_bad_options(options, told):
    arguments = {"model": nn.Identity(), "x": np.zeros((4, 2)), "y": [0, 1, 0, 1], **options}
    with pytest.raises(InputError, match=told):
        InformationStopping(**arguments)


@pytest.mark.parametrize(
    ("out", "options", "told"),
    [
        (np.zeros((4, 3)), {}, "3 outputs and the largest label of y asks for 2 classes"),
        (np.zeros((4, 3)), {"classes": 5}, "3 outputs and classes asks for 5 classes"),
        (np.zeros((2, 4, 2)), {}, r"shape \(2, 4, 2\) for 4 rows: .*stop_at"),
        (np.zeros(4), {}, r"shape \(4,\)"),
        (np.zeros((1, 2)), {}, r"shape \(1, 2\) for 4 rows"),
        (np.full((4, 2), np.nan), {}, "outputs at epoch 10 are NaN or infinite in 4 of 4 rows"),
        (np.full((4, 2), np.inf), {}, "outputs at epoch 10 are NaN"),
        (np.full((4, 2), np.nan), {"outputs": "probabilities"}, "outputs at epoch 10 are NaN"),
        (np.zeros((4, 2)), {"outputs": "probabilities"}, "at epoch 10 .* pass outputs='logits'"),
        (np.tile([2.0, -1], (4, 1)), {"outputs": "probabilities"}, "reach down to -1"),
    ],
)
@pytest.mark.parametrize("kind", [InformationStopping, LossStopping])
def test_bad_outputs(kind, out, options, told):
    stopping = kind(Script([out]), np.zeros((4, 2)), [0, 1, 0, 1], **options)
    with pytest.raises(InputError, match=told):
        stopping(10)
    assert stopping.history.empty


def test_an_estimator_that_refuses_the_outputs():
    """There is no density where outputs coincide."""
    x = np.random.default_rng(0).normal(size=(20, 2))
    stopping = InformationStopping(
        Script([np.eye(2)[np.arange(20) % 2]]), x, np.arange(20) % 2, estimator=WKL()
    )
    with pytest.raises(InputError, match=r"estimator=wkl gives .*=nan at epoch 5, .* copy"):
        stopping(5)


def test_a_network_that_returns_a_tuple():
    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(InputError, match="returns tuple for 4 rows"):
        InformationStopping(Pair(), np.zeros((4, 2)), [0, 1, 0, 1])(0)


def test_bad_calls():
    stopping = LossStopping(nn.Identity(), np.zeros((4, 2)), [0, 1, 0, 1])
    assert not stopping(3)  # no check
    for ask in (stopping.restore, lambda: stopping.best_epoch):
        with pytest.raises(InputError, match=r"need a check: .* multiple of every=5"):
            ask()
    with pytest.raises(InputError, match="epoch=-1"):
        stopping(-1)
    stopping(10)
    with pytest.raises(InputError, match="epoch=5 was not after epoch 10"):
        stopping(5)


def test_the_prediction_as_an_estimator():
    """Yhat drawn from the output: by hand, with Prediction itself."""
    rng = np.random.default_rng(5)
    out, y = torch.as_tensor(rng.normal(size=(60, 3))), rng.integers(3, size=60)
    row = profile_of(out, y, beta=2.0, estimator=Prediction())
    p = out.softmax(dim=1).numpy()
    of_x = Prediction().estimate(np.arange(60), p).value
    of_y = Prediction().estimate(y, p).value
    assert row.profile == pytest.approx(of_x - 2 * of_y)
    assert 0 < row.information_y < row.information_x
