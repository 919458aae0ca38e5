"""The legend of several panels names all that any of them shows, once."""

from matplotlib.lines import Line2D

from infoplane import plots


def panel_with(*labels):
    figure, axes = plots.panel()
    for label in labels:
        axes.plot([0, 1], [0, 1], label=label)
    return figure


def texts(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def test_each_name_stands_once_and_those_of_no_panel_come_last():
    panels = [panel_with("exact", "MINE", "_hidden"), panel_with("MINE", "KSG")]
    other = Line2D([], [], label="judged")
    assert texts(plots.legend_panel(panels, handles=[other])) == ["exact", "MINE", "KSG", "judged"]


def test_it_is_as_high_as_its_rows():
    panels = [panel_with("a", "b", "c")]
    one, two = (plots.legend_panel(panels, ncols=n).get_figheight() for n in (1, 2))
    assert two < one
