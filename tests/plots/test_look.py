"""One look: colours that can be seen, and styles that stay inside."""

import subprocess
import sys
import textwrap

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from infoplane import plots
from infoplane.plots.maps import luminance
from tests.plots.conftest import figure


@pytest.mark.parametrize("ground", ["#ffffff", "#14181e"])
def test_colours_can_be_seen_on_light_and_dark(ground):
    for color in {*plots.COLORS.values(), *plots.CLASSES, *plots.shades(20)} - {plots.INK}:
        high, low = sorted((luminance(to_rgb(c)) for c in (color, ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, color  # WCAG 1.4.11, graphical objects


UNTOUCHED = """
    import importlib, pkgutil
    import matplotlib
    import infoplane

    before = dict(matplotlib.rcParams.copy())
    for found in pkgutil.walk_packages(infoplane.__path__, "infoplane."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    after_import = dict(matplotlib.rcParams.copy())
    import pandas
    from infoplane import plots

    made, axes = plots.panel(title="t")
    plots.band(axes, [0, 1], [0, 1], [0, 0], [1, 1], label="a", color="C0")
    plots.truth(axes, [0, 1], [0, 1])
    plots.ceiling(axes, 1.0, "most")
    mapped = plots.heatmap([[0.0, 1.0]], title="t", label="nats", vmax=1)
    plots.repetitions(
        axes, pandas.DataFrame({"a": ["b", "b"], "v": [0.0, 1.0]}),
        x="a", y="v", hue="a", interval=lambda v: (0.0, 1.0), palette={"b": "C0"},
    )
    plots.show(made, mapped, alt=["a", "b"], caption="c")
    after_figures = dict(matplotlib.rcParams.copy())
    for now in (after_import, after_figures):
        print({name for name in before if now[name] != before[name]} or "as before")
"""


def test_neither_importing_nor_drawing_changes_the_users_matplotlib():
    """In a process of its own: here every module has been imported long ago."""
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(UNTOUCHED)], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    assert [line for line in told.stdout.splitlines() if not line.startswith("<")] == [
        "as before"
    ] * 2


def test_seaborn_is_imported_by_those_who_draw_with_it():
    code = "import sys; from infoplane import plots; print('seaborn' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_what_is_styled_has_the_books_style_whatever_the_users(shown):
    with mpl.rc_context({"text.color": "red", "axes.edgecolor": "red", "xtick.color": "red"}):
        plots.show(figure(), alt="a", caption="c")
    plain = figure()
    plots.show(plain, alt="a", caption="c")
    assert "#ff0000" not in shown[0]
    assert shown[0] == shown[1]


def test_styled_gives_rcparams_back_after_an_error():
    @plots.styled
    def broken():
        assert mpl.rcParams["text.color"] == plots.INK
        raise ZeroDivisionError

    before = {name: mpl.rcParams[name] for name in plots.STYLE}
    assert before != plots.STYLE
    with pytest.raises(ZeroDivisionError):
        broken()
    assert {name: mpl.rcParams[name] for name in plots.STYLE} == before
