#!/usr/bin/env python3
"""Reference numbers from PyTorch's losses of classes in float64, for test/parity/losses.test.ts.

Writes torch_losses.json beside this file. Run with any PyTorch from 1.12:
    python3 test/parity/torch_losses.py

Scores of sequences are written with their classes last, as they are here.
"""

import json
import pathlib
import random

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
draw = random.Random(20261124)
cases = []


def numbers(*shape, low=-3.0, high=3.0):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([round(draw.uniform(low, high), 2) for _ in range(count)]).reshape(shape)


def labels(*shape, classes, ignored=None):
    count = 1
    for size in shape:
        count *= size
    values = [draw.randrange(classes) for _ in range(count)]
    if ignored is not None:
        values = [ignored if draw.random() < 0.3 else value for value in values]
        # At least one counts.
        values[0] = 1
    return torch.tensor(values).reshape(shape)


def written(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


COMPARING = {
    "BCELoss": F.binary_cross_entropy,
    "BCEWithLogitsLoss": F.binary_cross_entropy_with_logits,
    "HuberLoss": F.huber_loss,
    "L1Loss": F.l1_loss,
    "MSELoss": F.mse_loss,
    "SmoothL1Loss": F.smooth_l1_loss,
}


def reductions(options):
    """The sum of a sample is the sum of all by how many samples there are."""
    return "sum" if options.get("reduction") == "batchmean" else "mean"


def case(kind, scores, target, *, last=False, shares=False, **options):
    x = scores.clone().requires_grad_()
    weight = options.get("weight")
    keywords = {
        name: torch.tensor(value) if name in ("weight", "pos_weight") else value
        for name, value in options.items()
    }
    given = x.movedim(-1, 1) if last else x
    if kind == "NLLLoss":
        loss = F.nll_loss(given, target, **keywords)
    elif kind in COMPARING:
        loss = COMPARING[kind](x, target, **{**keywords, "reduction": reductions(options)})
        if options.get("reduction") == "batchmean":
            loss = loss / len(x)
    elif kind == "CrossEntropyLoss":
        loss = F.cross_entropy(given, target, **keywords)
    loss.backward()
    names = {"label_smoothing": "labelSmoothing", "ignore_index": "ignoreIndex", "pos_weight": "posWeight"}
    cases.append(
        {
            "type": kind,
            "attrs": {names.get(name, name): value for name, value in options.items()},
            "scores": written(scores),
            "target": {**written(target), "dtype": "f32" if target.is_floating_point() else "i32"},
            "loss": loss.item(),
            "gradient": x.grad.flatten().tolist(),
        }
    )


WEIGHT = [0.5, 2.0, 1.0, 0.25]
for smoothing in (0.0, 0.1):
    for weight in (None, WEIGHT):
        for ignored in (None, -1, 0):
            options = {"label_smoothing": smoothing}
            if weight is not None:
                options["weight"] = weight
            if ignored is not None:
                options["ignore_index"] = ignored
            case("CrossEntropyLoss", numbers(6, 4), labels(6, classes=4, ignored=ignored), **options)
            case(
                "CrossEntropyLoss",
                numbers(2, 3, 4),
                labels(2, 3, classes=4, ignored=ignored),
                last=True,
                **options,
            )
            case(
                "CrossEntropyLoss",
                numbers(2, 4, 2, 3),
                labels(2, 2, 3, classes=4, ignored=ignored),
                **options,
            )
case("CrossEntropyLoss", numbers(2, 4, 5), labels(2, 5, classes=4))
for smoothing in (0.0, 0.1):
    shares = numbers(5, 4, low=0, high=1)
    shares = shares / shares.sum(1, keepdim=True)
    case("CrossEntropyLoss", numbers(5, 4), shares, weight=WEIGHT, label_smoothing=smoothing)
for weight in (None, WEIGHT):
    for ignored in (None, 0):
        options = {**({} if weight is None else {"weight": weight}), **({} if ignored is None else {"ignore_index": ignored})}
        logs = F.log_softmax(numbers(6, 4), 1)
        case("NLLLoss", logs, labels(6, classes=4, ignored=ignored), **options)
        logs = F.log_softmax(numbers(2, 3, 4), -1)
        case("NLLLoss", logs, labels(2, 3, classes=4, ignored=ignored), last=True, **options)
case("BCEWithLogitsLoss", numbers(5, 3), numbers(5, 3, low=0, high=1).round(), pos_weight=[3.0])
case("BCEWithLogitsLoss", numbers(5, 3), numbers(5, 3, low=0, high=1), pos_weight=[0.5, 2.0, 4.0])

for reduction in ("mean", "batchmean"):
    options = {"reduction": reduction}
    for kind in ("HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss"):
        case(kind, numbers(4, 3, 2), numbers(4, 3, 2), **options)
    for weight in (None, [0.5, 2.0, 4.0]):
        if weight is not None:
            options["weight"] = weight
        shares = numbers(4, 3, low=0, high=1)
        case("BCELoss", numbers(4, 3, low=0.05, high=0.95), shares, **options)
        case("BCEWithLogitsLoss", numbers(4, 3), shares, **options)
        case("BCEWithLogitsLoss", numbers(4, 3), shares, pos_weight=[3.0, 1.0, 0.5], **options)

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
