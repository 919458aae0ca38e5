"""Networks that were trained on other images, as embedding functions.

    network        a network by name, cut before its classifier or at a layer
    embedding      the embeddings of images in files, computed once and kept
    stored         embeddings that others computed
    origins        where networks are from, how large and how good: data/networks.yml
    families       which networks are of one family

Behind them: recipes (what a name stands for), listed (networks.json), weights, preprocessing,
parts (what is kept).
"""

from infoplane.models.backbones.embedding import Embeddings, embed
from infoplane.models.backbones.families import family
from infoplane.models.backbones.network import Backbone, backbone
from infoplane.models.backbones.recipes import SOURCE, TORCHVISION
from infoplane.models.backbones.stored import (
    StoredEmbeddings,
    stored_embeddings,
    stored_networks,
)

__all__ = [
    "SOURCE",
    "TORCHVISION",
    "Backbone",
    "Embeddings",
    "StoredEmbeddings",
    "backbone",
    "embed",
    "family",
    "stored_embeddings",
    "stored_networks",
]
