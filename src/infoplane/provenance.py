"""Where a number came from: the commit, the machine, the versions."""

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import infoplane

__all__ = ["commit", "hardware", "versions"]

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
