"""A figure that is smaller draws what it drew: points, marks, words, names, frames."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from infoplane.plots.svg import compact

NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"


def saved(figure):
    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "s"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def drawn(draw):
    figure = Figure(figsize=(4, 3))
    draw(figure.add_subplot())
    return saved(figure)


def points(d):
    """The absolute corners of a path, whether its steps are absolute or relative."""
    at, found = np.zeros(2), []
    for command, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", d):
        steps = np.array([float(n) for n in re.findall(NUMBER, text)])
        if command in "MLCQlcq":
            start = at if command.islower() else 0
            corners = steps.reshape(-1, 2) + start
            if command == "l":  # each from the one before
                corners = at + np.cumsum(steps.reshape(-1, 2), axis=0)
            elif command in "cq":
                size = {"c": 3, "q": 2}[command]
                corners = np.concatenate([[at]])[:0]
                for part in steps.reshape(-1, size, 2):
                    corners = np.concatenate([corners, at + part])
                    at = at + part[-1]
            found += corners.tolist()
            at = np.array(found[-1])
    return np.array(found)


def parsed(svg):
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def test_a_line_keeps_its_points_to_a_twentieth_of_a_point():
    x = np.linspace(0, 9, 400)

    def draw(axes):
        axes.plot(x, np.sin(x), color="#123456")

    before = drawn(draw)
    after = compact(before, "f-")
    (old,) = re.findall(r'<path d="([^"]*)"[^>]*stroke: #123456', before)
    (line,) = (path for path in parsed(after).iter("path") if path.get("stroke") == "#123456")
    wanted, found = points(old), points(line.get("d"))
    # points that coincide in tenths are left out
    kept = np.r_[True, (np.round(wanted[1:], 1) != np.round(wanted[:-1], 1)).any(axis=1)]
    np.testing.assert_allclose(found, wanted[kept], atol=0.0501)
    assert len(after) < 0.5 * len(before)


CURVES = (
    '<svg xmlns="http://www.w3.org/2000/svg"><path stroke="blue" '
    'd="M 1.26 2 C 3 4 5.55 6 7 8 C 9 10 11 12 13 14 Q 1 1 2 2 z"/></svg>'
)


def test_curves_keep_their_corners():
    after = compact(CURVES, "f-")
    (d,) = re.findall(r' d="([^"]*)"', after)
    wanted = [[1.3, 2], [3, 4], [5.6, 6], [7, 8], [9, 10], [11, 12], [13, 14], [1, 1], [2, 2]]
    np.testing.assert_allclose(points(d), wanted, atol=0.051)
    assert d.endswith("z")


def test_circles_in_a_row_are_one_path_of_dots_as_wide_as_they_were():
    x, y = np.random.default_rng(0).random((2, 30))

    def draw(axes):
        axes.scatter(x, y, s=16, color="#123456", alpha=0.5, linewidth=0)

    before = drawn(draw)
    after = parsed(compact(before, "f-"))
    (dots,) = (path for path in after.iter("path") if path.get("d").count("h0") > 2)
    uses = [use for use in parsed(before).iter("use") if "#123456" in use.get("style", "")]
    wanted = [[float(use.get("x")), float(use.get("y"))] for use in uses]
    assert len(wanted) == 30
    found = [
        [float(n) for n in at] for at in re.findall(rf"M({NUMBER}) ({NUMBER})h0", dots.get("d"))
    ]
    np.testing.assert_allclose(found, wanted, atol=0.0501)
    # an area of 16 is a diameter of 4, which the stroke makes, round at its ends
    assert (dots.get("stroke-width"), dots.get("stroke-linecap")) == ("4", "round")
    assert (dots.get("stroke"), dots.get("stroke-opacity")) == ("#123456", "0.5")


@pytest.mark.parametrize("look", [{"marker": "s"}, {"edgecolor": "#654321", "linewidth": 2}])
def test_other_marks_stay_marks(look):
    def draw(axes):
        axes.scatter([0, 1, 2, 3], [0, 1, 0, 1], color=None, facecolor="#123456", **look)

    after = compact(drawn(draw), "f-")
    assert "h0" not in after
    assert after.count("<use") >= 4


def test_words_stay_as_they_are_and_where_they_are():
    def draw(axes):
        axes.set(title="a < b & c", xlabel="$\\sigma^2$ (nats)", ylabel="up")

    svg = drawn(draw)
    before, after = parsed(svg), parsed(compact(svg, "f-"))

    def words(root):
        return ["".join("".join(text.itertext()).split()) for text in root.iter("text")]

    assert words(after) == words(before)
    assert "a<b&c" in words(after)
    (up,) = (text for text in after.iter("text") if text.text == "up")
    assert "rotate(-90" in up.get("transform")


def test_names_begin_as_asked_and_all_resolve():
    def draw(axes):
        axes.fill_between([0, 1], [0, 0], [1, 2])
        axes.plot([0, 1], [0, 2], marker="s")

    after = compact(drawn(draw), "f7-")
    names = re.findall(r'\bid="([^"]+)"', after)
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', after)
    assert names
    assert len(names) == len(set(names))
    assert {a or b for a, b in used} == set(names)
    assert all(name.startswith("f7-") for name in names)


def test_a_clip_does_not_move_with_the_mark_that_it_clips():
    # where a use has x and y of its own, what clips it has to be on a group around it
    def draw(axes):
        axes.fill_between([0, 1], [0, 0], [1, 2])

    for use in parsed(compact(drawn(draw), "f-")).iter("use"):
        assert "clip-path" not in use.attrib


def test_frames_are_data():
    def draw(axes):
        for frame in range(2):
            for _ in range(2):
                (line,) = axes.plot([0, 1], [frame, 1])
                line.set_gid(f"frame-{frame}")

    assert re.findall(r'data-frame="(\d)"', compact(drawn(draw), "f-")) == ["0", "0", "1", "1"]


def test_no_style_reaches_beyond_the_figure():
    assert "<style" not in compact(drawn(lambda axes: axes.plot([0, 1])), "f-")
