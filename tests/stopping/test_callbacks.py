import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from infoplane.errors import InputError
from infoplane.estimators import WKL, Binning
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.prediction import Prediction
from infoplane.plane import estimates as plane
from infoplane.stopping.callbacks import InformationStopping, LossStopping
from infoplane.stopping.rule import after_peak, stop_at
from tests.stopping.scripts import Script, Y, run

# As document 002 has it: bins, for which beta is large, or else there is a burn-in.
BINNED = {"estimator": Binning(bins=30, limits=(0.0, 1.0)), "beta": 50.0, "burn_in": "peak"}


def random_script(rng, epochs, n=40, classes=3):
    """Outputs of any sharpness, so that I(X;Yhat) goes up and down."""
    scale = rng.exponential(2.0, size=(epochs, 1, 1)) * rng.integers(0, 2, size=(epochs, 1, 1))
    return Script(list(scale * rng.normal(size=(epochs, n, classes))))


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


def test_the_doubts_of_the_estimator_are_told():
    """None where all rows get one answer, and one where each has a bin to itself."""
    p = (np.arange(30)[:, None] + 0.5) / 30
    script = Script([np.full((30, 2), 0.5), np.hstack([p, 1 - p])])
    options = {"every": 1, "outputs": "probabilities"}
    stopping = run(InformationStopping(script, p, np.arange(30) % 2, **BINNED, **options), script)
    same, apart = stopping.history.warnings
    assert same == ""
    assert "within 5 % of the ceiling" in apart


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


def test_an_estimator_that_refuses_the_outputs():
    """There is no density where outputs coincide."""
    x = np.random.default_rng(0).normal(size=(20, 2))
    stopping = InformationStopping(
        Script([np.eye(2)[np.arange(20) % 2]]), x, np.arange(20) % 2, estimator=WKL()
    )
    with pytest.raises(InputError, match=r"estimator=wkl gives .*=nan at epoch 5, .* copy"):
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
