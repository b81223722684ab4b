#!/usr/bin/env python3
"""Training steps of PyTorch on the networks of randomNetworks.mjs.

usage: torch_networks.py THREADS NETWORKS.json [SECONDS]
Prints one JSON object: of each network {variant: ms of a step, median of blocks}.
"""
import json
import statistics
import sys
import time

import torch
import torch.nn as nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
networks = json.load(open(sys.argv[2]))
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.5
FUSED = int(torch.__version__.split(".")[0]) >= 2


def layer(kind, attrs):
    """Sizes of inputs follow from the first batch, as they do from the wires."""
    if kind == "Conv2d":
        options = {key: attrs[key] for key in ("stride", "padding", "groups", "bias")}
        return nn.LazyConv2d(attrs["outChannels"], attrs["kernelSize"], **options)
    if kind == "Linear":
        return nn.LazyLinear(attrs["outFeatures"])
    return {
        "BatchNorm1d": nn.LazyBatchNorm1d,
        "BatchNorm2d": nn.LazyBatchNorm2d,
        "ReLU": nn.ReLU,
        "AvgPool2d": lambda: nn.AvgPool2d(attrs["kernelSize"]),
        "MaxPool2d": lambda: nn.MaxPool2d(attrs["kernelSize"]),
        "AdaptiveAvgPool2d": lambda: nn.AdaptiveAvgPool2d(1),
        "Flatten": nn.Flatten,
    }[kind]()


def measure(step, blocks=3):
    for _ in range(3):
        step()
    start = time.perf_counter()
    step()
    count = max(1, int(seconds / blocks / (time.perf_counter() - start)))
    times = []
    for _ in range(blocks):
        start = time.perf_counter()
        for _ in range(count):
            step()
        times.append((time.perf_counter() - start) / count * 1e3)
    return statistics.median(times)


def train(network, variant):
    batch, shape = network["batch"], network["shape"]
    inputs = [torch.rand(batch, *shape) for _ in range(8)]
    labels = [torch.randint(0, 10, (batch,)) for _ in range(8)]
    model = nn.Sequential(*(layer(*each) for each in network["layers"])).train()
    model(inputs[0])
    if variant == "channels_last":
        model = model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, **({"fused": True} if FUSED else {"foreach": True}))
    loss_function = nn.CrossEntropyLoss()
    turn = [0]

    def step():
        k = turn[0] & 7
        turn[0] += 1
        optimiser.zero_grad(set_to_none=True)
        loss_function(model(inputs[k]), labels[k]).backward()
        optimiser.step()

    return measure(step)


results = []
for network in networks:
    variants = ["fused", "channels_last"] if len(network["shape"]) == 3 else ["fused"]
    results.append({variant: train(network, variant) for variant in variants})
print(json.dumps({"torch": torch.__version__, "results": results}))
