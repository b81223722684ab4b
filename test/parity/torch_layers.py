#!/usr/bin/env python3
"""Reference numbers from PyTorch modules in float64, for test/parity/layers.test.ts.

Writes torch_layers.json beside this file. Run with any PyTorch from 1.12:
    python3 test/parity/torch_layers.py

`code` is the Python that the layer itself gives for these attributes (the test compares the two), so what
is exported to PyTorch is what was run here. `dy` weighs the output: gradients are those of sum(dy * output).
"""

import json
import operator
import pathlib
import random

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
draw = random.Random(20240608)


def numbers(*shape, low=-2.0, high=2.0):
    count = 1
    for size in shape:
        count *= size
    values = [round(draw.uniform(low, high), 2) for _ in range(count)]
    return torch.tensor(values).reshape(shape)


def labels(count, classes):
    return torch.tensor([draw.randrange(classes) for _ in range(count)])


def written(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


cases = []


def case(type, code, *inputs, mode="eval", classes=None, **attrs):
    module = eval(code)
    tensors = {}
    if isinstance(module, nn.Module):
        module.train(mode == "train")
        for name, tensor in module.state_dict().items():
            if name == "num_batches_tracked":
                continue
            low = 0.5 if name == "running_var" else -1.0
            tensor.copy_(numbers(*tensor.shape, low=low, high=1.5))
            tensors[name] = written(tensor)
    leaves = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    output = module(leaves, 1) if code == "torch.cat" else module(*leaves)
    dy = numbers(*output.shape)
    (output * dy).sum().backward()
    trained = dict(module.named_parameters()) if isinstance(module, nn.Module) else {}
    after = dict(module.named_buffers()) if isinstance(module, nn.Module) else {}
    cases.append(
        {
            "type": type,
            "attrs": attrs,
            "code": code,
            "mode": mode,
            "inputs": [
                {**written(x), "dtype": "f32" if x.is_floating_point() else "i32"} for x in inputs
            ],
            **({"classes": classes} if classes else {}),
            "tensors": tensors,
            "output": written(output),
            "dy": written(dy),
            "gradients": {
                **{
                    f"input{i}": written(x.grad)
                    for i, x in enumerate(leaves)
                    if x.is_floating_point() and x.grad is not None
                },
                **{name: written(parameter.grad) for name, parameter in trained.items()},
            },
            "buffers": {
                name: written(buffer)
                for name, buffer in after.items()
                if name != "num_batches_tracked" and mode == "train"
            },
        }
    )


case("Linear", "nn.Linear(5, 3)", numbers(4, 5), outFeatures=3)
case("Linear", "nn.Linear(5, 3, bias=False)", numbers(4, 5), outFeatures=3, bias=False)
case("Linear", "nn.Linear(4, 2)", numbers(2, 3, 4), outFeatures=2, lastDimension=True)

case("Conv2d", "nn.Conv2d(2, 3, 3)", numbers(2, 2, 5, 6), outChannels=3)
case(
    "Conv2d",
    "nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 0), bias=False)",
    numbers(2, 2, 6, 5),
    outChannels=4,
    kernelSize=[3, 2],
    stride=[2, 1],
    padding=[1, 0],
    bias=False,
)
case(
    "Conv2d",
    "nn.Conv2d(4, 6, 3, padding=2, dilation=2, groups=2)",
    numbers(2, 4, 5, 5),
    outChannels=6,
    padding=[2, 2],
    dilation=[2, 2],
    groups=2,
)
case(
    "Conv2d",
    "nn.Conv2d(3, 3, 3, groups=3)",
    numbers(1, 3, 4, 4),
    outChannels=3,
    groups=3,
)

case(
    "Conv2d",
    'nn.Conv2d(2, 3, (2, 4), padding="same", dilation=(3, 1))',
    numbers(2, 2, 5, 6),
    outChannels=3,
    kernelSize=[2, 4],
    samePadding=True,
    dilation=[3, 1],
)

case("ReLU", "nn.ReLU()", numbers(3, 5))
case("LeakyReLU", "nn.LeakyReLU(0.01)", numbers(3, 5))
case("LeakyReLU", "nn.LeakyReLU(0.2)", numbers(3, 5), negativeSlope=0.2)
case("Sigmoid", "nn.Sigmoid()", numbers(3, 5))
case("Tanh", "nn.Tanh()", numbers(3, 5))
case("GELU", "nn.GELU()", numbers(3, 5))
case("GELU", 'nn.GELU(approximate="tanh")', numbers(3, 5), approximate="tanh")
case("Softmax", "nn.Softmax(dim=1)", numbers(3, 5))

for mode in ("train", "eval"):
    case("BatchNorm1d", "nn.BatchNorm1d(3)", numbers(5, 3), mode=mode)
    case("BatchNorm2d", "nn.BatchNorm2d(3)", numbers(4, 3, 2, 3), mode=mode)
    case(
        "BatchNorm2d",
        "nn.BatchNorm2d(2, eps=0.001, momentum=0.3)",
        numbers(3, 2, 2, 2),
        mode=mode,
        eps=0.001,
        momentum=0.3,
    )
    case(
        "BatchNorm1d", "nn.BatchNorm1d(4, affine=False)", numbers(6, 4), mode=mode, affine=False
    )

case("Dropout", "nn.Dropout(0.5)", numbers(3, 5))
case("Dropout", "nn.Dropout(0)", numbers(3, 5), mode="train", p=0)

case("MaxPool2d", "nn.MaxPool2d(2, stride=2)", numbers(2, 2, 5, 4))
case(
    "MaxPool2d",
    "nn.MaxPool2d(3, stride=(2, 1), padding=1)",
    numbers(2, 2, 5, 4),
    kernelSize=[3, 3],
    stride=[2, 1],
    padding=[1, 1],
)
case("AvgPool2d", "nn.AvgPool2d(2, stride=2)", numbers(2, 2, 4, 5))
case(
    "AvgPool2d",
    "nn.AvgPool2d(3, stride=2, padding=1)",
    numbers(2, 2, 5, 5),
    kernelSize=[3, 3],
    padding=[1, 1],
)
case(
    "AvgPool2d",
    "nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)",
    numbers(2, 2, 5, 5),
    kernelSize=[3, 3],
    padding=[1, 1],
    countIncludePad=False,
)

case("Flatten", "nn.Flatten()", numbers(2, 3, 2, 2))
case("Flatten", "nn.Flatten(2)", numbers(2, 3, 2, 2), startDim=2)
case("Reshape", "nn.Unflatten(1, (2, 2, 3))", numbers(2, 12), shape=[2, 2, 3])
case("Reshape", "nn.Unflatten(1, (6, 2))", numbers(2, 12), shape=[-1, 2])

case("Add", "operator.add", numbers(2, 3, 2, 2), numbers(2, 3, 2, 2))
case("Concat", "torch.cat", numbers(2, 3, 2, 2), numbers(2, 1, 2, 2))
case("Concat", "torch.cat", numbers(2, 3), numbers(2, 1), numbers(2, 4), inputs=3)

case("CrossEntropyLoss", "nn.CrossEntropyLoss()", numbers(5, 4), labels(5, 4), classes=4)
case(
    "CrossEntropyLoss",
    "nn.CrossEntropyLoss(label_smoothing=0.1)",
    numbers(5, 4, low=-9, high=9),
    labels(5, 4),
    classes=4,
    labelSmoothing=0.1,
)
case("BCEWithLogitsLoss", "nn.BCEWithLogitsLoss()", numbers(4, 3, low=-9, high=9), numbers(4, 3, low=0, high=1))
case("MSELoss", "nn.MSELoss()", numbers(3, 1, 2, 2), numbers(3, 1, 2, 2))

for mode, height, width in (("reflect", 4, 5), ("replicate", 2, 3), ("circular", 3, 4)):
    case(
        "Conv2d",
        f'nn.Conv2d(2, 3, (2, 3), stride=(2, 1), padding=(3, 2), padding_mode="{mode}")',
        numbers(2, 2, height, width),
        outChannels=3,
        kernelSize=[2, 3],
        stride=[2, 1],
        padding=[3, 2],
        paddingMode=mode,
    )
    case(
        "Conv2d",
        f'nn.Conv2d(2, 4, (4, 3), padding="same", dilation=(1, 2), padding_mode="{mode}", groups=2, bias=False)',
        numbers(2, 2, height + 2, width),
        outChannels=4,
        kernelSize=[4, 3],
        samePadding=True,
        dilation=[1, 2],
        paddingMode=mode,
        groups=2,
        bias=False,
    )

for mode in ("train", "eval"):
    case(
        "BatchNorm1d",
        "nn.BatchNorm1d(3, affine=False, track_running_stats=False)",
        numbers(4, 3),
        mode=mode,
        affine=False,
        trackRunningStats=False,
    )
    case(
        "BatchNorm2d",
        "nn.BatchNorm2d(2, eps=0.01, track_running_stats=False)",
        numbers(3, 2, 2, 3),
        mode=mode,
        eps=0.01,
        trackRunningStats=False,
    )

for kernel, stride, padding, dilation, ceil in (
    ([2, 2], [1, 1], [0, 0], [2, 3], False),
    ([3, 2], [2, 3], [1, 1], [2, 2], False),
    ([2, 3], [3, 2], [1, 0], [3, 2], True),
):
    pair = lambda sizes: str(sizes[0] if sizes[0] == sizes[1] else tuple(sizes))
    case(
        "MaxPool2d",
        f"nn.MaxPool2d({pair(kernel)}, stride={pair(stride)}, "
        + (f"padding={pair(padding)}, " if padding != [0, 0] else "")
        + f"dilation={pair(dilation)}"
        + (", ceil_mode=True)" if ceil else ")"),
        # Many are alike: the first of them has the gradient.
        torch.relu(numbers(2, 2, 7, 6)),
        kernelSize=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceilMode=ceil,
    )
case(
    "AvgPool2d",
    "nn.AvgPool2d((2, 3), stride=2, divisor_override=4)",
    numbers(2, 2, 5, 6),
    kernelSize=[2, 3],
    divisorOverride=4,
)
case(
    "AvgPool2d",
    "nn.AvgPool2d(3, stride=(3, 2), padding=1, ceil_mode=True, count_include_pad=False, divisor_override=1)",
    numbers(2, 2, 6, 6),
    kernelSize=[3, 3],
    stride=[3, 2],
    padding=[1, 1],
    ceilMode=True,
    countIncludePad=False,
    divisorOverride=1,
)

case("Flatten", "nn.Flatten(1, 2)", numbers(2, 3, 2, 2), endDim=2)
case("Flatten", "nn.Flatten(2, 3)", numbers(2, 3, 2, 2, 2), startDim=2, endDim=3)

path = pathlib.Path(__file__).with_name("torch_layers.json")
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
