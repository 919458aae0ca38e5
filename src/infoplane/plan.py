"""What a chapter's module of experiments declares: what to run, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from infoplane.errors import InputError

__all__ = ["Check", "Config", "Plan", "Values", "require", "require_seeds"]

Config = Mapping[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a chapter computes for one figure: a function, and the configs to run it on.

    name: what its records are filed under, for good: the key of a record is a hash of the name
    and the config, and moving the function changes neither. run: dotted name of
    `run(config, *, device) -> values`, plain JSON values both. many: in its place, dotted name of
    `many(configs, *, device) -> [values]`, for configs that differ only in `vary`: a batched
    model trains them together. Names, so that a plan is made without importing what runs it.
    """

    name: str
    configs: list[dict[str, Any]]
    run: str = ""
    many: str = ""
    vary: tuple[str, ...] = ("seed",)

    def __post_init__(self) -> None:
        if bool(self.run) == bool(self.many):
            raise ValueError(f"plan {self.name!r} needs one of run and many")

    @property
    def function(self) -> tuple[str, str]:
        """Module and name of what runs."""
        module, _, name = (self.run or self.many).rpartition(".")
        return module, name

    def values(self, configs: Sequence[Config], *, device: str) -> list[Values]:
        """What comes out for some of the configs."""
        module, name = self.function
        function = getattr(import_module(module), name)
        if self.many:
            together: list[Values] = function(configs, device=device)
            return together
        return [function(config, device=device) for config in configs]


@dataclass(frozen=True)
class Check:
    """One measured number of a claim: its value, its interval, and how many repetitions it has.

    name: the part of the claim's criterion it answers to ("" where there is one part only).
    interval: what the value could be; (value, value) where it is exact.
    repetitions: seeds or networks behind the interval; 0 where the error is numerical.
    """

    value: float
    interval: tuple[float, float]
    name: str = ""
    repetitions: int = 0


def require_seeds(seeds: Sequence[int]) -> None:
    """Seeds of repetitions: at least two, different, none negative."""
    require(len(seeds) >= 2, "seeds", seeds, "give at least 2 different seeds, for an interval")
    require(len(set(seeds)) == len(seeds), "seeds", seeds, "each seed must differ")
    require(min(seeds) >= 0, "seeds", seeds, "seeds are whole numbers from 0")


def require(condition: bool, name: str, value: Any, accepted: str) -> None:
    """A chapter's parameter in range, or an InputError that names it, its value and the range."""
    if not condition:
        raise InputError(f"{name}={value!r} is not accepted: {accepted}")
