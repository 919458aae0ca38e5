"""Figures: how they look, and how a page shows them.

look         colours, panels, curves that mean the same in every chapter
legends      one for several panels
rows         forests: named rows, means with intervals across
repetitions  every repetition of groups, means with intervals
maps         values as colours, with their numbers
ticks        numbers on axes
shown        inline SVG with captions, sliders and the numbers beside it
svg          Matplotlib's SVG, made smaller
series       what a figure shows, as CSV
names        what a figure calls each thing
"""

from infoplane.plots.legends import legend_panel
from infoplane.plots.look import (
    CLASSES,
    COLORS,
    INK,
    ORDERED,
    PANEL,
    SMALL,
    STYLE,
    TALL,
    TRUTH,
    Look,
    band,
    ceiling,
    in_frame,
    panel,
    shades,
    styled,
    truth,
)
from infoplane.plots.maps import CLEAR, SEQUENTIAL, SIGNED, heatmap, legible
from infoplane.plots.repetitions import repetitions
from infoplane.plots.rows import across, rows_panel
from infoplane.plots.shown import show

__all__ = [
    "CLASSES",
    "CLEAR",
    "COLORS",
    "INK",
    "ORDERED",
    "PANEL",
    "SEQUENTIAL",
    "SIGNED",
    "SMALL",
    "STYLE",
    "TALL",
    "TRUTH",
    "Look",
    "across",
    "band",
    "ceiling",
    "heatmap",
    "in_frame",
    "legend_panel",
    "legible",
    "panel",
    "repetitions",
    "rows_panel",
    "shades",
    "show",
    "styled",
    "truth",
]
