"""What a chapter declares: what is to be run, on what, and under which name it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

__all__ = ["Config", "Parameters", "Plan", "Values"]

Config = Mapping[str, Any]

Values = dict[str, Any]


class Parameters(SimpleNamespace):
    """A chapter's parameters by name, as its notebook's cell has them: `p.seeds`.

    A chapter takes them as they are, so that each is written down in the cell and nowhere else.
    """

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no parameter {name!r}", name=name, obj=self)


@dataclass(frozen=True)
class Plan:
    """What a chapter computes for one figure: a function, and the configs to run it on.

    name: what its records are filed under, for good: the key of a record is a hash of the name
    and the config, and moving the function changes neither. run: dotted name of
    `run(config, *, device) -> values`, plain JSON values both. many: in its place, dotted name of
    `many(configs, *, device) -> [values]`, for configs that differ only in `vary`: a batched
    model trains them together. Names, so that a plan is made without importing what runs it.
    training: whether values follow the path of a training, which the last digit of a sum sends
    elsewhere on another processor or in another batch; what does not is the same everywhere.
    """

    name: str
    configs: list[dict[str, Any]]
    run: str = ""
    many: str = ""
    vary: tuple[str, ...] = ("seed",)
    training: bool = False

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
