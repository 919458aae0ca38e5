"""Sets of networks by name, and which are of one family: residual ones, MobileNets, and so on."""

import re

__all__ = ["FAMILIES", "SOURCE", "TORCHVISION", "family"]

SOURCE = ("resnet50", "resnetv2_50", "resnet101", "resnetv2_101", "inception_v3", "xception")
"""The six networks of the source: v1 residual ones and Inception from torchvision, the others
from timm, Xception as its `legacy_xception` (the weights of Keras, converted)."""

TORCHVISION = (
    "squeezenet1_0", "squeezenet1_1", "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "mnasnet0_5",
    "mobilenet_v3_small", "mobilenet_v2", "regnet_y_400mf", "mobilenet_v3_large",
    "efficientnet_b0", "googlenet", "densenet121", "resnet18", "resnet34",
)  # fmt: skip
"""Fourteen small networks that everyone can download: 1.2 to 22 million weights."""

# In this order: the first that a name holds is its family.
FAMILIES = {
    "mobilenet": "mobilenet",
    "squeezenet": "squeezenet",
    "xception": "xception",
    "inception": "inception",
    "googlenet": "inception",
    "densenet": "densenet",
    "shufflenet": "shufflenet",
    "mnasnet": "mnasnet",
    "efficientnet": "efficientnet",
    "regnet": "regnet",
    "convnext": "convnext",
    "resn": "residual",  # resnet, resnext, wide_resnet, seresnet
    "res2ne": "residual",
    "vgg": "plain",
    "alexnet": "plain",
    "vit": "transformer",
    "swin": "transformer",
    "deit": "transformer",
}
"""What a name holds -> its family."""


def family(name: str) -> str:
    """The family of a network of torchvision, timm or INFOPLANE_DATA, by its name.

    What the name says, not how alike two networks are: MobileNets of version 2 have residual
    blocks, too. A name that holds none of FAMILIES is a family with those of the same first word.

    >>> family("resnetv2_50"), family("mobilenet_v1_0.25_128_qat"), family("legacy_xception")
    ('residual', 'mobilenet', 'xception')
    >>> family("ghostnet_100")
    'ghostnet'
    """
    folded = name.casefold()
    for part, found in FAMILIES.items():
        if part in folded:
            return found
    word = re.match(r"[^\W\d_]+", folded)
    return word.group() if word else folded
