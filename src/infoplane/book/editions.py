"""The editions of the book: where each lies, which records count in it, what it has to compute.

The published edition, of the profile `full`, lies in `_build/html` and is rendered from the
records that come with the repository; that of any other profile NAME lies in `_build/NAME/html`,
so that none overwrites another. The quick one computes all of its records on this machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import yaml

from infoplane import paths
from infoplane.book.notebooks import QUICK, chapters, profile
from infoplane.errors import InputError
from infoplane.records.plan import Plan
from infoplane.records.store import STORES, Record, Store, find, key, load, load_published

__all__ = [
    "PUBLISHED",
    "Outlook",
    "measure_seconds",
    "measured_seconds",
    "outlook",
    "records",
    "site",
    "stage_dir",
    "stores",
]

PUBLISHED = "full"


def site(name: str) -> Path:
    """The folder of a built edition, whose `index.html` is what one opens."""
    return paths.build_dir() / "html" if name == PUBLISHED else stage_dir(name) / "html"


def stage_dir(name: str) -> Path:
    """What is kept from one build of an edition to the next: executed notebooks, pages, stamps."""
    return paths.build_dir() / name


def stores(name: str) -> tuple[Store, ...]:
    """Whose records count under a profile: in the quick one only those that this machine made."""
    return ("local",) if name == QUICK else STORES


def records(plan: Plan, name: str) -> list[Record | None]:
    """The record of each config of `plan` that counts under a profile."""
    return find(plan, stores=stores(name))


@dataclass(frozen=True)
class Outlook:
    """What a build has to compute, reckoned from what earlier runs took.

    wanted, missing: records; seconds: of all missing runs whose time can be reckoned, one after
    the other; unknown: missing runs that nothing says anything about; at_most: whether runs of
    another size were reckoned with, which the quick profile's are smaller than.
    """

    wanted: int
    missing: int
    seconds: float
    unknown: int
    at_most: bool

    def __str__(self) -> str:
        if not self.missing:
            return f"all {self.wanted} records are there: nothing is to be computed"
        import joblib  # only what computes needs it

        jobs = joblib.cpu_count()
        known = self.missing - self.unknown
        long = f"{'at most' if self.at_most else 'about'} {_duration(self.seconds / jobs)}"
        long += f" on {jobs} processes, by what runs of the same experiments took"
        if not known:
            long = "how long is unknown, since no run of these experiments is recorded"
        elif self.unknown:
            long += f"; how long {self.unknown} of them take is unknown"
        return f"{self.missing} of {self.wanted} records are missing and are computed now: {long}"


def outlook(name: str) -> Outlook:
    """What `make book` under a profile would compute, and how long it would take."""
    plans = [plan for c in chapters() for plan in c.plans(profile(name, c)).values()]
    wanted: set[str] = set()
    missing: dict[str, tuple[Plan, str]] = {}
    for plan in plans:
        for config, record in zip(plan.configs, records(plan, name), strict=True):
            wanted.add(of := key(plan.name, config))
            if record is None:
                missing[of] = plan, of
    measured = measured_seconds().get(name, {})
    means = {plan.name: _mean_seconds(plan.name) for plan, _ in missing.values()}
    seconds, unknown, at_most = 0.0, 0, False
    for plan, of in missing.values():
        before = load(paths.local_results() / plan.name / f"{of}.json")  # of older code, say
        mean = means[plan.name]
        if before is not None and not before.failed:
            seconds += before.seconds
        elif plan.name in measured:
            seconds += measured[plan.name]
        elif mean is not None:
            seconds += mean
            at_most |= name == QUICK
        else:
            unknown += 1
    return Outlook(len(wanted), len(missing), seconds, unknown, at_most)


def measured_seconds() -> dict[str, dict[str, float]]:
    """Profile -> experiment -> mean seconds of a run, as :func:`measure_seconds` left them."""
    path = paths.seconds_yml()
    if not path.exists():
        return {}
    try:
        return {
            str(name): {str(of): float(took) for of, took in means.items()}
            for name, means in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        }
    except (OSError, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise InputError(
            f"{path} is not whole ({error}): restore it with git checkout -- {path}"
        ) from error


def measure_seconds(name: str = QUICK) -> int:
    """Note in data/seconds.yml what this machine's runs of a profile took; how many experiments.

    They tell a newcomer, whose machine has run nothing yet, how long an edition takes to compute.
    """
    took: dict[str, list[float]] = {}
    for plan in (plan for c in chapters() for plan in c.plans(profile(name, c)).values()):
        took.setdefault(plan.name, []).extend(_seconds(find(plan, stores=("local",))))
    means = {of: round(fmean(seconds), 3) for of, seconds in sorted(took.items()) if seconds}
    if not means:
        raise InputError(f"profile={name!r} has no record of this machine: make book first")
    both = measured_seconds() | {name: means}
    head = "# Mean seconds of a run: python -m infoplane.book.published seconds --profile NAME\n"
    paths.write_atomically(paths.seconds_yml(), head + yaml.safe_dump(both))
    return len(means)


def _mean_seconds(experiment: str) -> float | None:
    """What a run of an experiment takes: its published runs, else those of this machine."""
    folder = paths.local_results() / experiment
    for made in (load_published(experiment).values(), map(load, folder.glob("*.json"))):
        if seconds := list(_seconds(made)):
            return fmean(seconds)
    return None


def _seconds(made: Iterable[Record | None]) -> Iterable[float]:
    return (record.seconds for record in made if record is not None and not record.failed)


def _duration(seconds: float) -> str:
    """Seconds as a reader counts them."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
