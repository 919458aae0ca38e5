"""What chapter 10 says of Student's t: what one Gaussian misses, and what a mixture finds."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.flows import doubts, tables
from infoplane.stats import ends
from infoplane.words import listed

__all__ = ["mended", "missed"]

Frames = Mapping[str, pd.DataFrame]

HEART = "know their rows by heart"
ALIKE = 0.1  # nats, within which training rows and held-out ones agree


def missed(frames: Frames) -> str:
    """What flows with one Gaussian miss of the heaviest tails, what others do, and who tells."""
    every = tables.students(frames["student"])
    least, most = every["dof"].min(), every["dof"].max()
    at = every[every["dof"] == least].groupby("model")[["value", "ratio", "truth", "gaussian"]]
    means = at.mean().astype(float)
    own = means.loc["gaussian"]
    told = [f"At ν = {least:g} the flow with one Gaussian finds {own['value']:.2f} nats."]
    if own["value"] < own["gaussian"]:
        told.append(
            f"That is less than the {own['gaussian']:g} that the correlations of G and H alone "
            "tell, the thin line, since maps that make every column normal bend the ellipses of "
            "the whole."
        )
    if "copula" in means.index:
        told.append(f"Copula CCA, which does nothing else, finds {means['value']['copula']:.2f}.")
    if "cca" in means.index:
        off = means["value"]["cca"] - own["truth"]
        told.append(
            f"Plain CCA is {abs(off):.1f} nats too {'high' if off > 0 else 'low'}: correlations "
            "there are those of a few rows."
        )
    apart = own["ratio"] - own["value"]
    told.append(
        f"Training rows show {own['ratio']:.2f}"
        + (
            ", so that looking for what was learned by heart finds nothing."
            if abs(apart) < ALIKE
            else "."
        )
    )
    radius = doubts.doubted(frames["student"])[doubts.NAMES["gaussian"], "radius"]
    tells = "It is the radius that tells" if radius[least] > 0 else "The radius does not tell"
    other = "" if least == most else f", and on {100 * radius[most]:.0f} % at ν = {most:g}"
    return " ".join([*told, f"{tells}: on {100 * radius[least]:.0f} % of the seeds{other}."])


def mended(frames: Frames) -> str:
    """What a mixture lacks, over degrees of freedom, and whether it learns its rows by heart."""
    every = tables.students(frames["student"])
    own = every[every["model"] == "mixture"]
    lacks = (own["truth"] - own["value"]).astype(float).groupby(own["dof"]).mean()
    plain = every[every["model"] == "gaussian"].groupby("dof")["value"].mean()
    mixture = own.groupby("dof")["value"].mean()
    more = int((mixture > plain).sum())
    off = own.assign(lack=own["truth"] - own["value"].astype(float)).groupby("dof")
    quiet = [
        f"{dof:g}"
        for dof, part in off
        if ends(part["lack"])[0] > 0 and not part["warnings"].map(bool).any()
    ]
    told = [
        "The mixture lacks "
        + ", ".join(f"{value:z.2f} nats at ν = {dof:g}" for dof, value in lacks.items())
        + f", and finds more than one Gaussian at {more} of {len(lacks)} of these."
    ]
    if quiet:
        told.append(
            f"At ν = {listed(quiet)} that is more than chance over seeds, and no seed warns of it."
        )
    ratio = float(own["ratio"].mean() - own["value"].mean())
    hearts = own["warnings"].map(lambda warnings: HEART in " ".join(warnings))
    if hearts.any():
        told.append(
            f"Its training rows show {ratio:.2f} nats more than held-out ones, in the mean: it "
            f"learns rows by heart, and says so of {hearts.sum()} of {len(hearts)} estimates."
        )
    return " ".join(told)
