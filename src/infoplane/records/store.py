"""The stores of records, both written whole or not at all.

This machine's has one small JSON file a record, which is what makes a sweep safe to kill; the
published one has one file of JSON Lines an experiment, sorted by key.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from infoplane import paths
from infoplane.errors import InputError
from infoplane.records.codehash import code_hash
from infoplane.records.garbage import uncollected
from infoplane.records.plan import Config, Plan, Values

__all__ = [
    "STORES",
    "Record",
    "Records",
    "Store",
    "code_of",
    "find",
    "key",
    "load",
    "load_published",
    "plain",
    "publish",
    "save",
]

Store = Literal["local", "published"]
STORES: tuple[Store, ...] = ("local", "published")


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


def code_of(plan: Plan) -> str:
    """The hash of the code that a plan's records depend on."""
    module, function = plan.function
    return code_hash(module, (function,))


def key(experiment: str, config: Config) -> str:
    """The name of a record's file: a hash of the experiment and of its config."""
    try:  # what is plain already, as nearly every config is
        text = json.dumps([experiment, config], sort_keys=True, allow_nan=False)
    except (TypeError, ValueError):
        text = json.dumps([experiment, plain(config)], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def find(plan: Plan, stores: tuple[Store, ...] = STORES) -> list[Record | None]:
    """The record of each config of `plan`, from this machine's store or from the published one.

    A local record counts if its code hash agrees; a published one counts whatever the code, and
    says when and where it was computed. Failed records do not count: they are tried again.
    Raises InputError for a file that is no record.
    """
    published = load_published(plan.name) if "published" in stores else {}
    folder = paths.local_results() / plan.name
    local = folder.is_dir() and "local" in stores
    found: list[Record | None] = []
    for config in plan.configs:
        name = key(plan.name, config)
        made = load(folder / f"{name}.json") if local else None
        if made is None or made.failed or made.code != code_of(plan):
            made = published.get(name)
        found.append(None if made is not None and made.failed else made)
    return found


def load_published(experiment: str) -> Mapping[str, Record]:
    """The published records of an experiment, by key; InputError for a line that is no record."""
    path = paths.published_results() / f"{experiment}.jsonl"
    try:
        state = path.stat()
    except FileNotFoundError:
        return {}
    return _read_lines(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
@uncollected()
def _read_lines(path: Path, _time: int, _size: int) -> Mapping[str, Record]:
    """What a file of records held when it had that time and size."""
    advice = f"restore it with git checkout -- {path}"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is no record"
        raise InputError(f"{path} is not whole ({why}): {advice}") from error
    found = {}
    for number, line in enumerate(lines, 1):
        name, record = _parse(line)
        if record is None or f"{record.experiment}.jsonl" != path.name:
            raise InputError(
                f"{path} is not whole (line {number} is no record of {path.stem}): {advice}"
            )
        found[name] = record
    return MappingProxyType(found)


def publish(records: Iterable[Record]) -> int:
    """Put records among the published ones, in place of those of the same config; how many.

    One file an experiment, JSON Lines sorted by key, each file written whole or not at all.
    """
    new: dict[str, dict[str, Record]] = {}
    for record in records:
        new.setdefault(record.experiment, {})[key(record.experiment, record.config)] = record
    for experiment, fresh in new.items():
        both = {**load_published(experiment), **fresh}
        lines = [_text(record) for _, record in sorted(both.items())]
        paths.write_atomically(paths.published_results() / f"{experiment}.jsonl", "".join(lines))
    return sum(map(len, new.values()))


def save(record: Record) -> Path:
    """Write a record into the local store, whole or not at all; returns its path."""
    name = f"{key(record.experiment, record.config)}.json"
    path = paths.local_results() / record.experiment / name
    paths.write_atomically(path, _text(record))
    return path


def _text(record: Record) -> str:
    """One line of strict JSON."""
    return json.dumps(plain(asdict(record)), sort_keys=True, allow_nan=False, indent=None) + "\n"


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
    advice = "delete the file to have it computed again"
    try:
        named, record = _parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is no record"
        raise InputError(f"record {path} is not whole ({why}): {advice}") from error
    if record is None:
        raise InputError(f"record {path} is not whole (its text is no record): {advice}")
    if named != path.stem:
        raise InputError(
            f"record {path} is not whole (its config belongs into {named}.json): {advice}"
        )
    return record


def _parse(text: str) -> tuple[str, Record | None]:
    """The key and the record that a line of JSON is, or None."""
    try:
        record = Record(**json.loads(text))
        return key(record.experiment, record.config), record
    except (ValueError, TypeError, AttributeError):
        return "", None
