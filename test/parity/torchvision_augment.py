#!/usr/bin/env python3
"""What torchvision makes of a picture by given parameters, for test/parity/augment.test.ts.

Writes torchvision_augment.json beside this file. Run with torchvision from 0.17:
    python3 test/parity/torchvision_augment.py

Pictures are of float64, so that what differs is the definition. `fill=None` leaves black outside; with a fill
torchvision weighs pixels at the edge twice, once by what was sampled and once by its mask, and is compared inside only.
"""

import json
import math
import pathlib
import random

import torch
import torchvision
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

draw = random.Random(20261123)
HEIGHT, WIDTH = 7, 9
picture = torch.tensor([[[round(draw.random(), 3) for _ in range(WIDTH)] for _ in range(HEIGHT)]
                        for _ in range(3)], dtype=torch.float64)
cases = []


def case(step, output, **params):
    cases.append({"step": step, "params": params, "values": [round(v, 9) for v in output.flatten().tolist()]})


BILINEAR = InterpolationMode.BILINEAR
for angle in (10.0, -33.0, 90.0):
    case("rotate", F.rotate(picture, angle, interpolation=BILINEAR), degrees=angle)
for factor in (0.8, 1.3):
    case("scale", F.affine(picture, 0.0, [0, 0], factor, [0.0, 0.0], interpolation=BILINEAR), factor=factor)
for right, down in ((2, -1), (-3, 2)):
    case("shift", F.affine(picture, 0.0, [right, down], 1.0, [0.0, 0.0], interpolation=BILINEAR),
         right=right, down=down)
case("flip", F.horizontal_flip(picture), direction="horizontal")
case("flip", F.vertical_flip(picture), direction="vertical")
for mode, edge in (("constant", "zero"), ("reflect", "reflect")):
    padded = F.pad(picture, [3], padding_mode=mode)
    case("crop", F.crop(padded, 1, 5, HEIGHT, WIDTH), edge=edge, down=1 - 3, right=5 - 3)
for top, left, tall, wide in ((0, 0, 7, 9), (1, 2, 4, 6), (5, 7, 1, 2)):
    case("resizedCrop",
         F.resized_crop(picture, top, left, tall, wide, [HEIGHT, WIDTH], interpolation=BILINEAR, antialias=True),
         top=top, left=left, tall=tall, wide=wide)
for factor in (0.7, 1.6):
    case("brightness", F.adjust_brightness(picture, factor), factor=factor)
    case("contrast", F.adjust_contrast(picture, factor), factor=factor)
    case("saturation", F.adjust_saturation(picture, factor), factor=factor)
for turn in (-0.4, 0.1, 0.5):
    case("hue", F.adjust_hue(picture, turn), turn=turn)
case("grayscale", F.rgb_to_grayscale(picture, num_output_channels=3))

path = pathlib.Path(__file__).with_suffix(".json")
result = {"torchvision": torchvision.__version__, "shape": [3, HEIGHT, WIDTH],
          "picture": picture.flatten().tolist(), "cases": cases}
path.write_text(json.dumps(result, separators=(",", ":")).replace('},{"step"', '},\n{"step"') + "\n")
print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")
