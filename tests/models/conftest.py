"""What the tests of models share with those of estimators."""

from tests.estimators.conftest import _one_thread

__all__ = ["_one_thread"]
