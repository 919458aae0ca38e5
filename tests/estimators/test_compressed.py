"""Information between codes: what it is on known sides, and when it says that it is less."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from infoplane.datasets.image_pairs import ImagePairs
from infoplane.errors import InputError
from infoplane.estimators import KSG, WKL, Classifier, Compressed, Exact, Ross, get_estimator
from infoplane.models.autoencoders import compression

QUICK = {"steps": 800, "hidden": (64, 32), "batch_size": 64}
BUMPS = ImagePairs("bumps", nats=2.0, side=8)


def lines(n, rho=0.9, width=6, seed=0):
    """Two columns that are correlated, each spread over some by a linear map: -ln(1 - rho^2)/2."""
    rng = np.random.default_rng(seed)
    u = rng.normal(size=n)
    v = rho * u + np.sqrt(1 - rho**2) * rng.normal(size=n)
    return u, v, *(np.outer(a, rng.normal(size=width)) for a in (u, v))


def test_of_linear_maps_it_is_the_information_of_what_is_mapped():
    """PCA finds the one column again, up to sign and unit, which KSG does not mind."""
    u, v, x, z = lines(1_000)
    found = Compressed(code_dim=1, estimator=KSG(errors=None)).estimate(x, z, seed=5)
    held_out = np.random.default_rng(5).permutation(1_000)[500:]
    expected = KSG(errors=None).estimate(u[held_out], v[held_out])
    assert found.value == pytest.approx(expected.value, abs=1e-9)
    assert (found.n, found.estimator) == (1_000, "compressed")


def test_of_images_it_is_near_the_truth_and_near_what_latents_give():
    """Four standard errors of two estimators on 1500 rows, .04 each; biases of theirs below .1."""
    x, z = BUMPS.sample(3_000, seed=1)
    found = Compressed(code_dim=2, **QUICK).estimate(x, z)
    latents = WKL(weights_std=0.05).estimate(*(a[:1_500] for a in BUMPS.latents(3_000, seed=1)))
    assert abs(found.value - 2) < 0.3
    assert abs(found.value - latents.value) < 0.3
    assert not any("variance" in told or "leave out" in told for told in found.warnings)


def test_a_code_that_is_too_small_is_too_low_and_says_so():
    x, z = BUMPS.sample(2_400, seed=1)
    found = Compressed(code_dim=1, **QUICK).estimate(x, z)
    assert found.value < 1.6
    assert any("of x in 1 columns (autoencoder) loses" in told for told in found.warnings)
    assert any("what the codes leave out tells more" in told for told in found.warnings)


def test_what_is_lost_without_telling_anything_is_no_doubt_of_the_second_kind():
    """Columns of noise are lost, and told as lost variance alone."""
    rng = np.random.default_rng(5)  # not the stream of `lines`
    u, v, _, _ = lines(2_400)
    x, z = (np.column_stack([3 * a, *rng.normal(size=(3, len(a)))]) for a in (u, v))
    found = Compressed(code_dim=1, coder="pca").estimate(x, z)
    assert abs(found.value - 0.83) < 0.15
    assert sum("of its variance" in told for told in found.warnings) == 2
    assert not any("leave out" in told for told in found.warnings)


def test_an_autoencoder_that_has_not_learned_is_told_against_pca():
    _, _, x, z = lines(400)
    asked = Compressed(code_dim=1, coder="autoencoder", steps=1, hidden=(4,), estimator="ksg")
    told = asked.estimate(x, z).warnings
    assert sum("has not learned" in sentence and "PCA loses" in sentence for sentence in told) == 2
    told = dataclasses.replace(asked, coder="auto").estimate(x, z).warnings
    assert not any("has not learned" in sentence for sentence in told)


def test_small_sides_stay_as_they_are():
    u, v, x, _ = lines(600)
    one = Compressed(code_dim=1, estimator=KSG(errors=None)).estimate(x, v)
    held_out = np.random.default_rng(0).permutation(600)[300:]
    assert one.value == pytest.approx(
        KSG(errors=None).estimate(u[held_out], v[held_out]).value, abs=1e-9
    )


def test_sides_may_have_codes_of_different_size():
    x, z = BUMPS.sample(300)
    found = Compressed(code_dim=(2, 1), coder="pca", estimator="ksg").estimate(x, z)
    assert np.isfinite(found.value)


def test_code_dim_is_the_intrinsic_dimension_where_none_is_given(monkeypatch):
    seen = []
    real = compression.learn

    def spy(sets, code_dims, **options):
        seen.append(list(code_dims))
        return real(sets, code_dims, **options)

    monkeypatch.setattr(compression, "learn", spy)
    x, z = BUMPS.sample(1_200)
    Compressed(coder="pca").estimate(x, z)
    Compressed(coder="pca").estimate(x[:, :1], z)
    assert seen == [[2, 2], [2]]


def test_codes_are_learned_apart_from_each_other_and_from_the_rows_that_are_used():
    """What is learned of x does not change with z, nor with the rows of the estimate."""
    x, z = BUMPS.sample(400, seed=2)
    own = Compressed(code_dim=2, coder="pca", estimator=KSG(errors=None))
    before = own.estimate(x, z, seed=1)
    order = np.random.default_rng(1).permutation(400)
    moved = z.copy()
    moved[order[:200]] = z[np.random.default_rng(0).permutation(order[:200])]
    # PCA knows no order, but for the tenth that is kept for the choice
    assert own.estimate(x, moved, seed=1).value == pytest.approx(before.value, abs=0.15)


def test_a_column_in_another_unit_is_told_and_can_be_standardised():
    """Income beside age: the code follows what is largest, and loses nothing by variance."""
    u, v, _, _ = lines(1_000, rho=0.95)
    rng = np.random.default_rng(1)
    x, z = (np.column_stack([1e4 * rng.normal(size=1_000), a, a]) for a in (u, v))
    asked = Compressed(code_dim=1, coder="pca", estimator=KSG(errors=None))
    raw = asked.estimate(x, z)
    assert raw.value < 0.2
    assert sum("times as large as columns typically are" in told for told in raw.warnings) == 2
    found = dataclasses.replace(asked, margins="standardized").estimate(x, z)
    # of three columns two are one, which a code of one follows: 1.16 nats, less what KSG misses
    assert found.value > 0.9
    assert not any("times as large" in told for told in found.warnings)


def test_a_line_that_tells_is_found_behind_one_that_does_not():
    rng = np.random.default_rng(0)
    a = 2 * np.pi * rng.random(3_000)
    b = 2 * a + 0.2 * rng.normal(size=3_000)
    x, z = (
        np.column_stack([8 * rng.normal(size=3_000), 3 * rng.normal(size=3_000), np.cos(t),
                         np.sin(t)])
        for t in (a, b)
    )  # fmt: skip
    found = Compressed(code_dim=1, coder="pca", estimator="ksg").estimate(x, z)
    assert any("what the codes leave out tells more" in told for told in found.warnings)


def test_few_rows_say_what_they_cannot_see():
    x, z = BUMPS.sample(400)
    found = Compressed(code_dim=1, coder="pca", estimator="ksg").estimate(x, z)
    assert any("200 rows are too few to see" in told for told in found.warnings)


def test_a_second_opinion_where_weights_err_low():
    x, z = ImagePairs("rectangles", nats=0.0).sample(2_000)
    found = Compressed(code_dim=8, coder="pca").estimate(x, z)
    assert found.value < -0.2
    assert any("wkl finds" in told and "and ksg, which errs low" in told for told in found.warnings)


def test_a_code_with_a_column_too_many_has_no_density():
    """A circle in a plane: WKL loses its ground, and says so; KSG does not mind."""
    rng = np.random.default_rng(3)
    a = 2 * np.pi * rng.random(2_000)
    b = a + 0.5 * rng.normal(size=2_000)
    x, z = (np.outer(np.cos(t), [1, 0.1, 0]) + np.outer(np.sin(t), [0, 1, 0.1]) for t in (a, b))
    wkl = Compressed(code_dim=2, coder="pca").estimate(x, z)
    assert sum("of its 2 dimensions, where there is no density" in t for t in wkl.warnings) == 2
    ksg = Compressed(code_dim=2, coder="pca", estimator="ksg").estimate(x, z)
    assert not any("no density" in told for told in ksg.warnings)
    noise = Compressed(code_dim=2, coder="pca").estimate(*rng.normal(size=(2, 2_000, 4)))
    assert not any("no density" in told for told in noise.warnings)


def test_columns_of_rounding_are_no_columns_of_a_code():
    _, _, x, z = lines(800, width=10)
    found = Compressed(code_dim=3, coder="pca", estimator="ksg").estimate(x, z)
    assert found.history["code_dim"].tolist() == [1, 1]
    assert sum("lies in 1 dimensions" in told for told in found.warnings) == 2


def test_what_was_done_is_in_the_history():
    x, z = BUMPS.sample(300)
    found = Compressed(code_dim=(3, 2), coder="pca", estimator="ksg").estimate(x, z)
    assert found.history["code_dim"].tolist() == [3, 2]
    assert found.history["rows"].tolist() == [150]
    assert (found.history["lost"] > 0).all()


def test_columns_of_codes_are_not_called_by_names_of_the_data():
    x, z = BUMPS.sample(400)
    x = np.exp(30 * x)  # heavy tails
    table = pd.DataFrame(x, columns=[f"pixel{i}" for i in range(64)])
    found = Compressed(code_dim=2, coder="pca", estimator="ksg").estimate(table, z)
    of_codes = [told for told in found.warnings if "of the code of x" in told]
    assert of_codes
    assert not any("'pixel0'" in told or "pass margins=" in told for told in of_codes)


def test_by_name_as_on_the_command_line():
    found = get_estimator("compressed", code_dim=3, estimator="ksg")
    assert found == Compressed(code_dim=3, estimator="ksg")
    assert found.inner == KSG()


IMAGES = BUMPS.sample(200)[0]


@pytest.mark.parametrize(
    ("x", "z", "options", "match"),
    [
        (IMAGES, IMAGES[::-1], {"code_dim": 64}, "code_dim=64 leaves nothing to compress in 64"),
        (IMAGES[:, :2], IMAGES[:, 2:4], {}, "code_dim=None leaves nothing to compress in 2 and 2"),
        (np.ones((200, 9)), IMAGES, {}, r"x has equal rows only \(constant images"),
        (IMAGES, np.arange(200) % 3, {}, "z holds labels.* ross or classifier"),
        (IMAGES, np.array(["a", "b"] * 100), {}, "z holds text"),
        (IMAGES[:59], IMAGES[:59], {}, "59 rows: at least 60"),
        (
            IMAGES,
            IMAGES,
            {"train_fraction": 0.05, "code_dim": 2},
            "10 rows are there to learn",
        ),
    ],
)
def test_bad_input_is_refused_with_a_way_out(x, z, options, match):
    with pytest.raises(InputError, match=match):
        Compressed(**options).estimate(x, z)


def test_groups_are_refused_with_the_reason():
    with pytest.raises(InputError, match="groups is not used by compressed, which deals"):
        Compressed(code_dim=1).estimate(IMAGES, IMAGES[::-1], groups=np.arange(200))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"code_dim": 0}, "code_dim=0"),
        ({"code_dim": (1, 2, 3)}, r"code_dim=\(1, 2, 3\)"),
        ({"code_dim": (1, 0)}, r"code_dim=\(1, 0\)"),
        ({"estimator": "kgs"}, "estimator='kgs' does not exist.*did you mean 'ksg'"),
        ({"estimator": Exact(noise_std=1.0)}, "estimator=Exact"),
        ({"estimator": Compressed(code_dim=1)}, "estimator=Compressed"),
        ({"estimator": 3}, "estimator=3"),
        ({"estimator": Ross()}, "estimator=Ross"),  # codes are no labels
        ({"estimator": Classifier()}, "estimator=Classifier"),
        ({"margins": "asinh"}, "margins='asinh'"),
        ({"code_dim": (None, 0)}, r"code_dim=\(None, 0\).*a pair of them such as \[2, 3\]"),
        ({"train_fraction": 1.0}, "train_fraction=1.0"),
        ({"coder": "vae"}, "coder='vae'"),
        ({"steps": 0}, "steps=0"),
        ({"hidden": 5}, "hidden=5"),
    ],
)
def test_options_out_of_range_are_named(options, match):
    with pytest.raises(InputError, match=match):
        Compressed(**options)
