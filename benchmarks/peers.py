"""Other packages on the same data, in turn with ours: python benchmarks/peers.py [PEER …].

Each peer gets an environment of its own in a temporary folder, with the versions below; torch-mist
takes torch from this one. Without a name nothing is installed, and the names are listed.
"""

import argparse
import json
import math
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

# Each script defines work(n), whose first n rows are used or steps made, and is timed after a
# small one.
TIMED = """
import json, time
import numpy as np
x, z = np.load("x.npy"), np.load("z.npy")
{code}
work({n} // 20)
started = time.perf_counter()
{before}
half = time.perf_counter()
work({n})
end = time.perf_counter()
print(json.dumps({seconds}))
"""
KSG = """
from infoplane.estimators import KSG
work = lambda n: KSG(errors=None).estimate(x[:n], z[:n])
"""
# n steps of one critic, and of 32 critics a thirty-second as many each. What an estimate takes
# apart from its steps, as checks of its rows do, is taken off: those of the first half.
MINE = """
from infoplane.estimators import MINE
xs, zs = np.stack([x] * 32), np.stack([z] * 32)
def work(n):
    steps = max(n // 32, 1)
    mine = MINE(steps=steps, hidden=(128, 128), critic="concatenated", restarts=1,
                check_every=steps)
    mine.estimate_batch(xs, zs, seeds=range(32))
"""
MIST = """
import torch
from torch_mist.estimators import mine
rows, others = (torch.from_numpy(a).float() for a in (x, z))
model = mine(x_dim=x.shape[1], y_dim=z.shape[1], hidden_dims=[128, 128])
adam = torch.optim.Adam(model.parameters(), lr=5e-4)
def work(n):
    for _ in range(n):
        batch = torch.randint(len(rows), (256,))
        adam.zero_grad()
        model.loss(x=rows[batch], y=others[batch]).backward()
        adam.step()
"""


class Peer(NamedTuple):
    """What is installed for a peer, its code and ours, and the sizes (n, d) of work.

    shares: whether it takes torch from this environment; steps: whether n are steps.
    """

    packages: tuple[str, ...]
    code: str
    ours: str
    sizes: tuple[tuple[int, int], ...]
    shares: bool = False
    steps: bool = False


PEERS = {
    "infomeasure": Peer(
        ("infomeasure==0.6.3", "numpy==2.4.6", "scipy==1.17.1", "numba==0.68.1"),
        "import infomeasure\nwork = lambda n: infomeasure.mutual_information("
        'x[:n], z[:n], approach="ksg", k=3, base="e")',
        KSG,
        ((10**5, 2), (10**4, 20)),
    ),
    "ennemi": Peer(
        ("ennemi==1.5.0", "numpy==2.4.6", "scipy==1.17.1"),
        "import ennemi\nwork = lambda n: ennemi.estimate_mi(z[:n, 0], x[:n, 0], k=3)",
        KSG,
        ((10**5, 1), (10**6, 1)),
    ),
    "torch-mist": Peer(
        (
            "torch-mist==0.2.17",
            "hydra-core==1.3.2",
            "mpld3==0.5.12",
            "pyro-ppl==1.9.2",
            "pandas==2.2.3",
        ),
        MIST,
        MINE,
        ((9_600, 20),),
        shares=True,
        steps=True,
    ),
}


def environment(peer: Peer, folder: Path) -> Path:
    """A Python with the peer's packages, made in a folder."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if peer.shares:
        where = "import sysconfig; print(sysconfig.get_path('purelib'))"
        asked = subprocess.run([python, "-c", where], stdout=subprocess.PIPE, text=True, check=True)
        shared = Path(asked.stdout.strip(), "shared.pth")
        shared.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    subprocess.run([*install, *peer.packages], check=True)
    return python


def seconds(python: str, code: str, n: int, folder: Path, *, steps: bool) -> float:
    """What a script's work takes in a process of its own; of steps, those of the second half."""
    before = f"work({n // 2})" if steps else ""
    taken = "2 * (end - half - (half - started))" if steps else "end - half"
    script = TIMED.format(code=code, n=n, before=before, seconds=taken)
    command = [python, "-W", "ignore", "-c", script]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("peers", nargs="*", metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    args = parser.parse_args()
    if unknown := set(args.peers) - set(PEERS):
        parser.error(f"{', '.join(sorted(unknown))}: known are {', '.join(PEERS)}")
    if not args.peers:
        print(f"peers: {', '.join(PEERS)}")
    for name in args.peers:
        peer = PEERS[name]
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            python = environment(peer, folder)
            for n, d in peer.sizes:
                rng = np.random.default_rng(0)
                rows = 10_000 if peer.steps else n
                x = rng.standard_normal((rows, d))
                z = 0.9 * x + math.sqrt(0.19) * rng.standard_normal(x.shape)
                np.save(folder / "x.npy", x)
                np.save(folder / "z.npy", z)
                best = [math.inf, math.inf]
                sides = ((peer.code, str(python)), (peer.ours, sys.executable))
                for _ in range(args.rounds):
                    for i, (code, by) in enumerate(sides):
                        best[i] = min(best[i], seconds(by, code, n, folder, steps=peer.steps))
                theirs, ours = best
                print(
                    f"{name:<12} n = {n:>7}  d = {d:>2}  theirs {theirs:>8.3f} s  ours "
                    f"{ours:>8.3f} s  {theirs / ours:>5.1f} times",
                    flush=True,
                )


if __name__ == "__main__":
    main()
