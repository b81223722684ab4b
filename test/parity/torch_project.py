#!/usr/bin/env python3
"""Runs train.py of an exported project: called by pytorchProjects.test.ts, in the project's folder.

Random sources give the numbers that were drawn in Netloom, where they are given (drawn.npy: those of every
step, one after the other), to each process those of its share; evaluation draws its own. The learning rates
of the first optimizer's updates come out as rates.txt. Threads of Gloo that are left over are a failure: they
may meet an interpreter that is gone (Linux, where PyTorch 2 names them).
"""

import os
import runpy
import sys
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
drawn = Path("drawn.npy")
if drawn.exists():
    numbers = torch.from_numpy(np.load(drawn))
    taken = 0
    randn = torch.randn

    def given(count, size, **options):
        global taken
        # Evaluation is not compared.
        if not torch.is_grad_enabled() or taken >= len(numbers):
            return randn(count, size, **options)
        world = int(os.environ.get("WORLD_SIZE", "1"))
        found = numbers[taken : taken + count * world]
        taken += count * world
        return found[int(os.environ.get("RANK", "0")) :: world]

    torch.randn = given

rates = []
first = None


def recorded(step):
    def record(self, *args, **options):
        global first
        first = first or self
        if self is first:
            rates.append(self.param_groups[0]["lr"])
        return step(self, *args, **options)

    return record


for optimizer in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
    # One may have it from another one.
    if "step" in vars(optimizer):
        optimizer.step = recorded(optimizer.step)

sys.path.insert(0, ".")
sys.argv = ["train.py", *sys.argv[1:]]
runpy.run_path("train.py", run_name="__main__")
if os.environ.get("RANK", "0") == "0":
    Path("rates.txt").write_text("".join(f"{rate!r}\n" for rate in rates))

tasks = Path("/proc/self/task")
left = [each.read_text() for each in tasks.glob("*/comm")] if tasks.exists() else []
if any("gloo" in name for name in left):
    sys.exit(f"threads that are left over: {left}")
