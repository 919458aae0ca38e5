"""Images become what networks were trained on: by hand, for every mode, turned as meant."""

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import functional

from infoplane.errors import InputError
from infoplane.models.backbones.preprocessing import Preprocessing, decode, problem

PLAIN = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)}


def noise(height=40, width=60, seed=0):
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


def test_blue_green_red_of_0_to_255_by_hand():
    see = Preprocessing(
        size=2, resize=2, mean=(104, 117, 123), std=(1, 2, 4), channels="BGR", scale="0..255"
    )
    x = see(Image.new("RGB", (2, 2), (10, 20, 30)))
    assert x.dtype == torch.float32
    assert x.shape == (3, 2, 2)
    expected = [30 - 104, (20 - 117) / 2, (10 - 123) / 4]
    assert x.flatten(1).T.tolist() == [expected] * 4


def test_red_green_blue_of_0_to_1_is_torchvisions():
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    image = noise(32, 32)
    expected = functional.normalize(functional.to_tensor(image), mean, std)
    found = Preprocessing(size=32, resize=32, mean=mean, std=std)(image)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_resized_and_cut_as_torchvision_does(interpolation):
    """Sides whose proportion needs no rounding, margins that are even."""
    image = noise(40, 60)
    mode = functional.InterpolationMode(interpolation)
    there = functional.center_crop(functional.resize(image, [20], mode), [16])
    found = Preprocessing(size=16, resize=20, interpolation=interpolation, **PLAIN)(image)
    torch.testing.assert_close(found, functional.to_tensor(there))


@pytest.mark.parametrize("shape", [(50, 50), (50, 51), (51, 50), (31, 333), (333, 31), (7, 9)])
def test_any_shape_gives_a_square_of_the_middle(shape):
    """The middle column and row of a picture that is white there stay white."""
    height, width = shape
    pixels = np.zeros((height, width, 3), np.uint8)
    middle = min(shape) // 2 + 1
    top, left = (height - middle) // 2, (width - middle) // 2
    pixels[top : top + middle, left : left + middle] = 255
    x = Preprocessing(size=16, resize=16, **PLAIN)(Image.fromarray(pixels))
    assert x.shape == (3, 16, 16)
    assert x[:, 6:10, 6:10].min() > 0.9
    assert x.mean() == pytest.approx((middle / min(shape)) ** 2, abs=0.1)


def test_grey_is_three_equal_channels_and_alpha_is_dropped(tmp_path):
    image = noise()
    grey = image.convert("L")
    image.putalpha(7)
    modes = {
        "L": grey, "LA": grey.convert("LA"), "1": grey.convert("1"), "P": grey.convert("P"),
        "RGBA": image,
    }  # fmt: skip
    see = Preprocessing(size=40, resize=40, **PLAIN)
    for mode, each in modes.items():
        assert each.mode == mode
        each.save(tmp_path / f"{mode}.png")
        found = see(decode(tmp_path / f"{mode}.png"))
        torch.testing.assert_close(found, see(each))
        if mode == "RGBA":
            torch.testing.assert_close(found, see(noise()))
        else:
            assert torch.equal(found[0], found[1])
            assert torch.equal(found[0], found[2])
    torch.testing.assert_close(see(modes["LA"]), see(grey))


def test_sixteen_bits_are_their_upper_eight(tmp_path):
    values = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    Image.fromarray(values).save(tmp_path / "deep.png")
    found = np.asarray(decode(tmp_path / "deep.png"))
    assert np.array_equal(found[:, :, 0], values // 256)


def test_four_inks_are_converted(tmp_path):
    """A plain colour as CMYK in a JPEG: its red, green and blue up to rounding and quality."""
    Image.new("RGB", (32, 32), (200, 60, 20)).convert("CMYK").save(tmp_path / "ink.jpg", quality=95)
    with Image.open(tmp_path / "ink.jpg") as image:
        assert image.mode == "CMYK"
    found = np.asarray(decode(tmp_path / "ink.jpg")).reshape(-1, 3).astype(int)
    assert np.abs(found - (200, 60, 20)).max() <= 8


def test_an_image_is_turned_as_it_is_meant_to_be_seen(tmp_path):
    image = noise(30, 50)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    image.save(tmp_path / "turned.png", exif=exif)
    assert decode(tmp_path / "turned.png").size == (30, 50)
    assert np.array_equal(
        np.asarray(decode(tmp_path / "turned.png")), np.rot90(np.asarray(image), -1)
    )
    with Image.open(tmp_path / "turned.png") as opened:
        see = Preprocessing(size=20, resize=20, **PLAIN)
        torch.testing.assert_close(see(opened), see(image.transpose(Image.Transpose.ROTATE_270)))


def test_files_that_are_no_image_are_told(tmp_path):
    noise(200, 200).save(tmp_path / "whole.jpg", quality=95)
    whole = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    assert problem(tmp_path / "whole.jpg") == ""
    for name in ("half.jpg", "text.jpg", "empty.jpg", "none.jpg"):
        assert problem(tmp_path / name), name
        with pytest.raises(InputError, match=f"{name} cannot be read as an image"):
            decode(tmp_path / name)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"channels": "GBR"}, "channels='GBR'"),
        ({"scale": "0..2"}, "scale='0..2'"),
        ({"interpolation": "best"}, "interpolation='best'"),
        ({"size": 30}, "size=30 and resize=20"),
        ({"size": 0}, "size=0"),
        ({"std": (1, 0, 1)}, "std="),
        ({"mean": (1, 1)}, "mean="),
    ],
)
def test_bad_input(changed, sentence):
    with pytest.raises(InputError, match=sentence):
        Preprocessing(**({"size": 16, "resize": 20} | PLAIN | changed))


def test_floating_point_pixels_are_refused_not_black(tmp_path):
    image = Image.fromarray(np.full((8, 8), 0.9, dtype=np.float32))
    see = Preprocessing(size=4, resize=4, mean=(0, 0, 0), std=(1, 1, 1))
    with pytest.raises(InputError, match="mode F"):
        see(image)
    image.save(tmp_path / "floats.tiff")
    assert "mode F" in problem(tmp_path / "floats.tiff")
    with pytest.raises(InputError, match=r"floats\.tiff cannot be read"):
        decode(tmp_path / "floats.tiff")
