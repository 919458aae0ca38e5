"""Networks that give what they were told, an output an epoch."""

import numpy as np
import torch
from torch import nn


class Script(nn.Module):
    """Gives outputs[clock], whatever the rows; the clock is its state."""

    def __init__(self, outputs):
        super().__init__()
        self.outputs = [torch.as_tensor(out) for out in outputs]
        self.register_buffer("clock", torch.tensor(0))

    def forward(self, x):
        return self.outputs[int(self.clock)][: len(x)]


def run(stopping, script, *, stop=True):
    """Go through the script, an output an epoch."""
    for epoch in range(len(script.outputs)):
        script.clock.fill_(epoch)
        if stopping(epoch) and stop:
            break
    return stopping


Y = np.array([0] * 5 + [1] * 3 + [2] * 2)
