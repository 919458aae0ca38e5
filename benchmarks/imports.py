"""Seconds until commands answer, beside an earlier commit: python benchmarks/imports.py [COMMIT].

COMMIT is checked out into a temporary folder, beside this checkout, and both take turns, so that
what else a machine does falls on both. Each row is the processor time of a fresh process, and the
best of the rounds; the ratio is of those.
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path

from checkout import ROOT, checkout, environment

MAIN = "from infoplane.cli import main; main({!r})"
COMMANDS = {
    "import infoplane.datasets.tishby": "import infoplane.datasets.tishby",
    "infoplane --help": MAIN.format(["--help"]),
    "infoplane chapters": MAIN.format(["chapters"]),
    "infoplane claims": MAIN.format(["claims"]),
    "infoplane claims --profile full": MAIN.format(["claims", "--profile", "full"]),
    "infoplane estimate --help": MAIN.format(["estimate", "--help"]),
    "code hashes of all plans": """
from infoplane.book.notebooks import chapters
from infoplane.records.store import code_of
print({code_of(plan) for chapter in chapters() for plan in chapter.plans({}).values()})
""",
}


def seconds(code: str, root: Path) -> float:
    """Processor time of a fresh Python that runs the code with the package of a checkout."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", code], env=environment(root), stdout=subprocess.DEVNULL, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(roots: dict[str, Path], rounds: int) -> list[dict[str, object]]:
    """A row a command: its best time in each checkout, which take turns."""
    rows: list[dict[str, object]] = []
    for name, code in COMMANDS.items():
        for root in roots.values():
            seconds(code, root)  # compiles, and fills the disk's cache
        times = [[seconds(code, root) for root in roots.values()] for _ in range(rounds)]
        best = dict(zip(roots, map(min, zip(*times, strict=True)), strict=True))
        rows.append({"command": name, **best})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("commit", nargs="?", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    args = parser.parse_args()
    if args.commit:
        with checkout(args.commit) as before:
            rows = compare({"before": before, "now": ROOT}, args.rounds)
    else:
        rows = compare({"now": ROOT}, args.rounds)
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'command':<34}{'before s':>10}{'now s':>10}{'ratio':>8}")
    for row in rows:
        now, before_s = float(str(row["now"])), float(str(row.get("before", "nan")))
        print(f"{row['command']:<34}{before_s:>10.2f}{now:>10.2f}{now / before_s:>8.2f}")


if __name__ == "__main__":
    main()
