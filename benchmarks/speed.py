"""What estimates take, beside an earlier commit: python benchmarks/speed.py [COMMIT].

COMMIT is checked out beside this checkout and both take turns, each piece of work in a process of
its own, where it is done in small first, so that what is compiled or loaded once is there. Values
are without standard errors. Seconds are the best of the rounds, memory is the process's peak.
"""

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from checkout import ROOT, checkout, environment
from memory import peak_megabytes

Work = Callable[[], Any]


def gaussians(n: int, d: int) -> tuple[Any, Any]:
    """Rows of two sides, of correlation .9 in each of d pairs of columns."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, d))
    return x, 0.9 * x + math.sqrt(0.19) * rng.standard_normal((n, d))


def manifold(n: int, d: int) -> Any:
    """Rows near a curved set of 20 dimensions in d columns, or a cube where d is small."""
    rng = np.random.default_rng(0)
    if d <= 20:
        return rng.random((n, d))
    latent = rng.random((n, 20))
    rows = np.sin(latent @ rng.standard_normal((20, d))) + latent @ rng.standard_normal((20, d))
    return rows + 0.01 * rng.standard_normal((n, d))


def ksg(n: int, d: int) -> tuple[Work, Work]:
    from infoplane.estimators import KSG

    x, z = gaussians(n, d)
    estimate = KSG(errors=None).estimate
    return lambda: estimate(x[:1000], z[:1000]), lambda: estimate(x, z).value


def kde(n: int, d: int) -> tuple[Work, Work]:
    from infoplane.estimators import kde_entropy

    x, _ = gaussians(n, d)
    return lambda: kde_entropy(x[:500]), lambda: kde_entropy(x).value


def pairs(n: int, d: int) -> tuple[Work, Work]:
    from infoplane.dimension import correlation_integral

    rows = manifold(n, d)
    small = manifold(1000, min(d, 8))
    return lambda: correlation_integral(small), lambda: int(correlation_integral(rows).counts[500])


WORKS: dict[str, tuple[Callable[..., tuple[Work, Work]], int, int]] = {
    "KSG 1+1, n = 1e6": (ksg, 10**6, 1),
    "KSG 2+2, n = 1e5": (ksg, 10**5, 2),
    "KSG 2+2, n = 1e6": (ksg, 10**6, 2),
    "KSG 3+3, n = 1e5": (ksg, 10**5, 3),
    "KSG 20+20, n = 5e4": (ksg, 5 * 10**4, 20),
    "KDE 1e4 x 8": (kde, 10**4, 8),
    "pairs 6e4 x 8": (pairs, 6 * 10**4, 8),
    "pairs 6e4 x 784": (pairs, 6 * 10**4, 784),
}


def once(name: str) -> dict[str, float]:
    """Seconds of one piece of work in this process, its value, and the peak of memory."""
    prepare, n, d = WORKS[name]
    warm, work = prepare(n, d)
    warm()
    started = time.perf_counter()
    value = work()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "value": value, "peak_mb": peak_megabytes()}


def apart(name: str, root: Path) -> dict[str, float]:
    """The same in a fresh process, with the package of a checkout."""
    command = [sys.executable, __file__, "--one", name]
    done = subprocess.run(command, env=environment(root), stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("commit", nargs="?", help="the commit to compare with")
    parser.add_argument("--only", nargs="+", choices=WORKS, default=list(WORKS), metavar="WORK")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--one", choices=WORKS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(once(args.one)))
        return
    rows = []
    with checkout(args.commit) if args.commit else nullcontext() as before:
        roots = {"before": before, "now": ROOT} if before else {"now": ROOT}
        for name in args.only:
            row: dict[str, Any] = {"work": name}
            turns = [
                {k: apart(name, root) for k, root in roots.items()} for _ in range(args.rounds)
            ]
            for k in roots:
                row[k] = min((turn[k] for turn in turns), key=lambda found: found["seconds"])
            rows.append(row)
            if not args.json:
                tell(row)
    if args.json:
        print(json.dumps(rows, indent=2))


def tell(row: dict[str, Any]) -> None:
    now = row["now"]
    text = f"{row['work']:<20} {now['seconds']:>8.3f} s  peak {now['peak_mb']:>6.0f} MB"
    if before := row.get("before"):
        ratio, same = before["seconds"] / now["seconds"], before["value"] == now["value"]
        text += f"  before {before['seconds']:>8.3f} s  {ratio:>6.1f} times"
        text += "  same value" if same else f"  {before['value']!r} -> {now['value']!r}"
    print(text, flush=True)


if __name__ == "__main__":
    main()
