#!/usr/bin/env bash
# torch 2.14.1, optimisers with fused=True on the CPU: a transposed gradient is taken entry by entry
# as it lies in memory, and other weights than meant are moved.
#
# Guess: fused=True is the same step in one kernel, and a gradient of the same shape is the same
# gradient whatever its strides, as everywhere in torch; what a kernel cannot take it copies or
# refuses.
# Seen: with a gradient that is a transposed view (what torch.autograd.grad gives for the weight of
# x @ w.mT, say) SGD and Adam change w[0, 1] by the gradient of w[1, 0]: another model is trained,
# without an error or a warning, and the loss may even fall for a while. fused=False is right, and
# so is backward(), which lays gradients out like their weights before the step sees them.
# The way out, and ours: copy gradients that come from torch.autograd.grad, or are written out, into
# the memory order of their weights before a fused step.
#
# Output seen:
#   gradient of the zeros: w[0, 1] 5.0, w[1, 0] -3.0
#   SGD  fused=False: [0, 1] -5.0, [1, 0] +3.0   fused=True: [0, 1] +3.0, [1, 0] -5.0
#   Adam fused=False: [0, 1] -1.0, [1, 0] +1.0   fused=True: [0, 1] +1.0, [1, 0] -1.0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    torch==2.14.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import torch

gradient = torch.tensor([[0.0, -3.0], [5.0, 0.0]]).mT  # [[0, 5], [-3, 0]], by columns in memory
print(f"gradient of the zeros: w[0, 1] {gradient[0, 1]:.1f}, w[1, 0] {gradient[1, 0]:.1f}")


def moved(kind, fused, given):
    w = torch.zeros(2, 2, requires_grad=True)
    w.grad = given
    getattr(torch.optim, kind)([w], lr=1.0, fused=fused).step()
    return round(w[0, 1].item(), 3), round(w[1, 0].item(), 3)


for kind in ("SGD", "Adam"):
    right, wrong = moved(kind, False, gradient), moved(kind, True, gradient)
    print(f"{kind:4} fused=False: [0, 1] {right[0]:+.1f}, [1, 0] {right[1]:+.1f}   "
          f"fused=True: [0, 1] {wrong[0]:+.1f}, [1, 0] {wrong[1]:+.1f}")
    assert moved(kind, True, gradient.contiguous()) == right
    assert wrong == right[::-1] != right, "fused steps mind strides now"
PYTHON
