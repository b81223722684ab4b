#!/usr/bin/env python3
"""Training steps of PyTorch on the workloads of `netloom bench`, for compare.mjs.

usage: torch_workloads.py THREADS W1,W2,...,G [SECONDS]
       (Debian: apt-get install python3-torch libopenblas0-openmp)
Two threads are only fast with the OpenMP build of OpenBLAS; with the pthread build they are often slower
than one. Prints one JSON object: {name: {variant: ms of a step, median of blocks}}, products as "G256".
"""
import json
import statistics
import sys
import time

import torch
import torch.nn as nn

threads = int(sys.argv[1])
selected = sys.argv[2].split(",")
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
torch.set_num_threads(threads)
torch.manual_seed(0)


def mlp(*dims, dropout=0.2):
    layers = []
    for i, (a, b) in enumerate(zip(dims, dims[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(dims) - 2:
            layers.append(nn.ReLU())
            if dropout:
                layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)


def cnn(batch_norm):
    def conv(i, o):
        return [nn.Conv2d(i, o, 3, padding=1)] + ([nn.BatchNorm2d(o)] if batch_norm else []) + [nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(*conv(1, 32), *conv(32, 64), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10))


def autoencoder():
    dims = [784, 256, 128, 32, 128, 256, 784]
    layers = []
    for i, (a, b) in enumerate(zip(dims, dims[1:])):
        layers += [nn.Linear(a, b), nn.ReLU() if i < 5 else nn.Sigmoid()]
    return nn.Sequential(*layers)


WORKLOADS = {
    "W1": (lambda: mlp(784, 128, 64, 10), 64, True, (784,)),
    "W2": (lambda: mlp(784, 128, 64, 10), 1024, True, (784,)),
    "W2b": (lambda: mlp(784, 1024, 1024, 10, dropout=0), 128, True, (784,)),
    "W3": (lambda: cnn(False), 64, True, (1, 28, 28)),
    "W4": (lambda: cnn(True), 64, True, (1, 28, 28)),
    "W5": (autoencoder, 128, False, (784,)),
}


def measure(step, blocks=5):
    """Median over blocks that fill SECONDS together, in ms."""
    for _ in range(5):
        step()
    start = time.perf_counter()
    for _ in range(3):
        step()
    count = max(1, int(seconds / blocks / ((time.perf_counter() - start) / 3)))
    times = []
    for _ in range(blocks):
        start = time.perf_counter()
        for _ in range(count):
            step()
        times.append((time.perf_counter() - start) / count * 1e3)
    return statistics.median(times)


def train(make, batch, classify, shape, variant):
    inputs = [torch.rand(batch, *shape) for _ in range(8)]
    labels = [torch.randint(0, 10, (batch,)) for _ in range(8)]
    model = make().train()
    if variant == "channels_last":
        model = model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=variant != "eager")
    loss_function = nn.CrossEntropyLoss() if classify else nn.MSELoss()
    turn = [0]

    def step():
        k = turn[0] & 7
        turn[0] += 1
        optimiser.zero_grad(set_to_none=True)
        loss = loss_function(model(inputs[k]), labels[k] if classify else inputs[k])
        loss.backward()
        optimiser.step()

    return measure(step)


results = {}
for name, (make, batch, classify, shape) in WORKLOADS.items():
    if name in selected:
        variants = ["eager", "foreach"] + (["channels_last"] if len(shape) == 3 else [])
        results[name] = {each: train(make, batch, classify, shape, each) for each in variants}
if "G" in selected:
    for size in (256, 512, 1024, 2048):
        a, b = torch.rand(size, size), torch.rand(size, size)
        c = torch.empty(size, size)
        results[f"G{size}"] = {"mm": measure(lambda: torch.mm(a, b, out=c))}
print(json.dumps({"torch": torch.__version__, "threads": threads, "results": results}))
