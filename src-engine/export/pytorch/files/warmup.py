"""Rates that rise evenly while training begins."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch.optim import Optimizer


@contextmanager
def warmed_up(optimizer: Optimizer, updates: int, warmup: int) -> Iterator[None]:
    """Lowers the rates of the update that comes after so many of them."""
    share = min(1.0, (updates + 1) / (warmup + 1))
    rates = [group["lr"] for group in optimizer.param_groups]
    for group, rate in zip(optimizer.param_groups, rates):
        group["lr"] = share * rate
    try:
        yield
    finally:
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate
