"""Error and time of exact information with noise: python benchmarks/exact.py [COMMIT] [--json].

Twelve cells of chapter 05's plane: six layers of a tanh network on the 4096 patterns, early and
late in a short training. What counts is std sqrt(seconds), which more draws leave alone; seconds
are those of processors in one call, the best of all seeds. It is shown times 1000, with the std
that is reported and with the spread of the values over the seeds, which is known to 1 / sqrt(2
seeds). COMMIT is checked out beside this checkout, and both take turns seed by seed; the last
columns are then how much better this checkout is, and the last row their geometric mean.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from checkout import ROOT, checkout

EPOCHS = (10, 800)
COLUMNS = ("x_std", "x_spread", "y_std", "y_spread")


def train(path: Path) -> list[str]:
    """Layers and labels, written to a file; their names."""
    from infoplane.chapters.tishby_plane.networks import trained

    config = {"seed": 0, "activation": "tanh", "epochs": EPOCHS[-1], "batch": 512, "rate": 0.05}
    recorder, data, _ = trained([config], EPOCHS, "cpu")
    cells = {
        f"{when} T{k}": recorder.activations(layer)[0][i]
        for i, when in enumerate(("early", "late"))
        for k, layer in enumerate(recorder.layers, 1)
    }
    np.savez(path, labels=data.y, **cells)
    return list(cells)


def serve() -> None:
    """Cells and seeds from standard input; seconds, values and errors to standard output."""
    from infoplane.estimators.noise.exact import informations_with_noise

    for line in sys.stdin:
        asked = json.loads(line)
        torch.set_num_threads(asked["threads"])
        with np.load(asked["path"]) as file:
            t, labels = file[asked["cell"]], file["labels"]
        options = {"samples": asked["samples"], "seed": asked["seed"]}
        started = time.process_time()
        x, y = informations_with_noise(t, labels, asked["noise_std"], **options)
        seconds = time.process_time() - started
        print(json.dumps([seconds, x.value, x.std, y.value, y.std]), flush=True)


def server(root: Path) -> Any:
    """A process that serves with the package of a checkout."""
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "INFOPLANE_ROOT": str(root)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, __file__, "--serve"], env=environment, **pipes)


def ask(process: Any, question: dict[str, Any]) -> list[float]:
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    answer: list[float] = json.loads(process.stdout.readline())
    return answer


def merits(answers: list[list[float]]) -> dict[str, float]:
    """Seconds, mean values, and std sqrt(seconds) by name."""
    seconds, x, x_std, y, y_std = np.array(answers).T
    stds = (np.sqrt(np.mean(x_std**2)), x.std(ddof=1), np.sqrt(np.mean(y_std**2)), y.std(ddof=1))
    found = {
        name: float(std * np.sqrt(seconds.min())) for name, std in zip(COLUMNS, stds, strict=True)
    }
    return found | {"seconds": float(seconds.min()), "x": float(x.mean()), "y": float(y.mean())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("commit", nargs="?", help="the commit to compare with")
    parser.add_argument("--noise-std", type=float, default=0.1)
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve()
        return
    rows = []
    before: Any = checkout(args.commit) if args.commit else nullcontext()
    with TemporaryDirectory() as folder, before as root:
        path = Path(folder) / "cells.npz"
        names = train(path)
        servers = {"before": server(root), "now": server(ROOT)} if root else {"now": server(ROOT)}
        for cell in names:
            question = {"path": str(path), "cell": cell, "threads": args.threads}
            question |= {"noise_std": args.noise_std, "samples": args.samples}
            answers: dict[str, list[list[float]]] = {name: [] for name in servers}
            for seed in range(-1, args.seeds):  # the first is not counted
                for name, process in servers.items():
                    answer = ask(process, question | {"seed": max(seed, 0)})
                    answers[name] += [answer] if seed >= 0 else []
            rows.append({"cell": cell} | {name: merits(a) for name, a in answers.items()})
        for process in servers.values():
            process.stdin.close()
            process.wait()
    print(json.dumps(rows, indent=2) if args.json else table(rows))


def table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "cell         ms  I(X;T)  I(Y;T)   x std  spread   y std  spread     before ms, better"
    ]
    better = []
    for row in rows:
        now = row["now"]
        text = f"{row['cell']:<9} {now['seconds'] * 1e3:>5.1f} {now['x']:>7.3f} {now['y']:>7.4f} "
        text += "".join(f"{now[name] * 1e3:>8.3f}" for name in COLUMNS)
        if before := row.get("before"):
            better.append([before[name] / now[name] for name in COLUMNS])
            text += f"{before['seconds'] * 1e3:>10.1f}" + "".join(f"{a:>7.2f}" for a in better[-1])
        lines.append(text)
    if better:
        means = np.exp(np.log(better).mean(axis=0))
        lines.append(" " * 67 + "".join(f"{a:>7.2f}" for a in means))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
