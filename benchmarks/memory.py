"""Peak memory of a process, for the benchmarks beside this file."""

import resource
import sys

__all__ = ["peak_megabytes"]


def peak_megabytes() -> float:
    """The largest resident size of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
