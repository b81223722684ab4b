#!/usr/bin/env python3
"""Runs train.py of an exported project: called by pytorchProjects.test.ts, in the project's folder.

Random sources give the numbers that were drawn in Netloom, where they are given (drawn.npy: those of every
step, one after the other), to each process those of its share; evaluation draws its own.
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

sys.path.insert(0, ".")
sys.argv = ["train.py", *sys.argv[1:]]
runpy.run_path("train.py", run_name="__main__")
