"""Chapter 09: codes of layers are principal components, those of images come from one training."""

import numpy as np
import pytest

from infoplane.chapters.compression import encoders
from infoplane.datasets.vision import enlarged
from infoplane.errors import InputError
from infoplane.models import kept

ENCODED = {
    "dataset": "digits", "code_dim": 4, "encoder_rows": 300, "encoder_epochs": 2,
    "encoder_batch": 50, "encoder_rate": 3e-3, "seed": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "build_dir", lambda: tmp_path)
    return tmp_path


def rows(n=300, d=7, rank=7, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, rank)) @ generator.normal(size=(rank, d))


def test_codes_of_a_layer_in_few_dimensions_lose_nothing():
    t = rows(rank=4) + 100
    codes, lost = encoders.layer_codes(t[:100], t, 4)
    assert codes.shape == (300, 4)
    assert lost == pytest.approx(0, abs=1e-12)
    # what is kept are the distances
    np.testing.assert_allclose(
        np.linalg.norm(codes[0] - codes, axis=1), np.linalg.norm(t[0] - t, axis=1), rtol=1e-9
    )


def test_the_share_that_is_lost_is_that_of_the_other_components():
    t = rows()
    variances = np.sort(np.linalg.eigvalsh(np.cov(t.T)))[::-1]
    for code_dim in (1, 4, 7):
        lost = encoders.layer_codes(t, t, code_dim)[1]
        assert lost == pytest.approx(variances[code_dim:].sum() / variances.sum(), abs=1e-9)


def test_a_layer_of_equal_rows_loses_nothing_and_too_long_codes_are_refused():
    assert encoders.layer_codes(np.ones((9, 5)), np.ones((9, 5)), 2)[1] == 0
    with pytest.raises(InputError, match=r"code_dim=6 is not accepted: .*<= 5"):
        encoders.layer_codes(np.ones((9, 5)), np.ones((9, 5)), 6)


def test_an_autoencoder_is_trained_once_and_found_again(monkeypatch):
    x, _ = enlarged("digits", "test")
    codes, lost = encoders.image_codes(ENCODED, x)
    assert codes.shape == (len(x), 4)
    assert lost > 0
    monkeypatch.setattr(encoders, "fit", None)  # whoever trains again fails
    again, lost_again = encoders.image_codes({**ENCODED, "epoch": 7}, x)
    np.testing.assert_array_equal(again, codes)
    assert lost_again == lost
    with pytest.raises(TypeError):
        encoders.image_codes({**ENCODED, "seed": 1}, x)


def test_a_longer_training_loses_less():
    x, _ = enlarged("digits", "test")
    few, many = (
        encoders.image_codes({**ENCODED, "encoder_epochs": epochs}, x)[1] for epochs in (1, 12)
    )
    assert many < few
