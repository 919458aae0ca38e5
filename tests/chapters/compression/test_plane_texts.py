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
    assert "L2 from 0.0 to 3.0, and of the input from 0.0 to 3.0" in told
    assert "L5 from 3.0 to 6.0" in told


def waves(quantity, layer, epoch, seed):
    """Ten falls of a nat where noise is small."""
    return math.sin(2 * math.pi * epoch / 6) * (layer == LAYERS[0]) + rising("", layer, epoch, 0)


def test_more_falls_than_noise_has_are_named():
    assert plane_texts.swings({"planes": planes()}).startswith("No layer has more falls")
    assert plane_texts.swings({"planes": planes(waves)}).startswith("Only L2 has more falls")


def test_sure_falls_are_named():
    told = plane_texts.sure({"planes": planes(turning)})
    assert "L5 has a fall on the way that is sure over networks" in told
    assert "L5 has a fall from the peak to the end that is" in told
    told = plane_texts.sure({"planes": planes()})
    assert "no layer has a fall from the peak to the end" in told
    assert "Of 2 networks" in plane_texts.sure({"planes": planes(networks=2)})


def test_a_fall_belongs_to_whoever_sees_it():
    told = plane_texts.falls({"planes": planes(by_wkl_alone)})
    assert "WKL sees L5 fall in every network, by 1.50 to 1.50 nats" in told
    assert "never fall from one look" in told
    assert told.endswith("For the most part this fall is the estimator's.")
    told = plane_texts.falls({"planes": planes(turning)})
    assert "sees 100 % of that" in told
    assert told.endswith("The fall is seen by both.")


def test_exact_values_that_fall_leave_it_open():
    made = planes(by_wkl_alone)
    exact = [
        [[1.0 - epoch / 10 for _ in shares] for _ in LAYERS]
        for epoch, shares in zip(made["epoch"], made["shares"], strict=True)
    ]
    told = plane_texts.falls({"planes": made.assign(exact_x=exact)})
    assert "fall somewhere as well" in told
    assert told.endswith("The two do not agree on whose it is.")


def test_what_is_lost_after_the_peak_and_what_the_losses_do():
    told = plane_texts.after(world())
    assert told.startswith("No layer loses more after the peak")
    assert "rises behind no peak" in told
    assert "neither compress at the end nor overfit" in told
    told = plane_texts.after(world(turning, test=course(2, 0.5, 1)))
    assert told.startswith("L5 alone loses more after the peak")
    assert "rises behind the peak of L5" in told
    assert "neither" not in told


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


def test_layers_at_their_ceiling_are_named():
    top = math.log(100)
    own = pd.DataFrame({"exact": [[top] * 4] * 2, "n": 100})
    assert plane_texts.own({"own": own}).startswith("Every layer is at log N")
    own = pd.DataFrame({"exact": [[top, top, 1.0, None]] * 2, "n": 100})
    assert plane_texts.own({"own": own}).startswith("L2, L3 have the value log N")
    own = pd.DataFrame({"exact": [[1.0] * 4] * 2, "n": 100})
    assert plane_texts.own({"own": own}).startswith("No layer has the value log N")


def test_exact_changes_have_their_interval():
    told = plane_texts.exact({"planes": planes()})
    assert "with σ = 1 rms changes" in told
    assert "L2 by +0.00 [+0.00, +0.00]" in told
    unknown = planes(exact=lambda i, share: None)
    assert plane_texts.exact({"planes": unknown}) == ""


def test_codes_fit_best_where_least_is_outside():
    told = plane_texts.outside({"planes": planes()})
    assert "leaves out 47 % of their variance" in told
    assert "20 to 50 %" not in told  # the last layer's has grown again
    assert "neither before it nor at its end, of L5:" in told


def test_one_look_at_exact_values_says_nothing_of_their_course():
    made = planes(by_wkl_alone)
    first = made["epoch"] == 0
    nothing = {"shares": [], **{f"exact_{name}": [[]] * 4 for name in ("x", "y", "x_std", "y_std")}}
    once = made.assign(
        **{
            name: [of if here else none for of, here in zip(made[name], first, strict=True)]
            for name, none in nothing.items()
        }
    )
    assert plane_texts.exact({"planes": once}) == ""
    assert "exact" not in plane_texts.falls({"planes": once})


def test_a_fall_that_some_networks_lack_is_not_said_of_all():
    def some(quantity, layer, epoch, seed):
        return by_wkl_alone(quantity, layer, epoch, seed) if seed else epoch / 10

    assert "L5 fall in some networks and not in others, by 0.00 to 1.50" in plane_texts.falls(
        {"planes": planes(some)}
    )
    never = plane_texts.falls({"planes": planes(lambda quantity, layer, epoch, seed: epoch / 10)})
    assert never == "No layer ever falls in any network, by WKL."
