"""Mutual information in neural networks: estimators, chapters, and a ledger of claims.

Three doors: :mod:`infoplane.estimators` for arrays, :mod:`infoplane.plane` for the layers of a
network in training, and ``infoplane --help`` for the chapters and their claims.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("infoplane")
except PackageNotFoundError:  # running from a checkout that was never installed
    __version__ = "0+unknown"
