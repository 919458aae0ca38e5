"""Figures on a page: inline SVG that follows its colours and width, sliders, numbers beside it."""

import hashlib
import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from IPython.display import HTML, display
from matplotlib.figure import Figure

from infoplane.plots.look import INK, styled
from infoplane.plots.series import as_csv
from infoplane.plots.svg import compact
from infoplane.plots.ticks import in_one_size
from infoplane.signs import minus

__all__ = ["as_html", "show"]

FONT = "DejaVu Sans,Verdana,sans-serif"  # what panels are laid out in; the book brings it along


def show(
    *figures: Figure,
    alt: str | Sequence[str],
    caption: str,
    frames: Sequence[str] = (),
    slider: str = "epoch",
) -> None:
    """Display panels with one caption, as inline SVG that follows the page's colours and width.

    alt: what a reader who cannot see the figure needs to know, one sentence a panel.
    frames: names of the frames that :func:`in_frame` filled. All panels then share a slider over
    them, named `slider`, which the arrow keys move; the page opens with the last.
    """
    page = as_html(*figures, alt=alt, caption=caption, frames=frames, slider=slider)
    display(_WithNumbers(page, as_csv(figures)))


def as_html(
    *figures: Figure,
    alt: str | Sequence[str],
    caption: str,
    frames: Sequence[str] = (),
    slider: str = "epoch",
) -> str:
    """What :func:`show` displays, as HTML for a page that is no notebook."""
    alts = [alt] if isinstance(alt, str) else list(alt)
    if len(alts) != len(figures) or not all(alts):
        raise ValueError(f"{len(figures)} panels need {len(figures)} alt texts, got {len(alts)}")
    widest = "calc(50% - 0.25em)" if len(figures) > 1 else "460px"
    panels = "".join(_svg(f, text, widest) for f, text in zip(figures, alts, strict=True))
    control = ""
    if frames:
        control = _slider(slider, [escape(name) for name in frames])
        shown = f'data-frame="{len(frames) - 1}"'
        panels = panels.replace('data-frame="', 'style="display:none" data-frame="')
        panels = panels.replace(f'style="display:none" {shown}', shown)
    return (
        '<figure class="panels" style="margin:1em 0">'
        '<div style="display:flex;flex-wrap:wrap;gap:1em 0.5em;justify-content:center">'
        f"{panels}</div>{control}<figcaption>{escape(minus(caption))}</figcaption></figure>"
    )


class _WithNumbers(HTML):
    """HTML of figures, and what they show as CSV: a page of the book links to it."""

    def __init__(self, page: str, numbers: str) -> None:
        super().__init__(page)  # type: ignore[no-untyped-call]
        self._numbers = numbers

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/csv": self._numbers} if self._numbers else {}


# Works in a static page, without a script of its own file and without the network.
MOVE = (
    "const f=this.closest('figure'),v=this.value,n=this.dataset.names.split('|')[v];"
    "f.querySelectorAll('[data-frame]').forEach(g=>"
    "{g.style.display=g.dataset.frame===v?'':'none'});"
    "f.querySelector('output').value=n;this.setAttribute('aria-valuetext',n)"
)


def _slider(name: str, frames: Sequence[str]) -> str:
    last = len(frames) - 1
    return (
        f'<label class="slider"><span>{escape(name)} <output>{frames[-1]}</output></span>'
        f'<input type="range" min="0" max="{last}" value="{last}" autocomplete="off" '
        f'aria-valuetext="{frames[-1]}" data-names="{"|".join(frames)}" oninput="{MOVE}"></label>'
    )


@styled
def _svg(figure: Figure, alt: str, widest: str) -> str:
    in_one_size(figure)
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    svg = file.getvalue()
    # Names inside an SVG are global to the page: give each figure names of its own.
    svg = compact(svg, f"f{hashlib.sha256(svg.encode()).hexdigest()[:6]}-")
    svg = svg.replace(INK, "currentColor")
    # Two to a row where there is room for their type, one below the other on a phone.
    opening = (
        f'<svg font-family="{FONT}" role="img" aria-label="{escape(alt, quote=True)}" '
        f'style="flex:1 1 300px;min-width:min(100%,320px);max-width:{widest};height:auto"'
    )
    head, _, drawing = svg.replace("<svg", opening, 1).partition(">")
    head = re.sub(r' (width|height)="[^"]*pt"', "", head)
    return f"{head}>{drawing}"
