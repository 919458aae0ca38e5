"""The plane of a table, as a file of its own: a path a layer, intervals, gaps, what it says."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from infoplane.errors import InputError
from infoplane.plane.plots import plane_paths, plot
from infoplane.plane.tables import tidy
from infoplane.stats import mean_of
from tests.plane.drawn import EPOCHS, ceilings


def table(networks=1, *, layers=("hidden", "block.0", ""), value=None, quantities=2):
    """A table of a recorder; value(network, epoch, layer number, quantity number), nats."""
    rng = np.random.default_rng(1)

    def drawn(*_):
        return rng.uniform(0.1, 0.6)

    return tidy(
        (network, network, epoch, layer, quantity, "exact", (value or drawn)(network, epoch, k, q),
         0.01, ceiling, "")
        for network in range(networks) for epoch in EPOCHS for k, layer in enumerate(layers)
        for q, (quantity, ceiling) in enumerate((("I(X;T)", 3.0), ("I(T;Y)", 0.7))[:quantities])
    )  # fmt: skip


def path(given, layer, network=None):
    """Of a layer, (epochs, 2): I(X;T) and I(T;Y), of one network or the mean over all."""
    part = given[given["layer"] == layer]
    if network is not None:
        part = part[part["network"] == network]
    return part.pivot_table(index="epoch", columns="quantity", values="value")[
        ["I(X;T)", "I(T;Y)"]
    ].to_numpy()


@pytest.mark.parametrize("networks", [1, 3])
def test_a_plane_has_a_path_a_layer_through_its_epochs(networks):
    given = table(networks)
    figure = plot(given, title="mine")
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "mine"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("I(X; T) (nats)", "I(T; Y) (nats)")
    assert ceilings(axes) == ([3.0], [0.7])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        *("hidden", "block.0", "model"), "epoch 0", "epoch 100", "ceiling",
    ]  # fmt: skip
    colors = [line.get_color() for line in legend.get_lines()[:3]]
    assert len(set(colors)) == 3
    for layer, color in zip(("hidden", "block.0", ""), colors, strict=True):
        own = [line.get_xydata() for line in axes.lines if line.get_color() == color]
        paths = [line for line in own if len(line) == len(EPOCHS)]
        expected = [path(given, layer)]
        if networks > 1:
            expected = [path(given, layer, i) for i in range(networks)] + expected
        np.testing.assert_allclose(np.stack(paths), np.stack(expected))
        ends = [line[0] for line in own if len(line) == 1]
        np.testing.assert_allclose(ends[:2], expected[-1][[0, -1]])
    assert len(axes.containers) == (3 if networks > 1 else 0)


def test_the_bars_of_several_networks_are_the_interval_at_the_last_epoch():
    given = table(4, layers=("a",))
    ((_, _, bars),) = plot(given).axes[0].containers
    last = given[given["epoch"] == EPOCHS[-1]]
    for side, quantity in enumerate(("I(X;T)", "I(T;Y)")):
        values = last.loc[last["quantity"] == quantity, "value"].to_numpy()
        _, low, high = mean_of(values[:, None])
        (segment,) = bars[side].get_segments()
        np.testing.assert_allclose(segment[:, side], [low[0], high[0]])


@pytest.mark.parametrize("networks", [1, 3])
def test_one_quantity_is_drawn_over_the_epochs(networks):
    given = table(networks, quantities=1)
    axes = plot(given).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "I(X;T) (nats)")
    curves = [line for line in axes.lines if list(line.get_xdata()) == EPOCHS]
    means = [given[given["layer"] == layer].groupby("epoch")["value"].mean() for layer in
             given["layer"].unique()]  # fmt: skip
    np.testing.assert_allclose([line.get_ydata() for line in curves], means)
    assert len(axes.collections) == (3 if networks > 1 else 0)  # bands


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_it_is_saved_as_a_file_that_can_be_read_anywhere(kind, tmp_path):
    file = tmp_path / f"plane.{kind}"
    with mpl.rc_context():
        mpl.rcdefaults()  # what a user has
        plot(table()).savefig(file)
    assert file.stat().st_size > 5_000
    if kind == "png":
        corner = mpl.image.imread(file)[0, 0]
        assert corner.tolist() == [1, 1, 1, 1]  # white, where a page's own colour would show


def test_values_outside_what_can_be_are_in_the_picture():
    axes = plot(table(value=lambda network, epoch, k, q: (-1.0, 9.0)[epoch > 1])).axes[0]
    for low, high in (axes.get_xlim(), axes.get_ylim()):
        assert low < -1
        assert high > 9


@pytest.mark.filterwarnings("error")
def test_missing_values_leave_gaps():
    given = table(2)
    given.loc[given["epoch"] == 1, "value"] = np.nan
    given.loc[(given["layer"] == "") & (given["network"] == 0), "value"] = np.nan
    axes = plot(given).axes[0]
    paths = [line.get_xydata() for line in axes.lines if len(line.get_xdata()) == len(EPOCHS)]
    assert all(np.isnan(line[1]).all() for line in paths)
    assert np.isfinite(paths[-1][[0, 2, 3]]).all()  # the mean of the network that has values
    plot(given[given["quantity"] == "I(T;Y)"])


def test_an_empty_plane_says_so_below():
    full = table(value=lambda network, epoch, k, q: (2.99, 0.69)[q])
    assert "the plane is empty" in plot(full).get_supxlabel()
    assert plot(table()).get_supxlabel() == ""


def test_a_network_of_many_layers_keeps_its_legend_in_the_picture():
    figure = plot(table(layers=[f"block.{i}.relu" for i in range(40)]))
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent()
    assert box.y0 >= 0
    assert figure.axes[0].get_window_extent().width > 300


def test_what_cannot_be_drawn_is_said():
    given = table()
    two = pd.concat([given, given.assign(estimator="binning")])
    for bad, told in (
        (two, r"estimators exact, binning: pass the rows of one, such as table\[table.estimator"),
        (given[:0], "estimators of no row"),
        (given.drop(columns="layer"), "no column 'layer'"),
        (given["value"], "table is a Series"),
    ):
        with pytest.raises(InputError, match=told):
            plot(bad)
    for call in (lambda: plane_paths(given), lambda: plane_paths(given, given, EPOCHS)):
        with pytest.raises(InputError, match=r"draw the table of a Recorder by plot\(table\)"):
            call()


def test_drawing_changes_nothing_of_the_users_matplotlib():
    with mpl.rc_context():
        mpl.rcdefaults()
        before = dict(mpl.rcParams)
        plot(table(2))
        assert dict(mpl.rcParams) == before


def test_who_does_not_draw_does_not_wait_for_matplotlib():
    code = (
        "import sys; from infoplane import plane; assert 'matplotlib' not in sys.modules; "
        "plane.plot; assert 'matplotlib' in sys.modules; print(*plane.__all__)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "plot" in found.stdout.split()
