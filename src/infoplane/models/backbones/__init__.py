"""Networks that were trained on other images, as embedding functions.

    network        a network by name, cut before its classifier or at a layer
    embedding      the embeddings of images in files, computed once and kept
    stored         embeddings that others computed
    origins        where networks are from, how large and how good: data/networks.yml
    families       which networks are of one family

Import from these; the last two need no torch. Behind them: recipes (what a name stands for),
listed (networks.json), weights, preprocessing, parts (what is kept).
"""
