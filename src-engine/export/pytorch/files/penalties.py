"""Penalties on the size of weights, by groups of parameters."""

import torch
from torch.optim import Optimizer


@torch.no_grad()
def add_penalties(optimizer: Optimizer) -> None:
    """As if l1 * sum(|w|) + l2 * sum(w ** 2) of each group were part of the loss."""
    for group in optimizer.param_groups:
        l1, l2 = group.get("l1", 0), group.get("l2", 0)
        for parameter in group["params"]:
            if parameter.grad is None:
                continue
            parameter.grad.add_(parameter.sign(), alpha=l1)
            parameter.grad.add_(parameter, alpha=2 * l2)
