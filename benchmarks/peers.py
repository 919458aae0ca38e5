"""Other packages on the same data, and ours in turn with them: python benchmarks/peers.py PEER ….

Each peer gets an environment of its own, in a temporary folder, with the versions below; torch-mist
takes torch from this one. Without a name nothing is installed, and the names are listed.
"""

import argparse
import json
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple

GAUSSIANS = """
import json, math, time
import numpy as np
rng = np.random.default_rng(0)
x = rng.standard_normal(({n}, {d}))
z = .9 * x + math.sqrt(.19) * rng.standard_normal(({n}, {d}))
"""
TIMED = """
estimate(1000)
started = time.perf_counter()
value = estimate({n})
print(json.dumps([time.perf_counter() - started, float(value)]))
"""
STEPS = """
started = time.perf_counter()
steps(200)
print(json.dumps([(time.perf_counter() - started) / 200 / members, 0.0]))
"""


class Peer(NamedTuple):
    """What is installed for a peer, whether it may use the packages here, and its own code."""

    packages: tuple[str, ...]
    shares: bool
    works: dict[str, tuple[str, str]]


KSG = """
from infoplane.estimators import KSG
estimate = lambda n: KSG(errors=None).estimate(x[:n], z[:n]).value
"""
PEERS = {
    "infomeasure": Peer(
        ("infomeasure==0.6.3", "numpy==2.4.6", "scipy==1.17.1", "numba==0.68.1"),
        False,
        {
            f"KSG {d}+{d}, n = {n}": (
                GAUSSIANS.format(n=n, d=d)
                + "import infomeasure\n"
                + "estimate = lambda n: infomeasure.mutual_information("
                + 'x[:n], z[:n], approach="ksg", k=3, base="e")\n'
                + TIMED.format(n=n),
                GAUSSIANS.format(n=n, d=d) + KSG + TIMED.format(n=n),
            )
            for d, n in ((2, 10**5), (20, 10**4))
        },
    ),
    "ennemi": Peer(
        ("ennemi==1.5.0", "numpy==2.4.6", "scipy==1.17.1"),
        False,
        {
            f"KSG 1+1, n = {n}": (
                GAUSSIANS.format(n=n, d=1)
                + "import ennemi\n"
                + "estimate = lambda n: ennemi.estimate_mi(z[:n, 0], x[:n, 0], k=3)[0, 0]\n"
                + TIMED.format(n=n),
                GAUSSIANS.format(n=n, d=1) + KSG + TIMED.format(n=n),
            )
            for n in (10**5, 10**6)
        },
    ),
}
