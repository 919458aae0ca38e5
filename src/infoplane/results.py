"""The store of records: small JSON files, written whole or not at all."""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from infoplane import paths
from infoplane.codehash import code_hash
from infoplane.errors import InputError
from infoplane.plan import Config, Plan, Values

__all__ = [
    "Record",
    "Records",
    "code_of",
    "experiment_name",
    "find",
    "key",
    "load",
    "plain",
    "save",
]


@dataclass(frozen=True)
class Record:
    """One finished run: what was asked, what came out, and where it was computed."""

    experiment: str
    config: dict[str, Any]
    values: Values
    seconds: float
    code: str
    commit: str
    versions: dict[str, str]
    device: str
    machine: str
    date: str
    error: str | None = None

    @property
    def failed(self) -> bool:
        return self.error is not None


class Records:
    """The records of a plan, in the order of its configs; `computed` of them were made just now."""

    def __init__(self, records: Iterable[Record], computed: int = 0) -> None:
        self.records = list(records)
        self.computed = computed

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def failed(self) -> list[Record]:
        return [record for record in self.records if record.failed]

    def frame(self) -> pd.DataFrame:
        """One row a successful record: its config and its values.

        Raises RuntimeError where every run failed, with the last line of the first.
        """
        if self.records and len(self.failed) == len(self.records):
            first = self.failed[0]
            last = (first.error or "").strip().splitlines()[-1]
            raise RuntimeError(f"all {len(self)} runs of {first.experiment} failed: {last}")
        rows = []
        for record in self.records:
            both = set(record.config) & set(record.values)
            if both:
                raise ValueError(f"{record.experiment}: {sorted(both)} name a config and a value")
            if not record.failed:
                rows.append({**record.config, **record.values})
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        words = f"{len(self)} records ({self.computed} computed now)"
        for record in self.failed:
            last = (record.error or "").strip().splitlines()[-1]
            words += f"\nFAILED {record.experiment} {json.dumps(record.config)}: {last}"
        return words


def experiment_name(plan: Plan) -> str:
    """`module.function` inside infoplane.experiments: what a plan's records are filed under."""
    return f"{plan.run.__module__.removeprefix('infoplane.experiments.')}.{plan.run.__name__}"


def code_of(plan: Plan) -> str:
    """The hash of the code that a plan's records depend on."""
    functions = (plan.run, plan.many) if plan.many else (plan.run,)
    return code_hash(plan.run.__module__, tuple(function.__name__ for function in functions))


def key(experiment: str, config: Config) -> str:
    """The name of a record's file: a hash of the experiment and of its config."""
    text = json.dumps([experiment, plain(config)], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def find(
    plan: Plan, stores: tuple[Literal["local", "published"], ...] = ("local", "published")
) -> list[Record | None]:
    """The record of each config of `plan`, from this machine's store or from the published one.

    A local record counts if its code hash agrees; a published one counts whatever the code, and
    says when and where it was computed. Failed records do not count: they are tried again.
    Raises InputError for a file that is no record.
    """
    name, code = experiment_name(plan), code_of(plan)
    found: list[Record | None] = []
    for config in plan.configs:
        file = f"{name}/{key(name, config)}.json"
        local = load(paths.local_results() / file) if "local" in stores else None
        if local is not None and not local.failed and local.code == code:
            found.append(local)
            continue
        published = load(paths.published_results() / file) if "published" in stores else None
        found.append(None if published is not None and published.failed else published)
    return found


def save(record: Record, folder: Path | None = None) -> Path:
    """Write a record into the local store, whole or not at all; returns its path."""
    name = f"{key(record.experiment, record.config)}.json"
    path = (folder or paths.local_results()) / record.experiment / name
    text = json.dumps(plain(asdict(record)), sort_keys=True, allow_nan=False, indent=None)
    paths.write_atomically(path, text + "\n")
    return path


def plain(value: Any) -> Any:
    """`value` as JSON takes it: arrays to lists, numbers to Python's, NaN and inf to None."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def load(path: Path) -> Record | None:
    """The record in a file, None where there is none; InputError for a file that is no record."""
    try:
        record = Record(**json.loads(path.read_text(encoding="utf-8")))
        named = key(record.experiment, record.config)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is no record"
        raise InputError(f"record {path} is not whole ({why}): {_advice(path)}") from error
    if named != path.stem:
        raise InputError(
            f"record {path} is not whole (its config belongs into {named}.json): {_advice(path)}"
        )
    return record


def _advice(path: Path) -> str:
    if path.is_relative_to(paths.published_results()):
        return f"restore it with git checkout -- {path}"
    return "delete the file to have it computed again"
