"""A moving average of the weights: what is evaluated and saved."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


class Average:
    """Follows the weights; training goes on with the weights themselves."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.parameters = list(model.parameters())
        self.decay = decay
        self.means = [p.detach().clone() for p in self.parameters]
        self.updates = 0

    @torch.no_grad()
    def follow(self) -> None:
        """After each update; the first one is taken as it is."""
        share = 1.0 if self.updates == 0 else 1.0 - self.decay
        self.updates += 1
        for mean, parameter in zip(self.means, self.parameters):
            mean.lerp_(parameter, share)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The average stands in the model's place meanwhile."""
        self.swap()
        try:
            yield
        finally:
            self.swap()

    @torch.no_grad()
    def swap(self) -> None:
        for mean, parameter in zip(self.means, self.parameters):
            kept = parameter.clone()
            parameter.copy_(mean)
            mean.copy_(kept)
