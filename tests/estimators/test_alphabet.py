"""Text is a label, for every estimator and on either side: never its place in the alphabet."""

import re

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import Ross
from infoplane.plane import estimate_layers
from tests.inputs.doors import DOORS, EVERY, LABELS, NEURAL, N, X, Z

WORDS = np.array(["ant", "bee", "cat"])[LABELS]
NAMES = np.array([f"{i:02d}" for i in np.random.default_rng(1).permutation(N)])


def renamed(words):
    """The same labels under names in another order of the alphabet."""
    values, codes = np.unique(words, return_inverse=True)
    other = np.random.default_rng(2).permutation(len(values))
    return np.array([f"n{i:03d}" for i in other])[codes]


def answer(estimator, name, x, z):
    """The value, or for a critic what it would see, in whichever order; or why there is none."""
    try:
        if name not in NEURAL:
            return [estimator.estimate(x, z).value]
        samples = estimator.check(x, z)
        return [np.sort(a.astype(float), axis=1) for a in (samples.x, samples.z)]
    except InputError as error:
        return str(error)


OTHERS = {"numbers": Z[:, 0], "labels": LABELS, "counts": np.arange(N), "words": WORDS}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("words", [WORDS, NAMES, WORDS[:, None], WORDS.astype(object)])
@pytest.mark.parametrize("other", OTHERS)
def test_the_alphabet_is_no_axis(name, words, other):
    """Of what labels are called nothing may depend, for any estimator, on any side."""
    beside = DOORS["prediction.z"].good if name == "prediction" else OTHERS[other]
    for swap in (1, -1):
        before, after = (
            answer(EVERY[name], name, *(w, beside)[::swap]) for w in (words, renamed(words))
        )
        if isinstance(before, str) or isinstance(after, str):
            # which word an error names is no matter of measuring
            assert re.sub(r"class \w+", "", before) == re.sub(r"class \w+", "", after)
        else:
            for a, b in zip(before, after, strict=True):
                np.testing.assert_allclose(a, b, atol=1e-12)


@pytest.mark.parametrize("name", sorted(EVERY.keys() - NEURAL))
def test_the_alphabet_is_no_axis_of_a_plane(name):
    layer = DOORS["prediction.z"].good if name == "prediction" else X
    asked = {"seeds": [0], "quantities": ["I(T;Y)"]}
    found = []
    for words in (WORDS, renamed(WORDS)):
        try:
            of_y = estimate_layers(EVERY[name], X, layer[None], words, **asked)[1]
            found.append(of_y[0].value)
        except InputError as error:
            found.append(str(error))
    if name in ("cca", "ksg"):
        assert found[0] == found[1]
        assert found[0].startswith(f"I(T;Y): z holds text, which {name} cannot measure")
    else:
        assert found[0] == pytest.approx(found[1], abs=1e-12)


def test_text_goes_to_ross_as_the_label_whichever_side_it_is_on():
    x, words = np.arange(N) ** 2, WORDS
    value = Ross().estimate(x.astype(float), LABELS).value
    assert Ross().estimate(words, x).value == Ross().estimate(x, words).value == value
    with pytest.raises(InputError, match="x and z both hold text, and ross needs numbers"):
        Ross().estimate(words, NAMES)


def test_a_critic_that_is_given_too_many_words_does_not_call_them_integers():
    many = [str(i) for i in range(120)]
    with pytest.raises(InputError, match=r"x has 120 distinct words, taken for labels: .* merge"):
        EVERY["mine"].estimate(many, np.arange(120.0))
    with pytest.raises(InputError, match=r"x has 120 distinct words"):
        EVERY["aa-mine"].for_labels().estimate(many, np.arange(120.0))
