"""Where a number came from: the commit, the machine, the versions."""

import os
import platform
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import infoplane
from infoplane.records.plan import Plan
from infoplane.records.store import Record, code_of

__all__ = ["commit", "earlier", "hardware", "origin", "versions", "versions_text"]

PACKAGES = ("infoplane", "torch", "torchvision", "numpy", "scipy", "scikit-learn")


@cache
def commit() -> str:
    """Short commit of the checkout, with `+` where files differ from it; "unknown" without git."""
    here = Path(infoplane.__file__).parent
    try:
        sha = _git(here, "rev-parse", "--short=10", "HEAD")
        return sha + ("+" if _git(here, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that make numbers."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def hardware(device: str = "cpu") -> str:
    """One line about the machine that computes: processor and cores, or the GPU."""
    if device != "cpu":
        import torch

        return str(torch.cuda.get_device_name(device))
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} cores"


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def origin(records: Iterable[Record]) -> dict[str, str]:
    """Where records come from, in words: how many, computed where, when, from what."""
    made = list(records)
    places = Counter(f"{record.machine} on {record.date[:10]}" for record in made)
    where = ", ".join(f"{count} by {place}" for place, count in places.items())
    seconds = sum(record.seconds for record in made)
    return {
        "Records": f"{where}; {seconds:.0f} s of computing",
        "Computed from commit": ", ".join(sorted({record.commit for record in made})),
        "Computed with": "; ".join(sorted({versions_text(record.versions) for record in made})),
    }


def earlier(made: Iterable[tuple[Plan, Iterable[Record]]]) -> dict[str, str]:
    """How many of the plans' records are of code that has changed since, in words, if any."""
    total = stale = 0
    for plan, records in made:
        codes = [record.code for record in records]
        total += len(codes)
        stale += sum(code != code_of(plan) for code in codes)
    if not stale:
        return {}
    words = f"{stale:,} of {total:,} records; make audit recomputes a sample"
    return {"From earlier code": words.replace(",", "\N{NARROW NO-BREAK SPACE}")}


def versions_text(found: Mapping[str, str]) -> str:
    """Versions in one line."""
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()))
