"""From a photograph to what a network takes: decoded, cut to its middle, scaled."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from infoplane.errors import InputError
from infoplane.inputs.options import one_of

__all__ = ["Preprocessing", "decode", "problem"]

CHANNELS = ("RGB", "BGR")
SCALES = ("0..1", "0..255")
UNREADABLE = (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError)


@dataclass(frozen=True)
class Preprocessing:
    """What a network was trained to see: (size, size) pixels of the middle of an image.

        x[c] = (scale * pixel[c] - mean[c]) / std[c]

    resize: the shorter side is brought to so many pixels, the longer one in proportion, rounded
    (torchvision cuts it off), by `interpolation` with antialiasing; then `size` x `size` are cut
    from the middle (of two, the upper and the left one). scale: "0..1", pixels divided by 255, or
    "0..255"; mean and std are in that scale and in the order of `channels`, "RGB" or "BGR".
    """

    size: int
    resize: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str = "bilinear"
    channels: Literal["RGB", "BGR"] = "RGB"
    scale: Literal["0..1", "0..255"] = "0..1"

    def __post_init__(self) -> None:
        one_of("channels", self.channels, CHANNELS)
        one_of("scale", self.scale, SCALES)
        known = [each.name.lower() for each in Image.Resampling]
        one_of("interpolation", self.interpolation, known)
        if not 0 < self.size <= self.resize:
            raise InputError(
                f"size={self.size} and resize={self.resize}: 0 < size <= resize is accepted"
            )
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise InputError(
                f"mean={self.mean} and std={self.std}: three numbers each, those of std above 0, "
                "are accepted"
            )

    def __call__(self, image: Image.Image) -> Tensor:
        """The tensor (3, size, size), float32, of an image of any size, orientation and mode but F.

        As :func:`decode` does with files, it is turned as it is meant to be seen; its alpha
        channel is dropped, and grey is three equal channels.

        >>> see = Preprocessing(size=2, resize=2, mean=(0, 0, 0), std=(1, 1, 1))
        >>> see(Image.new("L", (4, 2), 255)).shape, float(see(Image.new("L", (4, 2), 255)).min())
        (torch.Size([3, 2, 2]), 1.0)
        """
        pixels = np.asarray(self._middle(_rgb(image)), dtype=np.float32)  # (size, size, 3)
        if self.scale == "0..1":
            pixels = pixels / np.float32(255)
        if self.channels == "BGR":
            pixels = pixels[:, :, ::-1]
        x = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)  # (3, size, size)
        mean, std = torch.tensor(self.mean)[:, None, None], torch.tensor(self.std)[:, None, None]
        return ((x - mean) / std).contiguous()

    def _middle(self, image: Image.Image) -> Image.Image:
        shorter = min(image.size)
        width, height = (round(side * self.resize / shorter) for side in image.size)
        if (width, height) != image.size:
            image = image.resize((width, height), Image.Resampling[self.interpolation.upper()])
        left, top = (width - self.size) // 2, (height - self.size) // 2
        return image.crop((left, top, left + self.size, top + self.size))

    def told(self) -> dict[str, Any]:
        """Its fields as plain JSON."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def decode(path: str | Path) -> Image.Image:
    """The image in a file, RGB, turned as its EXIF orientation says.

    Grey images get three equal channels (of 16 bits the upper 8), an alpha channel is dropped.
    Raises InputError for a file that is no image, or not all of one.
    """
    try:
        with Image.open(path) as image:
            return _rgb(image)
    except UNREADABLE as error:
        raise InputError(
            f"{path} cannot be read as an image ({_why(error)}): remove or replace it"
        ) from error


def problem(path: str | Path) -> str:
    """Why a file cannot be read as an image, in a few words; empty if it can.

    All of it is decoded, a JPEG as small as that goes, which takes a fraction of the time.
    """
    try:
        with Image.open(path) as image:
            image.draft("RGB", (1, 1))
            image.load()
            _refuse_floats(image)
    except UNREADABLE as error:
        return _why(error)
    return ""


def _rgb(image: Image.Image) -> Image.Image:
    _refuse_floats(image)
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I"):  # 16 bits, which convert() would cut off at 255
        upper = np.clip(np.asarray(turned).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        turned = Image.fromarray(upper)
    return turned.convert("RGB")


def _refuse_floats(image: Image.Image) -> None:
    """White may be 1, 255 or anything there; convert() takes it for 255, and 1 for black."""
    if image.mode == "F":
        raise InputError(
            "its pixels are floating-point numbers (mode F), whose white is not known: convert it "
            "to 8 bits"
        )


def _why(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(words.split()) or type(error).__name__
