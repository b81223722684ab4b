#!/usr/bin/env python3
"""Whole trainings of small networks in PyTorch, for test/parity/trajectories.test.ts.

Writes torch_trajectories.json beside this file. Run with any PyTorch from 1.12:
    python3 test/parity/torch_trajectories.py

Each family of networks once with each of two optimisers: 200 steps from the same weights, over rows in order, eight
at a time. Told are losses and the last weights in float64, and how far PyTorch in float32 comes from them: a step is
the same mathematics whatever the order of its rows, so the farthest of a few orders is what rounding makes.

Activations are smooth: where rounding carries a unit over the kink of a ReLU, two trainings part for good
(resources/docs/performance.md, "Beside the reference"), and nothing could be said of either.
"""

import json
import math
import pathlib
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
ROWS, BATCH, STEPS, SEED = 24, 8, 200, 7
TOLD = (1, 10, 50, 100, 150, 200)
ORDERS = 4
draw = random.Random(20261124)


def numbers(*shape, low=-1.0, high=1.0):
    count = math.prod(shape)
    return torch.tensor(
        [round(draw.uniform(low, high), 2) for _ in range(count)], dtype=torch.float64
    ).reshape(shape)


def classes(count):
    return torch.tensor([draw.randrange(count) for _ in range(ROWS)])


def drawn(layer, scale=0.5):
    """First weights of two decimals, so that they are the same in every precision but for its last bit."""
    with torch.no_grad():
        for name, p in layer.named_parameters():
            isScale = p.dim() == 1 and name.endswith("weight")
            p.copy_(numbers(*p.shape, low=0.5 if isScale else -scale, high=1.5 if isScale else scale))
    return layer.double()


def philox(counter, key):
    """Philox 4x32-10 of numpy arrays: four words for each counter (src-engine/ops/philox.ts)."""
    c = [np.asarray(word, dtype=np.uint64) for word in counter]
    k = [np.uint64(word) for word in key]
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        shift = np.uint64(32)
        c = [(p1 >> shift) ^ c[1] ^ k[0], p1 & low, (p0 >> shift) ^ c[3] ^ k[1], p0 & low]
        k = [(k[0] + np.uint64(0x9E3779B9)) & low, (k[1] + np.uint64(0xBB67AE85)) & low]
    return c


def normals(shape, step, stream):
    """The numbers that `randomNormal` draws in a step."""
    count = math.prod(shape)
    i = np.arange(count)
    block = i >> 2
    w = philox([block, np.full(count, step), np.full(count, stream), np.zeros(count)], (SEED, 0))
    isFirst = (i & 3) < 2
    a, b = np.where(isFirst, w[0], w[2]), np.where(isFirst, w[1], w[3])
    r = np.sqrt(-2 * np.log(((a >> np.uint64(8)).astype(float) + 1) * 2.0**-24))
    t = 2 * np.pi * (b >> np.uint64(8)).astype(float) * 2.0**-24
    # Of float32 whatever is computed in, as they are on every device.
    drawn = np.where(i % 2 == 0, r * np.cos(t), r * np.sin(t)).astype(np.float32)
    return torch.tensor(drawn.reshape(shape))


class Family:
    """
    `losses`: of an objective each, the layers it trains and what it computes of a batch, its rows and the step.
    `idle`: parts of parameters that change nothing: their gradient is rounding, of which optimisers that divide by its
    size make whole steps. They are not told.
    """

    def __init__(self, name, layers, data, losses, optimizers, idle=None):
        self.name, self.data, self.losses, self.optimizers = name, data, losses, optimizers
        self.idle = idle or {}
        self.layers = nn.ModuleDict(layers)
        self.first = state(self.layers)


def state(layers):
    """Names of ours: a dot of a layer within a layer is one of its parameter's name."""
    return {name: p.detach().double().clone() for name, p in layers.named_parameters()}


def mlp():
    layers = {
        "fc1": drawn(nn.Linear(5, 8)),
        "fc2": drawn(nn.Linear(8, 8)),
        "fc3": drawn(nn.Linear(8, 3)),
    }
    data = {"x": numbers(ROWS, 5), "label": classes(3)}

    def loss(l, b, _rows, _step):
        h = torch.tanh(l["fc2"](torch.tanh(l["fc1"](b["x"]))))
        return F.cross_entropy(l["fc3"](h), b["label"])

    return Family("mlp", layers, data, [(None, loss)], [SGD, ADAMW])


def cnn():
    layers = {
        "conv1": drawn(nn.Conv2d(2, 4, 3, padding=1, bias=False)),
        "bn1": drawn(nn.BatchNorm2d(4)),
        "conv2": drawn(nn.Conv2d(4, 4, 3, bias=False)),
        "bn2": drawn(nn.BatchNorm2d(4)),
        "fc": drawn(nn.Linear(16, 3)),
    }
    data = {"x": numbers(ROWS, 2, 8, 8), "label": classes(3)}

    def loss(l, b, _rows, _step):
        h = F.avg_pool2d(torch.tanh(l["bn1"](l["conv1"](b["x"]))), 2)
        h = torch.tanh(l["bn2"](l["conv2"](h)))
        return F.cross_entropy(l["fc"](h.flatten(1)), b["label"])

    return Family("cnn", layers, data, [(None, loss)], [SGD, ADAM])


def autoencoder():
    sizes = [(12, 8), (8, 3), (3, 8), (8, 12)]
    layers = {f"fc{i + 1}": drawn(nn.Linear(*size)) for i, size in enumerate(sizes)}
    data = {"x": numbers(ROWS, 12, low=0)}

    def loss(l, b, _rows, _step):
        h = l["fc2"](torch.tanh(l["fc1"](b["x"])))
        return F.mse_loss(torch.sigmoid(l["fc4"](torch.tanh(l["fc3"](h)))), b["x"])

    return Family("autoencoder", layers, data, [(None, loss)], [RMSPROP, ADAM])


def lstm():
    layers = {"lstm": drawn(nn.LSTM(3, 6, batch_first=True)), "fc": drawn(nn.Linear(6, 2))}
    data = {"x": numbers(ROWS, 7, 3), "y": numbers(ROWS, 2)}

    def loss(l, b, _rows, _step):
        return F.mse_loss(l["fc"](l["lstm"](b["x"])[0][:, -1]), b["y"])

    return Family("lstm", layers, data, [(None, loss)], [SGD, ADAM])


def places(steps, width):
    """Sines at even places of a step, cosines at odd ones."""
    rates = 10_000.0 ** -(torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.arange(steps, dtype=torch.float64).outer(rates)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


def transformer():
    block = nn.TransformerEncoderLayer(6, 2, 10, dropout=0, activation="gelu", batch_first=True)
    layers = {"block": drawn(block), "fc": drawn(nn.Linear(6, 3))}
    data = {"x": numbers(ROWS, 5, 6), "label": classes(3)}

    def loss(l, b, _rows, _step):
        h = l["block"](b["x"] + places(5, 6).to(b["x"]))
        return F.cross_entropy(l["fc"](h.mean(1)), b["label"])

    # A number added to all keys is added to all scores, and softmax takes it away.
    idle = {"block.self_attn.in_proj_bias": slice(6, 12)}
    return Family("transformer", layers, data, [(None, loss)], [ADAMW, NADAM], idle)


def gan():
    layers = {
        "g1": drawn(nn.Linear(3, 6)),
        "g2": drawn(nn.Linear(6, 4)),
        "d1": drawn(nn.Linear(4, 6)),
        "d2": drawn(nn.Linear(6, 1)),
    }
    data = {
        "z": numbers(ROWS, 3),
        "x": numbers(ROWS, 4),
        "one": torch.ones(ROWS, 1, dtype=torch.float64),
        "zero": torch.zeros(ROWS, 1, dtype=torch.float64),
    }
    bce = F.binary_cross_entropy_with_logits
    made = lambda l, b: l["g2"](torch.tanh(l["g1"](b["z"])))
    judged = lambda l, x: l["d2"](torch.tanh(l["d1"](x)))

    def tells(l, b, _rows, _step):
        fake = judged(l, made(l, b).detach())
        return bce(judged(l, b["x"]), b["one"]) + bce(fake, b["zero"])

    def fools(l, b, _rows, _step):
        return bce(judged(l, made(l, b)), b["one"])

    losses = [(("d1", "d2"), tells), (("g1", "g2"), fools)]
    return Family("gan", layers, data, losses, [GAN_ADAM, RMSPROP])


def vae():
    layers = {
        "enc": drawn(nn.Linear(6, 8)),
        "mu": drawn(nn.Linear(8, 2)),
        "logvar": drawn(nn.Linear(8, 2)),
        "dec1": drawn(nn.Linear(2, 8)),
        "dec2": drawn(nn.Linear(8, 6)),
    }
    data = {"x": numbers(ROWS, 6, low=0)}

    def loss(l, b, rows, step):
        h = torch.tanh(l["enc"](b["x"]))
        mu, logvar = l["mu"](h), l["logvar"](h)
        epsilon = normals((BATCH, 2), step, VAE_STREAM).to(mu)[rows]
        x = torch.sigmoid(l["dec2"](torch.tanh(l["dec1"](mu + torch.exp(logvar / 2) * epsilon))))
        kl = (0.05 * (mu.square() + torch.expm1(logvar) - logvar)).sum(1).mean()
        return F.binary_cross_entropy(x, b["x"]) + kl

    return Family("vae", layers, data, [(None, loss)], [ADAM, ADAGRAD])


# Of the node `z`, its first numbers: namedStream("z#0").
VAE_STREAM = 0x66FC3CCE
SGD = ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True})
ADAM = ("Adam", {"lr": 0.01})
ADAMW = ("AdamW", {"lr": 0.01, "weightDecay": 0.05})
RMSPROP = ("RMSprop", {"lr": 0.002})
NADAM = ("NAdam", {"lr": 0.005})
ADAGRAD = ("Adagrad", {"lr": 0.05})
GAN_ADAM = ("Adam", {"lr": 0.005, "beta1": 0.5})
SPELLED = {"weightDecay": "weight_decay"}


def optimizer(parameters, kind, attrs):
    plain = {SPELLED.get(k, k): v for k, v in attrs.items() if not k.startswith("beta")}
    if kind.startswith("Adam"):
        plain["betas"] = (attrs.get("beta1", 0.9), attrs.get("beta2", 0.999))
    return getattr(torch.optim, kind)(parameters, **plain)


def trained(family, kind, attrs, dtype, order):
    """Losses of the told steps, and the weights after the last. `order`: of the rows of each batch."""
    layers = family.layers
    with torch.no_grad():
        for name, p in layers.named_parameters():
            p.data = family.first[name].to(dtype, copy=True)
            p.grad = None
    for module in layers.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.to(dtype)
            module.reset_running_stats()
    layers.train()
    parts = [
        [p for n, l in layers.items() if names is None or n in names for p in l.parameters()]
        for names, _ in family.losses
    ]
    opts = [optimizer(part, kind, attrs) for part in parts]
    told = []
    for step in range(STEPS):
        rows = [(step * BATCH + at) % ROWS for at in order]
        b = {n: v[rows].to(dtype) if v.is_floating_point() else v[rows] for n, v in family.data.items()}
        losses = []
        for (_, loss), opt, part in zip(family.losses, opts, parts):
            value = loss(layers, b, order, step)
            opt.zero_grad()
            value.backward(inputs=part)
            opt.step()
            losses.append(value.item())
        if step + 1 in TOLD:
            told.append(sum(losses))
    last = state(layers)
    for name, part in family.idle.items():
        last[name][part] = math.nan
    return told, last


def told(value):
    return None if math.isnan(value) else float(f"{value:.10g}")


def farthest(a, b):
    """How far losses and weights are apart, of the largest each."""
    (losses, weights), (others, wanted) = a, b
    of_losses = max(abs(x - y) for x, y in zip(losses, others)) / max(map(abs, others))
    flat, others = (torch.cat([w.flatten() for w in of.values()]) for of in (weights, wanted))
    of_weights = (flat - others).nan_to_num().abs().max() / others.nan_to_num().abs().max()
    return of_losses, of_weights.item()


def written(family):
    trainings = []
    in_order = list(range(BATCH))
    orders = [in_order] + [random.Random(seed).sample(in_order, BATCH) for seed in range(1, ORDERS)]
    for kind, attrs in family.optimizers:
        exact = trained(family, kind, attrs, torch.float64, in_order)
        rounded = [
            farthest(trained(family, kind, attrs, torch.float32, order), exact) for order in orders
        ]
        losses, weights = exact
        trainings.append(
            {
                "optimizer": {"type": kind, "attrs": attrs},
                "losses": losses,
                "weights": {n: [told(v) for v in w.flatten().tolist()] for n, w in weights.items()},
                "float32": {
                    "losses": float(f"{max(l for l, _ in rounded):.3g}"),
                    "weights": float(f"{max(w for _, w in rounded):.3g}"),
                },
            }
        )
    return {
        "name": family.name,
        "first": {n: {"shape": list(w.shape), "values": w.flatten().tolist()} for n, w in family.first.items()},
        "data": {
            n: {"shape": list(v.shape[1:]), "values": v.flatten().tolist(), "isLabel": not v.is_floating_point()}
            for n, v in family.data.items()
        },
        "trainings": trainings,
    }


families = [mlp(), cnn(), autoencoder(), lstm(), transformer(), gan(), vae()]
values = {
    **{"torch": torch.__version__, "rows": ROWS, "batch": BATCH, "seed": SEED, "told": TOLD},
    "families": [written(family) for family in families],
}
path = pathlib.Path(__file__).with_name("torch_trajectories.json")
path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
