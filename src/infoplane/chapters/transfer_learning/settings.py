"""What all parts of chapter 06 share, without torch: regimes, quantities, networks in small."""

from infoplane.models.backbones.origins import listing

__all__ = [
    "ACCURACY", "COLUMNS", "COMPACTNESS", "EARLIER", "FEWEST", "IMAGES", "LOSS", "MINIATURES",
    "NETWORKS", "NORMS", "OF_LABEL", "OF_PREDICTION", "QUANTITIES", "RANKERS", "REGIMES", "SEEN",
    "SPLIT_SEED", "TRANSFERRED", "stored",
]  # fmt: skip

REGIMES = ("underfitted", "optimal", "overfitted")
"""After the first epoch; at the epoch of the least validation loss; after the last."""

ACCURACY, LOSS = "accuracy", "loss"
COMPACTNESS, OF_PREDICTION, OF_LABEL = "I(X;E+eps)", "I(P;Y)", "I(E;Y)"
QUANTITIES = (ACCURACY, LOSS, COMPACTNESS, OF_PREDICTION, OF_LABEL)
"""In the order of the source's tables, by the names that the ledger has."""

RANKERS = {
    "pretrained": "accuracy where trained", "parameters": "log parameters",
    "columns": "log columns", "compactness": "I(X;E+ε)", "logme": "LogME", "h_score": "H-score",
    "probe": "linear probe", "neighbours": "nearest neighbours",
    "separation": "class separation", "rank": "effective rank",
    "projected": "… of a projection", "dimension": "intrinsic dimension",
}  # fmt: skip
"""Names of what is said to rank embeddings, in the order in which they are drawn."""

COLUMNS = {"miniature": 32, "stored": 256, "torchvision": 440, "source": 2048}
"""Set of networks -> columns of the narrowest of its embeddings."""
NETWORKS = tuple(COLUMNS)
FEWEST = 10
"""Images of each class and split: in half of those to train on, each has its neighbours."""
IMAGES = ("digits", "catsdogs", "oxford-pets")
NORMS = ("rows", "variance", "raw")
"""Rows of length 1 (L2, as in the source); one factor for the whole embedding, so that its columns
have together the variance 1; the network's own scale."""

MINIATURES = {
    f"{family}-{blocks}": (family, blocks)
    for blocks in (1, 3)
    for family in ("residual", "preactivation", "inception", "separable")
}
"""Name -> family and blocks a stage of networks that are trained here, on digits."""
EARLIER = ("Mixed_7a", "block3", "layer3", "stage3")
"""Layers of stored embeddings that are not a network's last: it was cut off there."""
SEEN, TRANSFERRED = (0, 1, 2, 3, 4), (5, 8)
"""Digits that they are trained on, and those that their embeddings are to tell apart."""

SPLIT_SEED = 6_000_000  # of the order of images: a stream that no classifier starts


def stored() -> tuple[str, ...]:
    """The networks whose weights or embeddings INFOPLANE_DATA is to have."""
    return tuple(known.name for known in listing() if known.library == "stored")
