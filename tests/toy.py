"""A toy experiment: what the tests of stores and sweeps run, in this process or another."""

import os
import time
from pathlib import Path

from infoplane.errors import InputError
from infoplane.records.plan import Plan


def alone(function, configs):
    """What a batched run gives for each config by itself."""
    return [function([config])[0] for config in configs]


def square(config, *, device="cpu"):
    """The square of x; refuses x = -1, breaks at x = 13, and counts its calls in a folder."""
    if config["x"] == -1:
        raise InputError("x=-1 is refused: give another")
    if config["x"] == 13:
        raise ZeroDivisionError("thirteen")
    if "folder" in config:
        (Path(config["folder"]) / f"{config['x']}-{os.getpid()}").touch()
    return {"square": config["x"] ** 2, "nothing": float("nan")}


def squares(configs, *, device="cpu"):
    """:func:`square` of a batch, and the size of the batch."""
    return [{"square": config["x"] ** 2, "members": len(configs)} for config in configs]


def slow(config, *, device="cpu"):
    """:func:`square`, in a while."""
    time.sleep(0.2)
    return square(config)


def plan(*xs, **rest):
    return Plan("tests.toy.square", [{"x": x, **rest} for x in xs], run="tests.toy.square")


def batched(*xs, function="squares_that_break"):
    """The same records from a function of batches, of any x at once."""
    return Plan("tests.toy.square", plan(*xs).configs, many=f"tests.toy.{function}", vary=("x",))


def squares_that_break(configs, *, device="cpu"):
    """:func:`square` of a batch, of which one member can break or refuse all."""
    return [square(config) for config in configs]
