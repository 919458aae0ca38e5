"""Chapter 09: what it says of the network's planes is what the records hold."""

import math

import numpy as np
import pandas as pd

from infoplane.chapters.compression import plane_texts
from infoplane.chapters.compression.settings import LAYERS
from tests.chapters.compression.world import of_planes

EPOCHS = range(61)


def rising(quantity, layer, epoch, seed):
    """Up all the time, with the noise of a network; KSG as much as WKL."""
    return LAYERS.index(layer) + 0.05 * epoch + 0.01 * math.sin(7 * epoch * epoch + 3 * seed)


def turning(quantity, layer, epoch, seed):
    """The last layer goes up, down by a nat and a half, and stays; the others rise."""
    if layer != LAYERS[-1]:
        return rising(quantity, layer, epoch, seed)
    return min(epoch, 30) / 10 - max(0, min(epoch, 45) - 30) / 10 + 0.001 * seed


def by_wkl_alone(quantity, layer, epoch, seed):
    """KSG sees all layers rise."""
    return (turning if quantity.startswith("wkl") else rising)(quantity, layer, epoch, seed)


def planes(value=rising, networks=4, exact=math.hypot):
    made = of_planes(value, networks, exact, epochs=EPOCHS)
    lost = [[0.5, 0.4, 0.3, 0.2 + (e - 20) ** 2 / 1e4] for e in made["epoch"]]
    return made.assign(n=1000, lost=lost, lost_x=0.47)


def course(*values):
    """A loss over 61 epochs through these values."""
    return list(np.interp(EPOCHS, np.linspace(0, 60, len(values)), values))


def training(test, rate=5e-5, epochs=60):
    row = {"rate": rate, "epochs": epochs, "batch": 1024, "train_loss": course(2.0, 0.5)}
    return pd.DataFrame([row | {"test_loss": test}] * 2)


def world(value=rising, test=None, **of_training):
    return {"planes": planes(value), "training": training(test or course(2.2, 0.6), **of_training)}


def test_training_is_compared_with_the_source():
    told = plane_texts.settings(world())
    assert "the rate is 5 times that, the batches have 1024 images" in told
    assert told.endswith("60 epochs: the product of rate and epochs is as in the source.")
    assert plane_texts.settings(world(epochs=120)).endswith("is 2.0 times the source's.")


def test_whether_the_test_loss_turns():
    assert plane_texts.losses(world()).startswith("The test loss falls to the end: 0.60 nats")
    assert "has its least earlier: 1.00 nats" in plane_texts.losses(world(test=course(2, 0.5, 1)))


def test_ends_are_means_over_networks():
    told = plane_texts.ends(world())
    assert "L2 goes from 0.0 to 3.0 nats of the label and from 0.0 to 3.0 of the input" in told
    assert "L5 goes from 3.0 to 6.0 nats of the label" in told


def apart(quantity, layer, epoch, seed):
    """Of the input KSG says twice what WKL says, of the label the same."""
    value = 1.0 + epoch / 100
    return 2 * value if quantity == "ksg_x" else value


def test_estimators_are_near_or_far():
    told = plane_texts.apart({"planes": planes(apart)})
    assert told.endswith("Of the label the two estimators are 0 % of their mean apart, of the "
                         "input 67 %.")  # fmt: skip
    told = plane_texts.agreement({"planes": planes(apart)})
    assert "Of the label both say nearly the same; of the input they are far apart" in told
    assert "moves by 0.6 nats in all, they are 1.3 apart" in told
    assert "of the input they say nearly the same" in plane_texts.agreement({"planes": planes()})


def test_layers_below_their_ceiling_are_named():
    top = math.log(100)
    own = pd.DataFrame({"exact": [[top] * 4] * 2, "n": 100})
    assert plane_texts.own({"own": own}).startswith("Every layer is at log N = 4.61 nats")
    own = pd.DataFrame({"exact": [[top, top, 1.0, None]] * 2, "n": 100})
    told = plane_texts.own({"own": own})
    assert "L4 1.00 and L5 an infinite value" in told
    assert "L2" not in told


def test_codes_fit_best_where_least_is_outside():
    told = plane_texts.outside({"planes": planes()})
    assert "leaves out 47 % of their variance" in told
    assert "20 to 50 %" not in told  # the last layer's has grown again
    assert "neither before it nor at its end, of L5:" in told
