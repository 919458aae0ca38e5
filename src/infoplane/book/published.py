"""The published records: `python -m infoplane.book.published publish | audit | seconds`."""

import sys

import click

from infoplane import paths
from infoplane.book.audit import audit
from infoplane.book.editions import measure_seconds
from infoplane.book.notebooks import chapters, profile
from infoplane.errors import InputError
from infoplane.records import store as results
from infoplane.records.plan import Plan
from infoplane.records.store import find, key

__all__ = ["plans", "publish"]


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


@click.command()
@click.argument("action", type=click.Choice(["publish", "audit", "seconds"]))
@click.option("--profile", "name", default="full", help="Whose records to publish, or to time.")
@click.option(
    "--count", default=30, show_default=True, type=click.IntRange(1), help="Records to audit."
)
@click.option("--seed", type=int, help="Which ones; random if not given.")
@click.option(
    "--minutes", default=10.0, show_default=True, type=click.FloatRange(0, min_open=True),
    help="Of computing, by the seconds the records took; more expensive ones are left out.",
)  # fmt: skip
def main(action: str, name: str, count: int, seed: int | None, minutes: float) -> None:
    """Publish this machine's records, audit those that are published, or note what runs took."""
    try:
        if action == "publish":
            click.echo(f"{publish(name)} records in {paths.published_results()}")
        elif action == "seconds":
            click.echo(f"{measure_seconds(name)} experiments in {paths.seconds_yml()}")
        elif broken := audit(plans(name), count, seed, minutes):
            sys.exit("\n".join([f"{len(broken)} published records do not hold:", *broken]))
    except InputError as error:
        click.echo(f"published: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
