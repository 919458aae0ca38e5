"""Pictures of chapter 10: what is drawn is what the records hold."""

import csv
from collections import Counter

import numpy as np
import pytest

from infoplane.chapters.flows import plots, tables
from infoplane.datasets.student import Student
from infoplane.estimators.flow import Flow
from infoplane.plots.series import as_csv
from tests.chapters.flows.world import PARAMETERS, found, world


@pytest.fixture(scope="module")
def frames():
    return world()


def lines(axes, label):
    return [line for line in axes.lines if line.get_label() == label]


def bars(axes, label):
    """Where the means of error bars stand, (x, y)."""
    return [
        np.concatenate(container.lines[0].get_data())
        for container in axes.containers
        if container.get_label() == label
    ]


def named(legend):
    return [text.get_text() for text in legend.legends[0].get_texts()]


def test_starts_are_drawn_over_their_steps_with_the_truth(frames):
    *panels, legend = plots.start_panels(frames["starts"])
    assert named(legend)[:2] == ["likelihood form", "covariance form"]
    for figure, name in zip(panels, ("from_rho", "validation"), strict=True):
        assert figure.legends == []
        (axes,) = figure.axes
        (line,) = lines(axes, "likelihood form")
        last = {"from_rho": 25.1, "validation": 24.9}[name]
        assert line.get_ydata()[-1] == pytest.approx(last)
        (truth,) = lines(axes, "true")
        assert set(truth.get_ydata()) == {25.0}
        colors = {lines(axes, f"random, rate {rate:g}")[0].get_color()
                  for rate in (*PARAMETERS["rates"], Flow.learning_rate)}  # fmt: skip
        assert len(colors) == 3
        assert plots.FLOW not in colors


def test_cases_have_a_dot_a_model_and_what_lies_outside_an_arrow(frames):
    first, second, legend = plots.case_panels(frames["gauss"])
    assert len(named(legend)) == len(set(named(legend))) == 6
    for figure in (first, second):  # one grid of rows
        (axes,) = figure.axes
        rows = [label.get_text() for label in axes.get_yticklabels()]
        assert rows == list(tables.CASE_NAMES.values())
        at = {round(y): x for x, y in bars(axes, "source's model")}
        mean = np.mean([found("unequal", "source", seed) for seed in PARAMETERS["seeds"]])
        assert at[rows.index("rotated, unequal")] == pytest.approx(mean)
    assert [text.get_text() for text in axes.texts] == ["← 11.0 to 12.4", "← 16.0 to 16.4"]
    assert axes.get_xlim() == (24.0, 26.0)


def test_readings_are_told_apart_by_colour_and_by_marker():
    looks = [look for *_, look in plots.READINGS]
    assert len({look["color"] for look in looks}) == len(looks)
    assert len({look["marker"] for look in looks}) == len(looks)


def test_numbers_of_pictures_have_names(frames):
    """No row of a curve that is called line, points or bar."""
    for panels in (
        plots.case_panels(frames["gauss"]), plots.start_panels(frames["starts"]),
        plots.rival_panels(frames), plots.image_panels(frames["images"]),
        plots.rho_panels(frames), plots.student_panels(frames["student"]),
    ):  # fmt: skip
        _, *rows = csv.reader(as_csv(panels).splitlines())
        assert not {"line", "points", "bar", "band"} & {row[2] for row in rows}


def test_bands_of_starts_are_of_their_own_curve(frames):
    _, *rows = csv.reader(as_csv(plots.start_panels(frames["starts"])).splitlines())
    counts = Counter(row[2] for row in rows if row[5])  # of those with an interval
    assert counts["likelihood form"] == counts["covariance form"]


def test_a_value_above_the_frame_has_an_arrow_to_the_right():
    figure = plots.case_panels(world(gauss=lambda case, *_: 30.0 + len(case))["gauss"])[1]
    assert "38.0 to 38.4 →" in [text.get_text() for text in figure.axes[0].texts]


def test_others_stand_at_their_error_and_seconds(frames):
    *panels, _ = plots.rival_panels(frames)
    assert len(panels) == len(plots.OVER)
    (axes,) = panels[plots.OVER.index("sinh")].axes
    ((x, y),) = bars(axes, "WKL")
    assert (x, y) == (5.0, pytest.approx(15 - 0.01 * 14 / 3))
    assert axes.get_xscale() == axes.get_yscale() == "log"
    limits = {panel.axes[0].get_xlim() for panel in panels}
    assert len(limits) == 1  # so that panels compare
    assert bars(panels[plots.OVER.index("mixed")].axes[0], "ICA, then flows")


def test_images_are_drawn_against_the_truth_and_by_model(frames):
    over, at_one = plots.image_panels(frames["images"])
    (axes,) = over.axes
    (truth,) = lines(axes, "true")
    assert list(truth.get_xdata()) == list(truth.get_ydata()) == [0, 10]
    drawn = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 3]
    assert any(np.allclose(y, 0.97 * np.array([0, 5, 10])) for y in drawn)
    (axes,) = at_one.axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows[:2] == ["source's model", "one ρ, closed form"]
    assert rows[-3:] == ["WKL", "KSG", "CCA"]
    (seeds,) = (line for line in lines(axes, "source's model") if len(line.get_xdata()) > 1)
    assert seeds.get_xdata() == pytest.approx([8.8] * 3)
    assert bars(axes, "source's model")[0] == pytest.approx([8.8, 0])
    assert over.get_figheight() == at_one.get_figheight()


def test_what_rho_says_is_beside_what_rows_show(frames):
    of_images, of_pairs, _ = plots.rho_panels(frames)
    (axes,) = of_images.axes
    ends = {name: lines(axes, name)[0].get_ydata()[-1] for name in ("training rows show", "ρ says")}
    assert ends == {"training rows show": pytest.approx(9.0), "ρ says": pytest.approx(9.8)}
    assert lines(of_pairs.axes[0], "true")[0].get_ydata()[0] == 25


def test_student_is_drawn_over_degrees_of_freedom_with_its_exact_information(frames):
    *panels, legend = plots.student_panels(frames["student"])
    assert {"one Gaussian", "a mixture", "CCA", "KSG", "true"} <= set(named(legend))
    for figure in panels:
        (axes,) = figure.axes
        (truth,) = lines(axes, "true")
        assert len(truth.get_xdata()) >= 30  # theory on a dense grid
        exact = [Student(d=2, nats=2.0, dof=dof).information.value for dof in PARAMETERS["dofs"]]
        assert [truth.get_ydata()[0], truth.get_ydata()[-1]] == pytest.approx(exact)
        (part,) = lines(axes, "Gaussian part")
        assert set(part.get_ydata()) == {2.0}
    flows, others = panels
    assert bars(flows.axes[0], "a mixture")[0] == pytest.approx([1, 3, 2.4467, 2.38], abs=1e-4)
    labels = {container.get_label() for container in others.axes[0].containers}
    assert labels == {"CCA", "KSG"}


def test_a_page_without_rivals_of_student_has_its_pictures():
    frames = world(student_rivals=[], rates=[])
    assert len(plots.student_panels(frames["student"])) == 3
    assert len(plots.start_panels(frames["starts"])) == 3
