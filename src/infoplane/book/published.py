"""The published records: `python -m infoplane.book.published publish | audit`."""

import math
import random
import sys
from collections.abc import Iterator
from typing import Any

import click

from infoplane import paths
from infoplane.book.notebooks import chapters, profile
from infoplane.errors import InputError
from infoplane.records import store as results
from infoplane.records.plan import Plan
from infoplane.records.store import Record, find, key, plain

__all__ = ["audit", "compare", "publish"]

# Names that only the record of a training has, in its config or among its values.
TRAINING = {"epoch", "epochs", "step", "stopped", "last_step"}


def publish(name: str = "full") -> int:
    """Copy this machine's records of a profile into data/results; returns how many."""
    found = {
        (record.experiment, key(record.experiment, record.config)): record
        for plan in plans(name)
        for record in find(plan, stores=("local",))
        if record is not None
    }
    return results.publish(found.values())


def plans(name: str = "full") -> list[Plan]:
    """Every plan of every chapter under a profile."""
    return [
        plan for chapter in chapters() for plan in chapter.plans(profile(name, chapter)).values()
    ]


def audit(count: int = 8, seed: int | None = None) -> list[str]:
    """Recompute a random handful of published records; one line for each that does not hold."""
    found = {
        (plan.name, key(plan.name, config)): (plan, record)
        for plan in plans()
        for config, record in zip(plan.configs, find(plan, stores=("published",)), strict=True)
        if record is not None and _compared(record)
    }
    broken = []
    for experiment, name in random.Random(seed).sample(sorted(found), min(count, len(found))):
        plan, record = found[experiment, name]
        (values,) = plan.values([record.config], device="cpu")
        differences = list(compare(record, plain(values)))
        word = "; ".join(differences) or "holds"
        click.echo(f"{record.experiment} {name} ({record.date[:10]}): {word}")
        if differences:
            broken.append(f"{record.experiment} {name}: {word}")
    return broken


def compare(record: Record, values: dict[str, Any]) -> Iterator[str]:
    """What differs between a record and its recomputation, beyond rounding and its own error.

    A number that has a standard error beside it (`std`, or `NAME_std`; the same for lists) may
    move by three of them, since the order of a sum on another machine sends training on another
    path; a standard error by half of itself; any other number must agree to six digits. In the
    record of a training, which names its steps or epochs, numbers without an error of their own
    and curves are not compared: they move with that path. Texts are not compared.
    """
    trained = not TRAINING.isdisjoint({*record.values, *record.config})
    for name, old in record.values.items():
        error = _error(name, record)
        if trained and (isinstance(old, list) or not error):
            continue
        factor = 0.5 if name.endswith("std") else 3.0
        olds, news, stds = (_numbers(v) for v in (old, values.get(name), record.values.get(error)))
        if len(olds) != len(news):
            yield f"{name} was {old!r:.60} and is now {values.get(name)!r:.60}"
            continue
        rooms = [factor * std for std in stds] if len(stds) == len(olds) else [0.0] * len(olds)
        for was, now, room in zip(olds, news, rooms, strict=True):
            if not math.isclose(was, now, rel_tol=1e-6, abs_tol=max(room, 1e-9)):
                yield f"{name} was {was:.6g} and is now {now:.6g}"
                break


def _compared(record: Record) -> bool:
    """Whether :func:`compare` looks at any of its numbers, and not only at courses of training."""
    trained = not TRAINING.isdisjoint({*record.values, *record.config})
    return any(
        _numbers(value) and not (trained and (isinstance(value, list) or not _error(name, record)))
        for name, value in record.values.items()
    )


def _error(name: str, record: Record) -> str:
    """The name of a number's standard error in a record, or "" where it has none."""
    error = name if name.endswith("std") else "std" if name == "value" else f"{name}_std"
    return error if error in record.values else ""


def _numbers(value: Any) -> list[float]:
    """A number, or a list of numbers, as a list; anything else as an empty one."""
    items = value if isinstance(value, list) else [value]
    numbers = [item for item in items if isinstance(item, int | float)]
    return [float(number) for number in numbers] if len(numbers) == len(items) else []


@click.command()
@click.argument("action", type=click.Choice(["publish", "audit"]))
@click.option("--profile", "name", default="full", help="Whose records to publish.")
@click.option("--count", default=8, help="How many records to audit.")
@click.option("--seed", type=int, help="Which ones; random if not given.")
def main(action: str, name: str, count: int, seed: int | None) -> None:
    """Publish this machine's records, or audit those that are published."""
    try:
        if action == "publish":
            click.echo(f"{publish(name)} records in {paths.published_results()}")
        elif broken := audit(count, seed):
            sys.exit(f"{len(broken)} of {count} published records do not hold")
    except InputError as error:
        click.echo(f"published: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
