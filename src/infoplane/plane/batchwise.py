"""Normalisation by the batch: where what a layer gives for a row depends on the rows beside it."""

from torch import nn

__all__ = ["batch_doubts", "by_the_batch"]

# InstanceNorm and GroupNorm look at one row at a time, whatever they keep.
NORMALISING = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def by_the_batch(model: nn.Module) -> list[str]:
    """Names of the layers that normalise by the mean of the batch in evaluation mode, too.

    Those are the batch norms without running statistics; what a module of another kind does, or
    a function, cannot be seen.

    >>> norms = [nn.BatchNorm1d(2), nn.BatchNorm1d(2, track_running_stats=False)]
    >>> by_the_batch(nn.Sequential(*norms, nn.InstanceNorm1d(2)))
    ['1']
    """
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, NORMALISING) and module.running_mean is None
    ]


def batch_doubts(model: nn.Module, n: int, batch_size: int) -> list[str]:
    """What to doubt of n rows that a model sees `batch_size` at a time, in sentences."""
    names = by_the_batch(model)
    if not names:
        return []
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    told = (
        f"layer {names[0]!r}{more} has no running statistics and normalises by the mean of its "
        "batch: from there on the activations of a row depend on the rows beside it"
    )
    if n > batch_size:
        told += f", and so on batch_size={batch_size}; pass batch_size={n}, so that it sees all"
    return [f"{told}; with track_running_stats=True a row is by itself"]
