"""Chapter 09: codes of four numbers, of images by an autoencoder and of layers by PCA.

Source: document 001, "information of compressed representations".
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA

from infoplane.datasets.vision import SIDE, enlarged
from infoplane.inputs.options import whole
from infoplane.models import descent, members
from infoplane.models.autoencoders import base, networks, training
from infoplane.models.autoencoders.networks import ConvAutoencoder
from infoplane.models.autoencoders.training import errors, fit
from infoplane.models.kept import Kept, alone
from infoplane.records.plan import Config

__all__ = ["ENCODED_BY", "encoder", "image_codes", "layer_codes"]

Floats = npt.NDArray[np.floating[Any]]

# What decides an autoencoder's weights.
ENCODED_BY = (
    "dataset", "code_dim", "encoder_rows", "encoder_epochs", "encoder_batch", "encoder_rate",
    "seed",
)  # fmt: skip
LOST = "lost"  # the share of variance, among the weights that are kept
SOURCES = (networks, base, training, members, descent)  # whose code makes them


def encoder(config: Config, *, device: str = "cpu") -> tuple[ConvAutoencoder, float]:
    """The convolutional autoencoder of a data set's images, with a code of `code_dim` numbers.

    And the share of the variance of all test images that it loses: 0 for perfect reconstructions,
    1 and more for those no better than the mean image.
    Trained on `encoder_rows` training images by the cross-entropy of pixels in [0, 1], once for a
    data set and a seed, and kept on this machine with its share. A start: batches of 128, a rate
    of 1e-2. With 20 epochs of 10 000 images of MNIST it lost .47 of the variance of test images
    (seed 0), of which four principal components lose .71; by squared errors of normalised pixels
    .56 at the better of two rates. The authors took absolute errors and another network, whose
    code ends in a sigmoid.
    """
    kept = Kept({name: config[name] for name in ENCODED_BY}, SOURCES)
    model = ConvAutoencoder(SIDE, config["code_dim"], config["seed"], output="sigmoid").to(device)
    with alone([kept]):
        state = kept.load(config["encoder_epochs"])
        if state is None:
            x, _ = enlarged(config["dataset"], "train", config["encoder_rows"])
            fit(
                model,
                x,
                epochs=config["encoder_epochs"],
                batch_size=config["encoder_batch"],
                learning_rate=config["encoder_rate"],
                loss="bce",
                seeds=[config["seed"]],
            )
            lost = errors(model, enlarged(config["dataset"], "test")[0])
            state = model.state_dict() | {LOST: lost}
            kept.save(config["encoder_epochs"], state)
    state = dict(state)
    lost = state.pop(LOST)
    model.load_state_dict(state)
    return model, float(lost[0])


def image_codes(config: Config, x: Any, *, device: str = "cpu") -> tuple[Floats, float]:
    """Codes (n, code_dim) of images x (n, 784), and the share of variance that :func:`encoder` has.

    The share is that of all test images, whatever x is.
    """
    model, lost = encoder(config, device=device)
    return model.encode(x)[0].cpu().numpy(), lost


def layer_codes(learned_on: Floats, t: Floats, code_dim: int) -> tuple[Floats, float]:
    """The first principal components (n, code_dim) of a layer, and the share of variance lost.

        code = (t - mean) V,    lost = sum |t - mean - code V'|^2 / sum |t - mean(t)|^2

    learned_on: (m, d) activations from which the mean and the directions V (d, code_dim) come;
    t: (n, d) others of the same layer. 0 where the layer lies in code_dim dimensions, and for a
    layer that is constant; about 1 where it lies elsewhere than what was learned on.
    Linear: what of x is in a curved part of the layer is lost first.
    Raises InputError for a code_dim that the layer's columns or rows do not allow.
    Source: PCA of scikit-learn, by its deterministic solver.

    >>> t = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    >>> codes, lost = layer_codes(t, t, 1)
    >>> codes[:, 0].round(6) + 0.0, round(lost, 6)
    (array([-1.,  0.,  1.]), 0.0)
    """
    whole("code_dim", code_dim, at_least=1, at_most=min(learned_on.shape))
    with np.errstate(invalid="ignore"):  # of a layer without variance PCA takes shares of it
        pca = PCA(code_dim, svd_solver="full").fit(learned_on)
    codes = pca.transform(t)
    lost = float(np.square(t - pca.inverse_transform(codes), dtype=np.float64).sum())
    there = float(np.square(t - t.mean(axis=0), dtype=np.float64).sum())
    return codes, lost / there if there else 0.0
