"""Rises and falls of courses that are known, beside those of noise; and what the losses do."""

import re

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.compression import courses
from infoplane.chapters.compression.settings import LATENTS, LAYERS
from infoplane.chapters.compression.texts import answer
from tests.chapters.compression.test_plots import long_planes
from tests.chapters.compression.world import of_planes, world

NETWORKS = 6


def noise(quantity, layer, epoch, seed):
    """No course at all."""
    return 3 + 0.1 * np.random.default_rng([epoch, seed, LAYERS.index(layer)]).normal()


def flat():
    return of_planes(noise, NETWORKS, epochs=range(80)).assign(n=1000)


def test_a_rise_and_a_fall_are_measured_where_the_peak_is():
    """Three nats up and three down, by the other half of the networks, to the noise of .01."""
    table = courses.phases(long_planes(NETWORKS))
    assert list(table.index) == list(LAYERS)
    np.testing.assert_allclose(table["rise"], 3, atol=0.05)
    np.testing.assert_allclose(table["change after"], -3, atol=0.05)
    assert (table["rise, low"] > 2.9).all()
    assert (table["change after, high"] < -2.9).all()
    np.testing.assert_allclose(table["largest fall"], -3, atol=0.05)
    assert (abs(table["from epoch"] - 30) <= 1).all()
    assert (abs(table["to epoch"] - 60) <= 1).all()


def test_the_deepest_fall_is_each_networks_own():
    """Three nats, at epochs that differ by network, to the noise of .01."""

    def late(quantity, layer, epoch, seed):
        peak = 20 + 5 * seed
        return 4 - abs(epoch - peak) / 10 if quantity.startswith("wkl") else 3.0 + epoch / 100

    table = courses.deepest_falls(of_planes(late, 3, epochs=range(61)))
    assert table["wkl", "most"].tolist() == pytest.approx([4.0] * 4)
    assert table["wkl", "least"].tolist() == pytest.approx([3.0] * 4)
    assert (table["ksg"] == 0).all().all()


def test_a_dip_of_exact_values_is_measured_within_networks():
    """L2 falls by half a nat, more so in each further network, and is a nat higher in the end."""
    planes = of_planes(noise, 3, epochs=(0, 1, 2)).assign(n=1000)
    looks = {0: 0.0, 1: -0.5, 2: 1.0}
    of_layer = [
        [[10 * seed + (looks[epoch] - 0.1 * seed * (epoch == 1)) * (layer == 0)] * 2
         for layer in range(4)]
        for seed, epoch in zip(planes["seed"], planes["epoch"], strict=True)
    ]  # fmt: skip
    every = {name: [[[0.01] * 2] * 4] * len(planes) for name in ("exact_x_std", "exact_y_std")}
    shares = [[1.0, 4.0]] * len(planes)
    planes = planes.assign(exact_x=of_layer, exact_y=of_layer, shares=shares, **every)
    table = courses.dips(planes)
    row = table.loc["L2"]
    assert (row["at epoch"], row["fallen"], row["networks"]) == (1, 3, 3)
    # of -0.5, -0.6, -0.7: whatever the levels of networks are
    half = 4.30265 * 0.1 / np.sqrt(3)
    fall = row["fall"], row["fall, low"], row["fall, high"]
    assert fall == pytest.approx((-0.6, -0.6 - half, -0.6 + half))
    assert (row["rise"], row["change"]) == pytest.approx((1.6, 1.0))
    assert (table.loc["L3":, ["fall", "rise", "change", "fallen"]] == 0).all().all()
    found = courses.sure_dips(planes)
    assert list(found.index) == ["L2"]


def test_of_noise_no_phase_is_sure():
    table = courses.phases(flat())
    # four layers and two quantities at 95 %: more than three wrong ones of eight are hardly seen
    wrong = (table["rise, low"] > 0).sum() + (table["change after, high"] < 0).sum()
    assert wrong <= 3


def test_two_networks_have_no_interval():
    table = courses.phases(long_planes(2))
    assert table["rise, low"].isna().all()
    assert "no rise or fall" in answer(world(networks=2) | {"planes": long_planes(2)})


def test_falls_of_filtered_noise_are_those_that_noise_is_said_to_have():
    table = courses.swings_table(flat())
    # as many as white noise makes, and not more than its 95 % quantile but for one in twenty
    assert (table["filtered"] <= table["of noise, 95 %"] + 1).all()
    assert (table["filtered"] > 2).all()
    np.testing.assert_allclose(table["noise, nats"], 0.1 / np.sqrt(NETWORKS), rtol=0.4)


def test_one_fall_is_one_fall():
    table = courses.swings_table(long_planes(NETWORKS))
    assert (table["filtered"] == 1).all()


def test_what_the_losses_do_after_the_peak():
    epochs = np.arange(61)
    training = pd.DataFrame(
        {
            "train_loss": [(2 - epochs / 60).tolist()] * 2,
            "test_loss": [(2 - epochs / 120).tolist()] * 2,
        }
    )
    table = courses.generalisation({"planes": long_planes(), "training": training})
    assert (abs(table["peak"] - 30) <= 2).all()
    np.testing.assert_allclose(table["I"], -3, atol=0.1)
    rest = 60 - table["peak"]
    np.testing.assert_allclose(table["test loss"], -rest / 120)
    np.testing.assert_allclose(table["gap"], rest / 120)


def test_the_answer_is_of_the_records():
    frames = world() | {"planes": long_planes(NETWORKS)}
    told = answer(frames).splitlines()
    assert len(told) == 3
    # a twentieth of 0, 2.5, 5 and 10 nats is lost on codes: .22 in the mean
    assert "by 0.22 nats for Gaussian bumps" in told[0]
    assert "surely rises in L2, L3, L4 and L5, and ends surely below its peak in L2, L3" in told[2]
    # the noise of .01 is in the deepest falls
    assert re.search(r"deepest in L\d, by 3\.0\d nats by WKL and 3\.0\d by KSG", told[2])
    # of KSG a tenth on codes and a half on pixels: of 0, 2.5, 5 and 10 nats 4.375 in the mean
    assert (
        "on codes and on pixels, of 500 pairs both, by 0.4 and 2.2, and by 0.4 and 2.2" in told[0]
    )


@pytest.mark.parametrize("networks", [4, 5])
def test_halves_of_four_networks_are_enough_for_an_interval(networks):
    assert courses.phases(long_planes(networks))["rise, low"].notna().all()


def test_the_answer_leaves_out_what_was_not_tried():
    frames = world() | {"planes": long_planes(NETWORKS)}
    wide = frames["sizes"]["code_dim"] > frames["sizes"]["kind"].map(LATENTS)
    told = answer(frames | {"sizes": frames["sizes"][wide]})
    assert len(told.splitlines()) == 2
    assert "column fewer" not in told
