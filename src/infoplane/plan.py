"""What a chapter's module of experiments declares: what to run, and what came out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infoplane.errors import InputError

__all__ = ["Check", "Config", "Plan", "Values", "require", "require_seeds"]

Config = Mapping[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a chapter computes for one figure: a run, and the configs to run it on.

    run: `run(config, *, device) -> values`, importable by name; plain JSON values both.
    many: `many(configs, *, device) -> [values]`, for configs that differ only in `vary`: a
    batched model trains them together.
    """

    run: Callable[..., Values]
    configs: list[dict[str, Any]]
    many: Callable[..., list[Values]] | None = None
    vary: tuple[str, ...] = ("seed",)


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
