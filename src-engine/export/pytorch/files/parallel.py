"""Training on several processes: what each takes of a batch, and how numbers meet."""

import gc
import importlib
import os

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel

LEAST_SHARE = 2
LEAST_COUNT = 2.0**-60


class Processes:
    """Those that torchrun has started; without it there is one."""

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.device = torch.device("cpu")
        if torch.cuda.is_available():
            self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
            torch.cuda.set_device(self.device)
        if self.count > 1:
            # DistributedDataParallel imports it, and what it finds then stays in the
            # defaults of its functions: with a group, Gloo's threads would outlive
            # destroy_process_group and meet an interpreter that is gone.
            importlib.import_module("torch.distributed.nn")
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def close(self) -> None:
        """Ends the group and its threads, once nothing else holds it.

        Whoever has a network of distributed() lets go of it before.
        """
        if self.count > 1:
            gc.collect()
            # Nobody leaves while another still talks.
            dist.barrier()
            dist.destroy_process_group()

    def share(self, rows: Tensor) -> tuple[Tensor, float]:
        """Rows of a batch for this process, and what a mean over them counts for.

        The mean over all processes of what is weighed so is the mean over the batch,
        also where shares differ by a sample. A batch too small to be shared is
        computed by each of them.
        """
        if len(rows) < LEAST_SHARE * self.count:
            return rows, 1.0
        own = rows[self.rank :: self.count]
        return own, len(own) * self.count / len(rows)

    def mean(self, values: Tensor) -> Tensor:
        """Over all processes."""
        if self.count > 1:
            dist.all_reduce(values)
            values /= self.count
        return values

    def distributed(self, model: nn.Module) -> nn.Module:
        """The network, with gradients that are means over all processes."""
        if self.count == 1:
            return model
        return DistributedDataParallel(model)

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """What DistributedDataParallel does, for the parameters of one optimizer."""
        if self.count > 1:
            for parameter in parameters_of(optimizer):
                if parameter.grad is not None:
                    self.mean(parameter.grad)

    def average_buffers(self, model: nn.Module) -> None:
        """Running statistics, of which each process has seen its share."""
        for buffer in model.buffers():
            if buffer.is_floating_point():
                self.mean(buffer)


def parameters_of(optimizer: torch.optim.Optimizer) -> list[nn.Parameter]:
    return [p for group in optimizer.param_groups for p in group["params"]]


class Means:
    """Means over samples of what is measured batch by batch."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self.names: list[str] = []
        self.rows: list[Tensor] = []
        self.weights: list[Tensor] = []
        self.sizes: list[int] = []

    def add(
        self,
        values: dict[str, Tensor],
        weight: float,
        size: int,
        counted: dict[str, float] | None = None,
    ) -> None:
        """counted: how much of a sample counts in a value, if not all of it."""
        self.names = list(values)
        row = torch.stack([v.detach() for v in values.values()])
        counts = [(counted or {}).get(name, 1.0) * weight for name in values]
        weights = torch.tensor(counts, device=row.device)
        # Where nothing counts a mean is no number.
        self.rows.append(torch.where(weights > 0, row * weights, 0.0))
        self.weights.append(weights)
        self.sizes.append(size)

    def collect(self) -> tuple[dict[str, float], dict[str, list[float]]]:
        """The means, and what was measured of each batch."""
        table = self.processes.mean(torch.stack(self.rows)).double().cpu()
        weights = self.processes.mean(torch.stack(self.weights)).double().cpu()
        sizes = torch.tensor(self.sizes, dtype=torch.float64)
        means = (sizes @ table) / (sizes @ weights).clamp(min=LEAST_COUNT)
        columns = zip(self.names, (table / weights.clamp(min=LEAST_COUNT)).T.tolist())
        return dict(zip(self.names, means.tolist())), dict(columns)


class SumOfAll(torch.autograd.Function):
    """A sum over all processes; its gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        total = x.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        total = gradient.clone()
        dist.all_reduce(total)
        return total


class SyncedBatchNorm(_BatchNorm):
    """Batch norm over the batch of all processes, whatever their shares and devices."""

    def _check_input_dim(self, x: Tensor) -> None:
        if x.dim() < 2:
            raise ValueError(f"expected 2 or more dimensions, got {x.dim()}")

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        axes = [0, *range(2, x.dim())]
        shape = [1, -1] + [1] * (x.dim() - 2)
        count = x.new_full((1,), x.numel() / x.shape[1])
        sums = SumOfAll.apply(torch.cat([x.sum(axes), count]))
        total = sums[-1]
        mean = sums[:-1] / total
        centred = x - mean.reshape(shape)
        variance = SumOfAll.apply(centred.square().sum(axes)) / total
        with torch.no_grad():
            unbiased = variance * total / (total - 1)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(unbiased, self.momentum)
        y = centred * torch.rsqrt(variance + self.eps).reshape(shape)
        if not self.affine:
            return y
        return y * self.weight.reshape(shape) + self.bias.reshape(shape)


def synchronise_batch_norm(model: nn.Module) -> None:
    """Puts a SyncedBatchNorm in the place of every batch norm."""
    for name, module in list(model.named_modules()):
        if not isinstance(module, _BatchNorm):
            continue
        synced = SyncedBatchNorm(
            module.num_features, module.eps, module.momentum, module.affine
        )
        synced.load_state_dict(module.state_dict())
        parent, _, own_name = name.rpartition(".")
        setattr(model.get_submodule(parent), own_name, synced)
