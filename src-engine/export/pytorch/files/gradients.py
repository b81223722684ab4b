"""Gradients of several batches, for each of several objectives by itself."""

from torch import Tensor
from torch.optim import Optimizer

from parallel import parameters_of


class GradientSums:
    """What has come up for the parameters of one optimizer since its last update."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.parameters = parameters_of(optimizer)
        self.sums: list[Tensor | None] = [None] * len(self.parameters)

    def add(self) -> None:
        """Takes what the last backward pass has left."""
        for at, parameter in enumerate(self.parameters):
            if parameter.grad is None:
                continue
            known = self.sums[at]
            gradient = parameter.grad.clone()
            self.sums[at] = gradient if known is None else known + gradient

    def put_back(self) -> None:
        """Gives the sums to the parameters, and begins anew."""
        for parameter, total in zip(self.parameters, self.sums):
            parameter.grad = total
        self.sums = [None] * len(self.parameters)
