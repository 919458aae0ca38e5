"""Where pre-trained networks are from, how large and how good they are: data/networks.yml."""

from dataclasses import dataclass
from typing import Any

import yaml

from infoplane import paths
from infoplane.errors import InputError
from infoplane.inputs.options import nearest
from infoplane.models.backbones.families import family

__all__ = ["LIBRARIES", "Origin", "listing", "of", "of_weights"]

LIBRARIES = ("stored", "torchvision", "timm")


@dataclass(frozen=True)
class Origin:
    """One network: the public file it is from, and what is known of it.

    library: "torchvision", "timm", or "stored" for those of INFOPLANE_DATA; weights: the name of
    their weights in networks.json. parameters: of the whole classifier. accuracy: top 1 on
    ImageNet in percent, None where no figure of these weights is known (`note` says why);
    accuracy_source: who says so. licence None: none is stated.
    """

    name: str
    library: str
    origin: str
    licence: str | None
    parameters: int
    accuracy: float | None
    parameters_source: str | None = None
    accuracy_source: str | None = None
    weights: str | None = None
    note: str = ""

    @property
    def family(self) -> str:
        return family(self.name)


def listing() -> tuple[Origin, ...]:
    """All networks of data/networks.yml, in its order; the same name may stand for two libraries.

    Raises InputError without a checkout, and for a file that is damaged.

    >>> [o.name for o in listing() if o.library == "timm"]
    ['resnetv2_50', 'resnetv2_101', 'xception']
    """
    place = paths.networks_yml()
    try:
        given = yaml.safe_load(place.read_text(encoding="utf-8"))
        return tuple(
            Origin(name=name, library=library, **fields)
            for library in LIBRARIES
            for name, fields in given[library].items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is no table of networks"
        raise InputError(
            f"{place} cannot be read ({why}): restore it with git checkout -- {place}"
        ) from error


def of(name: str, library: str = "stored") -> Origin:
    """The network of that name of a library.

    Raises InputError, naming the nearest, where the table has none.

    >>> of("resnet18", "torchvision").accuracy
    69.758
    """
    known = {o.name: o for o in listing() if o.library == library}
    if name not in known:
        raise InputError(
            f"network {name!r} of {library} is not in {paths.networks_yml()}: choose one of "
            f"{', '.join(known)}{nearest(name, known)}"
        )
    return known[name]


def of_weights(name: str) -> Origin | None:
    """The network whose weights networks.json has under that name; None where it is not known.

    Without a checkout, which has the table, nothing is known.
    """
    if not paths.has_checkout():
        return None
    found: Any = (o for o in listing() if o.weights == name)
    return next(found, None)
