#!/usr/bin/env python3
"""Reference numbers of images from pytorch-msssim, in float64, for test/parity/metrics.test.ts.

Writes msssim_images.json beside this file:
    pip install torch pytorch-msssim && python3 test/parity/msssim_images.py

Images are drawn by a seeded generator and rounded, so that the file stays small and is the same everywhere.
"""

import json
import pathlib
import random
from importlib.metadata import version

import torch
from pytorch_msssim import ssim

draw = random.Random(20261124)


def case(count, shape, scale, shift, white):
    """`(x - shift) * scale` is what a network sees of the data, for all or by channel."""
    size = shape[0] * shape[1] * shape[2]
    own, made = [], []
    for _ in range(count):
        slope = draw.uniform(-0.03, 0.03)
        base = [0.5 + slope * (i % shape[2]) + draw.gauss(0, 0.15) for i in range(size)]
        own.append([min(1.0, max(0.0, x)) * white for x in base])
        made.append([x + white * draw.gauss(0, 0.1) for x in own[-1]])
    factors, shifts = (torch.tensor(x, dtype=torch.float64).reshape(1, -1, 1, 1) for x in (scale, shift))
    images = lambda rows: torch.tensor(rows, dtype=torch.float64).reshape(count, *shape)
    seen = [((images(rows) - shifts) * factors).mul(1000).round().div(1000) for rows in (made, own)]
    prediction, target = (x / factors + shifts for x in seen)
    return {
        "shape": shape,
        "scale": scale,
        "shift": shift,
        "white": white,
        "prediction": seen[0].flatten().tolist(),
        "target": seen[1].flatten().tolist(),
        "ssim": ssim(prediction, target, data_range=white).item(),
    }


values = {
    "peer": "pytorch-msssim " + version("pytorch-msssim"),
    "cases": [
        case(3, [1, 14, 12], [1.0], [0.0], 1),
        case(3, [3, 11, 15], [0.02, 0.015, 0.01], [120.0, 100.0, 90.0], 255),
    ],
}
path = pathlib.Path(__file__).with_name("msssim_images.json")
path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
