import pytest

from infoplane import plots
from infoplane.plots import shown as module


@plots.styled
def figure(label="y"):
    made, axes = plots.panel(title="t", xlabel="x", ylabel=label)
    plots.band(axes, [0, 1], [0, 1], [0, 0.5], [0.5, 1.5], label="a", color=plots.COLORS["mine"])
    plots.truth(axes, [0, 1], [0, 1])
    axes.legend()
    return made


@pytest.fixture
def shown(monkeypatch):
    """What `show` displays, as HTML."""
    pages = []
    monkeypatch.setattr(module, "display", lambda html: pages.append(html.data))
    return pages
