"""Chapter 09: what it says of codes of images is what the records hold."""

import pandas as pd
import pytest

from infoplane.chapters.compression import texts
from infoplane.chapters.compression.settings import LATENTS
from tests.chapters.compression.world import course as level
from tests.chapters.compression.world import far, near, of_codes, of_planes, world


def falling(quantity, layer, epoch, seed):
    """Up, and down again by a nat, in every network alike but for a trace."""
    return level(quantity, layer, epoch, seed) + {0: 0.0, 1: 2.0, 2: 1.0}[epoch] + 0.001 * seed


@pytest.fixture(scope="module")
def frames():
    made = world(planes=falling)
    return {**made, "planes": made["planes"].assign(n=1000)}


def test_the_answer_has_three_lines(frames):
    told = texts.answer(frames).splitlines()
    assert len(told) == 3
    assert "by 0.22 nats for Gaussian bumps and 0.22 nats for rectangles" in told[0]
    assert "of 10 nats the value falls from 9.5 to 9.5 for Gaussian bumps" in told[1]
    assert "surely rises in L2, L3, L4 and L5, and ends surely below its peak in L2" in told[2]
    assert "falls early" not in told[2]


def test_an_early_fall_of_exact_values_is_in_the_answer(frames):
    looks, planes = {0: 3.0, 1: 2.5, 2: 4.0}, frames["planes"]
    exact = [[[looks[e] if layer == 0 else 1.0] for layer in range(4)] for e in planes["epoch"]]
    stds = [[[0.01]] * 4] * len(planes)
    planes = planes.assign(
        shares=[[1.0]] * len(planes),
        exact_x=exact,
        exact_y=exact,
        exact_x_std=stds,
        exact_y_std=stds,
    )
    told = texts.answer({**frames, "planes": planes}).splitlines()[2]
    assert "The exact value of L2 falls early, by 0.50 nats" in told


def test_without_smaller_codes_nothing_is_said_of_them(frames):
    sizes = frames["sizes"]
    larger = sizes[sizes["code_dim"] > sizes["kind"].map(LATENTS)]
    assert len(texts.answer({**frames, "sizes": larger}).splitlines()) == 2
    told = texts.columns({**frames, "sizes": larger})
    assert "one column more" in told
    assert "fewer" not in told


def test_two_networks_are_too_few_to_be_sure(frames):
    few = {**frames, "planes": of_planes(falling, 2).assign(n=1000)}
    assert "Of 2 networks no rise or fall" in texts.answer(few).splitlines()[2]


def test_shares_of_the_largest_information_are_found(frames):
    told = texts.found(frames)
    assert told.startswith(
        "Of 10 nats WKL finds on codes of 1 000 pairs 95 % of Gaussian bumps and 95 % of rectangles"
    )
    assert "KSG, of 500 pairs both, 90 % on codes and 50 % on pixels of Gaussian bumps" in told
    refused = frames["pixels"].assign(ksg=[[None] * 4] * len(frames["pixels"]))
    assert "and nothing on pixels" in texts.found({**frames, "pixels": refused})


def test_equal_rows_are_compared(frames):
    def by_rows(estimator, kind, nats, n, seed):
        return nats * (0.3 if n == 500 else 0.9)

    codes = of_codes(by_rows, 5)
    assert "30 % on codes and 50 % on pixels" in texts.found({**frames, "codes": codes})


def test_the_best_on_codes_is_one_of_those_that_had_most_pairs(frames):
    def few_alone(estimator, kind, nats, n, seed):
        return nats * (0.99 if (estimator, n) == ("cca", 500) else 0.5 + 0.1 * (estimator == "kde"))

    told = texts.best({**frames, "codes": of_codes(few_alone, 5)})
    assert told.startswith("Least off on codes are KDE for Gaussian bumps, by 1.75 nats with 1 000")


def test_no_information_has_no_share():
    assert texts.found(world(nats=[0.0])) == ""


def test_what_latents_miss_as_well_is_the_estimators():
    told = texts.errors(world())
    assert "0.22 nats by WKL on codes and 0.22 on latents" in told
    assert "So 100 to 100 % of what is missed on codes" in told
    assert "hides" not in told


def test_an_estimator_that_is_too_high_hides_what_is_lost(frames):
    def high(estimator, kind, nats, n, seed):
        return near(estimator, kind, nats, n, seed) + 0.1 * nats

    latents = of_codes(high, 5, more=None)
    assert "too high on strongly dependent latents, hides" in texts.errors(
        {**frames, "latents": latents}
    )


def better(estimator, kind, nats, n, seed):
    """On pixels as on codes, and better for WKL."""
    return nats if estimator == "wkl" else near("ksg", kind, nats, n, seed)


def test_compression_is_needed_where_pixels_are_worse(frames):
    told = texts.pixels(frames)
    assert told.startswith("For WKL it is: on pixels it is 2 nats off for Gaussian bumps")
    assert "for rectangles it needs compression (2.19 nats off, 0.44 on codes)" in told
    assert "here from 500 pairs, and errs by 3.3 and 3.3 nats" in told
    assert "always says 0 errs by 4.4" in told
    told = texts.pixels(world(pixels=better))
    assert told.startswith("For WKL it is not: on pixels it is 0 nats off")
    assert "does as well without (0.44 nats off, 0.44 on codes)" in told


def test_what_is_refused_is_said_to_be(frames):
    refused = frames["pixels"].assign(wkl=[[None, 1.0, 2.0, 3.0]] * len(frames["pixels"]))
    told = texts.pixels({**frames, "pixels": refused})
    assert "refused for some information for Gaussian bumps" in told
    refused = frames["pixels"].assign(ksg=[[None, 1.0, 2.0, 3.0]] * len(frames["pixels"]))
    assert texts.pixels({**frames, "pixels": refused}) == ""


@pytest.mark.parametrize(("scale", "how"), [(1.2, "find more"), (0.8, "find not always more")])
def test_one_encoder_finds_more_or_not(frames, scale, how):
    def one(estimator, kind, nats, n, seed):
        return scale * near(estimator, kind, nats, n, seed)

    single = of_codes(one, 5, [10.0], [1000], encoders="one")
    told = texts.single({**frames, "single": single})
    assert how in told
    assert f"from 7.0 to {7 * scale:.1f} nats for Gaussian bumps" in told


def test_columns_are_told_by_both_estimators(frames):
    def less(estimator, kind, nats, n, seed):
        return 0.3 * nats

    sizes = pd.concat(
        [of_codes(less, 5, [10.0], [1000], -1), of_codes(far_codes, 5, [10.0], [1000], 1)]
    )
    told = texts.columns({**frames, "sizes": sizes})
    assert "one column fewer the value goes, for Gaussian bumps, from 9.5 to 3.0 by WKL" in told
    assert "one column more the value goes, for Gaussian bumps, from 9.5 to 6.0 by WKL" in told
    assert texts.columns({**frames, "sizes": sizes[:0]}) == ""


def far_codes(estimator, kind, nats, n, seed):
    return far(estimator if estimator in ("wkl", "ksg") else "mine", kind, nats, n, seed)


def test_variance_that_is_lost_is_said_beside_principal_components(frames):
    told = texts.lost(frames)
    assert "lose less of the variance" in told
    assert "20.0 % against 50 % for Gaussian bumps" in told
    worse = frames["codes"].assign(pca=[[0.1, 0.1]] * len(frames["codes"]))
    assert "lose not always less" in texts.lost({**frames, "codes": worse})


def test_the_columns_nearest_to_the_truth_are_named(frames):
    """One too many by WKL is exact; by KSG all are a tenth off, and the fewest come first."""

    def exact(estimator, kind, nats, n, seed):
        return nats if estimator == "wkl" else near(estimator, kind, nats, n, seed)

    sizes = pd.concat(
        [of_codes(near, 5, [10.0], [1000], -1), of_codes(exact, 5, [10.0], [1000], 1)]
    )
    told = texts.curve({**frames, "sizes": sizes})
    assert "for Gaussian bumps, drawn from 2 numbers, 3 by WKL and 1 by KSG" in told
    assert "for rectangles, drawn from 4 numbers, 5 by WKL and 3 by KSG" in told
    assert "a line for each true value, 10 nats." in told
    assert texts.curve({**frames, "sizes": sizes[:0]}) == ""
