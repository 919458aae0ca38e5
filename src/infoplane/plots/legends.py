"""One legend for several panels: a panel of its own, which stands beside or below them."""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from infoplane.plots.look import PANEL, styled

__all__ = ["legend_panel"]


@styled
def legend_panel(
    panels: Sequence[Figure] = (), *, handles: Sequence[Artist] = (), ncols: int = 1
) -> Figure:
    """A panel that is the legend of all others: of what they name, each name once, and of `handles`
    behind it, which have labels of their own."""
    named: dict[str, Any] = {}
    for panel in panels:
        for axes in panel.axes:
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
                named.setdefault(label, handle)
    named |= {str(handle.get_label()): handle for handle in handles}
    figure = Figure(figsize=(PANEL[0], 0.15 + 0.2 * -(-len(named) // ncols)))
    figure.legend(named.values(), named, loc="center", ncols=ncols)
    return figure
