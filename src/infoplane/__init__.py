"""Mutual information in neural networks: estimators, chapters, and a ledger of claims.

Three doors: :mod:`infoplane.estimators` for arrays, :mod:`infoplane.plane` for the layers of a
network in training, and ``infoplane --help`` for the chapters and their claims.
"""

from typing import TYPE_CHECKING

__version__: str

if not TYPE_CHECKING:  # a checker would take any name for an attribute

    def __getattr__(name):
        """The version, looked up when it is asked for: that takes as long as half of NumPy."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("infoplane")
        except PackageNotFoundError:  # running from a checkout that was never installed
            return "0+unknown"
