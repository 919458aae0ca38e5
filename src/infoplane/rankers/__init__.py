"""Numbers that rank embeddings of labelled images by how well they are to transfer.

evidence     LogME: the evidence of a Bayesian linear model
h_score      the H-score with a shrunk covariance
separation   cosine distances within classes beside all
rank         the effective rank, without labels
neighbours   leave-one-out accuracy of the nearest rows
probe        a linear classifier, fitted and tested
correlations with intervals and exact p-values, over a few networks of families
stability    whether an order of networks holds over samples of images
"""

from infoplane.rankers.evidence import logme
from infoplane.rankers.h_score import h_score
from infoplane.rankers.neighbours import nearest_neighbours
from infoplane.rankers.probe import Probe, linear_probe
from infoplane.rankers.rank import effective_rank
from infoplane.rankers.separation import class_separation
from infoplane.rankers.stability import Stability, rank_stability

__all__ = [
    "Probe",
    "Stability",
    "class_separation",
    "effective_rank",
    "h_score",
    "linear_probe",
    "logme",
    "nearest_neighbours",
    "rank_stability",
]
