"""A concatenated critic that sees each side through a ReLU."""

import torch
from torch import Tensor

from infoplane.estimators.neural.critics.concatenated import ConcatenatedCritic

__all__ = ["RectifiedCritic"]


class RectifiedCritic(ConcatenatedCritic):
    """b independent critics f(relu(x), relu(z)), a non-linearity before the concatenation.

    Of numbers that are not negative, pixels and outputs of a ReLU, it is the concatenated critic;
    noise on them loses its negative part.
    Source: architecture 3 of Tokovenko & Rigter, section 1.4

    >>> import torch
    >>> critic = RectifiedCritic.initial(1, 1, (4,), [torch.Generator().manual_seed(0)])
    >>> x, z = torch.tensor([[[-1.0], [0.0]]]), torch.tensor([[[0.0], [-2.0]]])
    >>> joint, marginal = critic.scores(x, z, shifts=1)
    >>> torch.allclose(joint, marginal[:, 0])
    True
    """

    def scores(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        return super().scores(torch.relu(x), torch.relu(z), shifts)

    def evaluate(self, x: Tensor, z: Tensor, shifts: int) -> tuple[Tensor, Tensor]:
        return super().evaluate(torch.relu(x), torch.relu(z), shifts)
