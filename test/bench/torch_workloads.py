#!/usr/bin/env python3
"""Training steps of PyTorch on the workloads of `netloom bench`, for compare.mjs.

usage: torch_workloads.py THREADS W1,W2,...,G [SECONDS] [VARIANTS]
       (pip install torch; or Debian's 1.13: apt-get install python3-torch libopenblas0-openmp)
VARIANTS are some of eager, foreach, fused, channels_last, compile; without them all but the last. `compile`
needs a C++ compiler and takes half a minute a workload. Of Debian's, two threads are only fast with the OpenMP
build of OpenBLAS. Prints one JSON object: {name: {variant: ms of a step, median of blocks}}, products as "G256".
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
modern = int(torch.__version__.split(".")[0]) >= 2
wanted = sys.argv[4].split(",") if len(sys.argv) > 4 else ["eager", "foreach", "fused", "channels_last"]
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


class Encoder(nn.Module):
    """Blocks of a transformer over patches, or over letters of a vocabulary and then causal."""

    def __init__(self, width, heads, blocks, length, patch=None, vocabulary=None):
        super().__init__()
        self.embed = nn.Linear(patch, width) if patch else nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(torch.zeros(length, width))
        options = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(width, heads, 4 * width, **options) for _ in range(blocks))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary or 10)
        self.causal = bool(vocabulary)
        self.register_buffer("mask", torch.triu(torch.full((length, length), float("-inf")), 1))

    def forward(self, x):
        x = self.embed(x) + self.position
        for block in self.blocks:
            x = block(x, src_mask=self.mask) if self.causal else block(x)
        x = self.norm(x)
        return self.head(x).flatten(0, 1) if self.causal else self.head(x.mean(1))


class Residual(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        )
        self.skip = nn.Identity() if stride == 1 else nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        return torch.relu(self.body(x) + self.skip(x))


def resnet():
    """ResNet-20 as for CIFAR-10."""
    layers, width = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage in (16, 32, 64):
        for k in range(3):
            layers.append(Residual(width, stage, 2 if stage > 16 and k == 0 else 1))
            width = stage
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()

        def double(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 3, 1, 1), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, 1, 1), nn.BatchNorm2d(o), nn.ReLU())

        self.down1, self.down2, self.middle = double(1, 16), double(16, 32), double(32, 64)
        self.up2, self.up1 = nn.ConvTranspose2d(64, 32, 2, 2), nn.ConvTranspose2d(32, 16, 2, 2)
        self.join2, self.join1, self.head = double(64, 32), double(32, 16), nn.Conv2d(16, 1, 1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(self.pool(a))
        b = self.join2(torch.cat([self.up2(self.middle(self.pool(b))), b], 1))
        return self.head(self.join1(torch.cat([self.up1(b), a], 1)))


class LastState(nn.Module):
    """An LSTM over the rows of a picture, told apart by its last state."""

    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(28, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


# Of each: its network, batch, whether it tells ten classes apart (or answers with its input), a sample's shape.
WORKLOADS = {
    "W1": (lambda: mlp(784, 128, 64, 10), 64, True, (784,)),
    "W2": (lambda: mlp(784, 128, 64, 10), 1024, True, (784,)),
    "W2b": (lambda: mlp(784, 1024, 1024, 10, dropout=0), 128, True, (784,)),
    "W3": (lambda: cnn(False), 64, True, (1, 28, 28)),
    "W4": (lambda: cnn(True), 64, True, (1, 28, 28)),
    "W5": (autoencoder, 128, False, (784,)),
    "W6": (LastState, 64, True, (28, 28)),
    "W7": (lambda: Encoder(64, 4, 2, 49, patch=16), 64, True, (49, 16)),
    "W8": (resnet, 64, True, (3, 32, 32)),
    "W9": (lambda: Encoder(128, 4, 4, 128, vocabulary=96), 16, "tokens", (128,)),
    "W10": (UNet, 16, False, (1, 64, 64)),
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
    if classify == "tokens":
        inputs = [torch.randint(0, 96, (batch, *shape)) for _ in range(8)]
        labels = [torch.randint(0, 96, (batch * shape[0],)) for _ in range(8)]
    else:
        inputs = [torch.rand(batch, *shape) for _ in range(8)]
        labels = [torch.randint(0, 10, (batch,)) for _ in range(8)]
    model = make().train()
    if variant == "channels_last":
        model = model.to(memory_format=torch.channels_last)
    fused = modern and variant not in ("eager", "foreach")
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, **({"fused": True} if fused else {"foreach": variant != "eager"}))
    loss_function = nn.CrossEntropyLoss() if classify else nn.MSELoss()

    def forward(x, y):
        return loss_function(model(x), y)

    if variant == "compile":
        forward = torch.compile(forward)
    turn = [0]

    def step():
        k = turn[0] & 7
        turn[0] += 1
        optimiser.zero_grad(set_to_none=True)
        loss = forward(inputs[k], labels[k] if classify else inputs[k])
        loss.backward()
        optimiser.step()

    return measure(step)


results = {}
for name, (make, batch, classify, shape) in WORKLOADS.items():
    if name in selected:
        fitting = [each for each in wanted if each != "channels_last" or len(shape) == 3]
        variants = [each for each in fitting if modern or each not in ("fused", "compile")]
        results[name] = {each: train(make, batch, classify, shape, each) for each in variants}
if "G" in selected:
    for size in (256, 512, 1024, 2048):
        a, b = torch.rand(size, size), torch.rand(size, size)
        c = torch.empty(size, size)
        results[f"G{size}"] = {"mm": measure(lambda: torch.mm(a, b, out=c))}
print(json.dumps({"torch": torch.__version__, "threads": threads, "results": results}))
