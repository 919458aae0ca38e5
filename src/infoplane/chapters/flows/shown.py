"""The tables of chapter 10 as its page has them: a caption each, one level of names, few digits."""

from collections.abc import Callable, Mapping
from html import escape

import pandas as pd

from infoplane.chapters.flows import courses, doubts, tables, theory
from infoplane.chapters.flows.numbers import about, small
from infoplane.chapters.flows.tables import CASE_NAMES, MODEL_NAMES
from infoplane.signs import number
from infoplane.words import counted

__all__ = ["cases", "codes", "conditions", "images", "of_source", "rivals", "starts", "warned"]

Frames = Mapping[str, pd.DataFrame]
Form = Callable[[float], str]

NONE = "–"  # where nothing was tried


def conditions(frames: Frames) -> str:
    """Both closed forms against both conditions."""
    rows = int(frames["matrices"]["n"].iloc[0])
    found = tables.conditions(frames["matrices"])
    columns = {
        f"{correlations}, {form} form": [
            *(small(row[name]) for name in ("|cov(u, Av) − ρI|", "|slope|", "|cov(Av) − I|")),
            _digits(1)(row["likelihood"]), _digits(2)(row["ρ"]), _digits(1)(row["I from ρ"]),
        ]
        for (correlations, form), row in found.iterrows()
    }  # fmt: skip
    names = ["|cov(u, Av) − ρI|", "|slope| of the likelihood", "|cov(Av) − I|",
             "likelihood, nats a row", "ρ", "I from ρ, nats"]  # fmt: skip
    return _as_html(
        pd.DataFrame({"pairs, and A by": names, **columns}),
        f"Both closed forms of A on {counted(rows)} pairs with equal and with unequal "
        "correlations: of the first three rows the largest entry, over seeds; else means.",
    )


def starts(frames: Frames) -> str:
    """What validation rows show from every start, and when it has arrived."""
    found = courses.starts_table(frames["starts"])
    two = _digits(2)
    return _as_html(
        pd.DataFrame(
            {
                "A by": [name.replace(" form", "'s form") for name in found.index],
                "shown at first": found["rows, first"].map(two),
                "shown at last": found["rows, last"].map(two),
                "ρ says at first": found["ρ, first"].map(two),
                "ρ says at last": found["ρ, last"].map(two),
                "arrived after": [
                    at if at == "never" else counted(int(at), "step") for at in found["arrived at"]
                ],
                "−log p above the best": found["−log p"].map(two),
            }
        ),
        "What validation rows show and what ρ says, by start, nats, means over seeds; arrived: "
        "when rows show all but one nat of the truth; log p: of validation rows.",
    )


def cases(frames: Frames) -> str:
    """What each model finds of each kind of pairs, on held-out rows."""
    found = tables.cases(frames["gauss"])
    truth = frames["gauss"]["truth"].iloc[0]
    options = frames["gauss"]["options"].iloc[0]
    white, free = theory.expected(options["d"], options["nats"])
    held_out = found["held out"]
    behind = held_out.loc[CASE_NAMES["unmixed"], MODEL_NAMES["canonical"]]
    return _as_html(
        held_out.dropna().map(_digits(2)).rename_axis("pairs").reset_index(),
        f"Found of {truth:g} nats on held-out rows, means over seeds. Of unequal pairs theory lets "
        f"one ρ find {white:.1f} nats of infinitely many rows with x white, as in the closed form, "
        f"and {free:.1f} without. Behind ICA a ρ for each pair finds {behind:.2f} of what was "
        "mixed again.",
    )


def of_source(frames: Frames) -> str:
    """What the source's model shows on its rows, and what its rho says."""
    found = tables.cases(frames["gauss"])
    name = MODEL_NAMES["source"]
    columns = {"held-out rows": "held out", "training rows": "training", "by ρ": "from ρ"}
    own = pd.DataFrame({title: found[of, name] for title, of in columns.items()}).dropna()
    return _as_html(
        own.map(_digits(2)).rename_axis("pairs").reset_index(),
        "The source's model by each of its readings, nats, means over seeds; by ρ: less the "
        "excess of what is fitted.",
    )


def rivals(frames: Frames) -> str:
    """How far each estimator is off in each case, and how long it takes."""
    found = tables.rivals_table(frames).drop(columns="that behind ICA")
    seconds = found.loc["seconds"].map(about)
    errors = found.drop("seconds").map(_digits(2))
    shown = pd.concat([errors, seconds.to_frame("seconds, about").T]).rename_axis(columns=None)
    return _as_html(
        shown.rename_axis("pairs").reset_index(),
        "Mean |error| over seeds, nats; and the median of the seconds.",
    )


def images(frames: Frames) -> str:
    """What each model finds of images, and of its training rows."""
    found = tables.images_at(frames["images"])
    two = _digits(2)
    spread = zip(found["found"], found["std"], strict=True)
    return _as_html(
        pd.DataFrame(
            {
                "model": found.index,
                "found": [f"{two(mean)} ± {std:.2f}" for mean, std in spread],
                "on training rows": found["training"].map(two),
                "by ρ": found["from rho"].map(two),
            }
        ),
        f"Found of {tables.fullest(frames['images']):g} nats between images, means over seeds ± "
        "standard deviation, nats.",
    )


def codes(frames: Frames) -> str:
    """What autoencoders lose of the variance."""
    found = tables.codes(frames["images"])
    percent = {name: found[name].map(lambda lost: f"{100 * lost:.2f} %") for name in found}
    return _as_html(
        pd.DataFrame(
            {
                "images": [f"{side}, seed {seed}" for seed, side in found.index],
                "least": percent["least"],
                "most": percent["most"],
                "taken, of new images": percent["taken"],
            }
        ),
        "Share of the variance that codes lose: least and most over the autoencoders of a side, of "
        "images kept for the choice; and of new images by the one that was taken.",
    )


def warned(frames: Frames) -> str:
    """On how many seeds flows warned of Student's t."""
    found = doubts.doubted(frames["student"])
    titles = {"any": "any warning", "radius": "of the radius"}
    shown = {f"{base}: {titles[what]}": found[base, what] for base, what in found.columns}
    return _as_html(
        pd.DataFrame(shown)
        .map(lambda share: f"{100 * share:.0f} %")
        .rename(index=lambda dof: f"{dof:g}")
        .rename_axis("ν")
        .reset_index(),
        "Share of seeds on which flows warn of Student's t, by degrees of freedom ν and by what is "
        "behind the flows.",
    )


def _as_html(table: pd.DataFrame, caption: str) -> str:
    """A table of text behind its caption, a paragraph: on a phone a row is a block of its own."""
    html: str = table.to_html(index=False, border=0, justify="left")
    return f"<p>{escape(caption)}</p>\n{html}"


def _digits(count: int) -> Form:
    """Numbers with so many digits behind the point, alike in a column."""
    return lambda value: number(value, count) if pd.notna(value) else NONE
