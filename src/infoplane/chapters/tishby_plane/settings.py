"""What all parts of chapter 05 share: the network, its bins, and its rows."""

from dataclasses import dataclass

from infoplane.datasets import vision

__all__ = [
    "COLUMNS",
    "DATASETS",
    "FIXED",
    "HIDDEN",
    "INPUTS",
    "OWN",
    "PATIENCE",
    "Task",
]

HIDDEN = (10, 7, 5, 4, 3)

INPUTS = 4096  # of the original task
OWN = ("simple", "complicated", *vision.NAMES)  # sets with networks of their own
PATIENCE = 8  # checks, for all stopping rules

FIXED = (-1.0, 1.0)  # the range of the original's bins, for every activation


@dataclass(frozen=True)
class Task:
    """Rows for training, for the criterion, for choosing between rules; the rest tests."""

    train: int
    criterion: int
    selection: int
    hidden: tuple[int, ...]


DATASETS = {"patterns": Task(600, 1000, 1000, (64, 64)), "digits": Task(400, 450, 450, (64, 64))}

COLUMNS = ("prediction_x", "prediction_y", "binned_x", "binned_y", "selection", "final")
