"""Chapter 08: what a run of MINE keeps, and that warm starts are what they say."""

import json
import math

import numpy as np
import pytest
import torch

from infoplane.chapters.lenet_mine import ascents
from infoplane.chapters.lenet_mine.settings import WIDTHS
from infoplane.records.store import plain

RUN = {
    "dataset": "digits", "optimiser": "adam", "batch": 32, "rate": 3e-4, "epoch": 0,
    "layer": "relu3", "target": "y", "critic": "concatenated", "hidden": 10, "noise": 0.5,
    "rows": 300, "passes": 10, "mine_batch": 50, "mine_rate": 1e-2, "marginals": "permutation",
}  # fmt: skip


@pytest.fixture(autouse=True)
def layers(monkeypatch):
    """Layers as a network would have them that knows the label: no training, and known rows."""

    def layer_at(configs, epoch, layer, x, *, device="cpu"):
        seen = x[:, :500] if layer == "relu3" else x[:, :1].expand(-1, WIDTHS[layer])
        return torch.stack([seen * (1 + config.get("network", 0)) for config in configs])

    monkeypatch.setattr(ascents, "layer_at", layer_at)


def configs(*seeds, **changed):
    return [{**RUN, **changed, "network": s, "seed": s} for s in seeds]


def test_it_is_a_record_and_its_noise_is_in_the_layers_unit():
    found = ascents.ascent(configs(0, 1))
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    # the second network's layer is twice the first's, and so is its noise
    assert found[1]["sigma"] == pytest.approx(2 * found[0]["sigma"], rel=1e-3)
    for one in found:
        assert len(one["curve"]) == 60  # of as many steps: 10 passes of 300 / 50 batches
        assert one["value"] == pytest.approx(np.mean(one["curve"][-6:]), abs=1e-4)
        assert one["held_out"] < math.log(10) + 0.2


def test_an_explosion_is_kept_as_one():
    (found,) = ascents.ascent(configs(0, mine_rate=1e3, noise=0.0, target="x"))
    assert found["word"] == "exploding"
    assert found["finite"] is False
    assert found["value"] is None
    assert None in found["curve"]
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("critic", ["concatenated", "rectified", "convolutional"])
def test_every_critic_of_the_table_runs_between_image_and_layer(critic):
    options = {"target": "x", "critic": critic, "passes": 1}
    (found,) = ascents.ascent(configs(0, layer="maxpool2", hidden=[6, 5], **options))
    assert math.isfinite(found["value"])


def test_a_transferred_critic_begins_where_the_last_one_ended():
    chain = {"epochs": 9, "hidden": 20, "passes": 12}
    scratch, going_on = (
        ascents.transfer(configs(0, **chain, transfer=transfer))[0] for transfer in (False, True)
    )
    assert [len(of) for of in (scratch["curves"], scratch["word"])] == [3, 3]
    assert scratch["curves"][0] == going_on["curves"][0]
    # the same layer again: a new critic begins at nothing, the old one where it was
    last = going_on["curves"][0][-1]
    assert going_on["curves"][1][0] > 0.8 * last > scratch["curves"][1][0]


def test_a_score_a_label_stays_below_what_labels_have():
    found = ascents.labelled(configs(0, 1, rows=600, steps=300))
    for one in found:
        assert 0.5 < one["value"] < math.log(10) + 3 * one["std"]
