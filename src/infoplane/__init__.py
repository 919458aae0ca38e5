"""Mutual information in neural networks: estimators, experiments, and a ledger of claims.

The front door is :mod:`infoplane.estimators`; the command line is ``infoplane --help``.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("infoplane")
except PackageNotFoundError:  # running from a checkout that was never installed
    __version__ = "0+unknown"
