"""What autoencoders of both kinds have in common: checks, reconstructions, codes, in parts."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.inputs.options import listed, one_of, whole
from infoplane.inputs.tensors import as_tensor
from infoplane.models.members import check_seeds

__all__ = ["Autoencoder"]

CODE_ACTIVATIONS = ("none", "tanh")
OUTPUTS = ("linear", "sigmoid")

# Floats of the widest layer held at once where no gradient is needed.
CHUNK = 2**22


class Autoencoder(nn.Module, ABC):
    """What both kinds share: `members` maps x -> code -> x', each through its own `codes[i]`.

    width: columns of x; codes: the code dimension of each member; output: "linear" or "sigmoid".
    """

    def __init__(
        self,
        width: int,
        codes: Sequence[int],
        seeds: Sequence[int],
        code_activation: str,
        output: str,
    ) -> None:
        super().__init__()
        one_of("code_activation", code_activation, CODE_ACTIVATIONS)
        one_of("output", output, OUTPUTS)
        if not listed("codes", codes):
            raise InputError("codes=[] is empty: give the code dimension of each member")
        for code in codes:
            whole("codes", code, at_least=1, at_most=width)
        check_seeds(seeds, len(codes))
        self.width, self.codes = int(width), tuple(int(code) for code in codes)
        self.members = len(codes)
        self.code_activation, self.output = code_activation, output

    def forward(self, x: Tensor) -> Tensor:
        """The reconstructions x', (b, n, D); of images too, flattened."""
        logits = self.logits(self.code(self.rows(x)))
        return torch.sigmoid(logits) if self.output == "sigmoid" else logits

    def squashed(self, code: Tensor) -> Tensor:
        """The code behind its activation."""
        return torch.tanh(code) if self.code_activation == "tanh" else code

    def encode(self, x: Any) -> list[Tensor]:
        """The codes of the rows of x, one (n, codes[i]) for each member, without gradients."""
        x = self.rows(x, finite=True)
        with torch.no_grad():
            parts = torch.cat([self.code(part) for part in self.chunks(x)], dim=1)
        return [part[:, :d].clone() for part, d in zip(parts, self.codes, strict=True)]

    def standardise(self, x: Tensor) -> None:
        """Scale the encoder so that each column of the codes of x has mean 0 and variance 1.

        x: (1 or b, n, D), as :meth:`rows` gives it. A column that is dead only moves.
        """
        with torch.no_grad():
            parts = torch.cat([self.code(part) for part in self.chunks(x)], dim=1).double()
            mean, std = parts.mean(dim=1), parts.std(dim=1, correction=0)  # (b, max(codes))
            self.rescale(mean, torch.where(std > 0, std, 1.0))

    def rows(self, x: Any, *, finite: bool = False) -> Tensor:
        """Checked x as the weights are: (1, n, D) shared by the members, or (b, n, D)."""
        given = as_tensor(x, "x")
        rows = (given[None] if given.ndim == 2 else given).to(next(self.parameters()))
        fits = rows.ndim == 3 and len(rows) in (1, self.members) and rows.shape[-1] == self.width
        if not fits or not rows.numel():
            raise InputError(
                f"x has shape {tuple(given.shape)}: (n, {self.width}), or "
                f"({self.members}, n, {self.width}) with rows of each member's own, is accepted"
            )
        # the extremes are NaN where any value is, and take no copy of x
        if finite and not torch.stack(rows.aminmax()).isfinite().all():
            if bad := int((~given.isfinite()).sum()):
                raise InputError(
                    f"x has {bad} values that are NaN or infinite: drop or replace them"
                )
            raise InputError(
                f"x has {int((~rows.isfinite()).sum())} values too large for the model's "
                f"{str(rows.dtype).removeprefix('torch.')}: scale x"
            )
        return rows

    def chunks(self, x: Tensor) -> Iterator[Tensor]:
        """Rows of x (1 or b, n, D) a part at a time, so that memory does not grow with n."""
        size = max(1, CHUNK // (self.members * self.widest))
        return (x[:, i : i + size] for i in range(0, x.shape[1], size))

    @property
    @abstractmethod
    def widest(self) -> int:
        """Units of the widest layer of a member."""

    @abstractmethod
    def rescale(self, mean: Tensor, std: Tensor) -> None:
        """Let codes c become (c - mean) / std, by the encoder's last layer.

        mean, std: (b, max(codes)).
        """

    @abstractmethod
    def code(self, rows: Tensor) -> Tensor:
        """(1 or b, n, D) -> (b, n, max(codes)); the columns from codes[i] on are zero."""

    @abstractmethod
    def logits(self, code: Tensor) -> Tensor:
        """(b, n, max(codes)) -> (b, n, D): the reconstruction, or what its sigmoid is taken of."""
