#!/usr/bin/env python3
"""Trajectories of whole training plans in PyTorch, float64, for test/parity/plans.test.ts.

Writes torch_plans.json beside this file. Run with any PyTorch from 1.12:
    python3 test/parity/torch_plans.py

Each plan: the first weights, the data, what the weights are after some and after 200 steps, and the learning
rates of every schedule. Batches are rows in order, four at a time, over and over.
"""

import json
import pathlib
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import lr_scheduler as schedulers
from torch.optim.swa_utils import AveragedModel

torch.set_default_dtype(torch.float64)
draw = random.Random(20261123)
ROWS, BATCH, STEPS = 12, 4, 200
TOLD = (1, 10, 200)


def numbers(*shape, low=-1.0, high=1.0):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([round(draw.uniform(low, high), 2) for _ in range(count)]).reshape(shape)


def linear(inputs, outputs):
    layer = nn.Linear(inputs, outputs)
    with torch.no_grad():
        layer.weight.copy_(numbers(outputs, inputs))
        layer.bias.copy_(numbers(outputs))
    return layer


def state(layers):
    return {
        f"{name}.{key}": {"shape": list(p.shape), "values": p.detach().flatten().tolist()}
        for name, layer in layers.items()
        for key, p in layer.named_parameters()
    }


def batch(data, step):
    rows = [(step * BATCH + i) % ROWS for i in range(BATCH)]
    return {name: values[rows] for name, values in data.items()}


def plan(name, layers, data, step, averages=dict):
    first = state(layers)
    after = {}
    for index in range(STEPS):
        step(index, batch(data, index))
        if index + 1 in TOLD:
            told = {**state(layers), **averages()}
            after[index + 1] = {k: v["values"] for k, v in told.items()}
    return {
        "name": name,
        "first": first,
        "data": {
            k: {"shape": list(v.shape[1:]), "values": v.flatten().tolist()} for k, v in data.items()
        },
        "after": after,
    }


def gan(name="gan", turn=1, accumulate=1):
    layers = {"g1": linear(3, 5), "g2": linear(5, 4), "d1": linear(4, 6), "d2": linear(6, 1)}
    data = {
        "z": numbers(ROWS, 3),
        "x": numbers(ROWS, 4),
        "one": torch.ones(ROWS, 1),
        "zero": torch.zeros(ROWS, 1),
    }
    g = lambda z: layers["g2"](F.leaky_relu(layers["g1"](z), 0.2))
    d = lambda x: layers["d2"](F.leaky_relu(layers["d1"](x), 0.2))
    trained = lambda *names: [p for n in names for p in layers[n].parameters()]
    d_opt = torch.optim.Adam(trained("d1", "d2"), lr=0.01, betas=(0.5, 0.999))
    g_opt = torch.optim.Adam(trained("g1", "g2"), lr=0.005, betas=(0.5, 0.999))
    bce = F.binary_cross_entropy_with_logits

    def step(index, b):
        fake = g(b["z"])
        d_opt.zero_grad()
        (bce(d(b["x"]), b["one"]) + bce(d(fake.detach()), b["zero"])).backward()
        d_opt.step()
        if (index + 1) % turn != 0:
            return
        g_opt.zero_grad()
        bce(d(fake), b["one"]).backward()
        g_opt.step()

    return plan(name, layers, data, step)


def turns():
    """Two batches make one update; of these every second one is for the head's objective too, and its clipping."""
    layers = {"body": linear(4, 6), "a": linear(6, 2), "b": linear(6, 1)}
    data = {"x": numbers(ROWS, 4), "y": numbers(ROWS, 2), "t": numbers(ROWS, 1, low=0, high=1)}
    parameters = lambda *names: [p for n in names for p in layers[n].parameters()]
    opts = [
        torch.optim.AdamW(parameters("body", "a"), lr=0.02, weight_decay=0.02),
        torch.optim.Adam(parameters("b"), lr=0.03),
    ]
    per_epoch = ROWS // BATCH
    updates = 0

    def step(index, b):
        nonlocal updates
        within = index % per_epoch
        batches = 2 if within < 2 else 1
        due = [True, (updates + 1) % 2 == 0]
        h = torch.tanh(layers["body"](b["x"]))
        one = F.mse_loss(layers["a"](h), b["y"]) / batches
        one.backward(inputs=parameters("body", "a"))
        # As the first objective's update comes before the second one's forward pass.
        if within != 0:
            nn.utils.clip_grad_norm_(parameters("body", "a"), 0.2)
            opts[0].step()
            opts[0].zero_grad()
        if due[1]:
            h = torch.tanh(layers["body"](b["x"])).detach()
            other = F.binary_cross_entropy_with_logits(layers["b"](h), b["t"]) / batches
            other.backward()
            if within != 0:
                nn.utils.clip_grad_norm_(parameters("b"), 0.2)
                opts[1].step()
                opts[1].zero_grad()
        if within != 0:
            updates += 1

    return plan("turns", layers, data, step)


def transfer():
    """A frozen base, a group at a tenth of the rate with its own decay, a new head; clipped; cosine."""
    layers = {"fc1": linear(4, 6), "fc2": linear(6, 5), "fc3": linear(5, 2)}
    data = {"x": numbers(ROWS, 4), "y": numbers(ROWS, 2)}
    parameters = lambda name: list(layers[name].parameters())
    opt = torch.optim.SGD(
        [
            {"params": parameters("fc3")},
            {"params": parameters("fc2"), "lr": 0.02, "weight_decay": 0.05},
        ],
        lr=0.2,
        momentum=0.9,
        weight_decay=1e-3,
    )
    schedule = schedulers.CosineAnnealingLR(opt, T_max=STEPS, eta_min=1e-3)
    for p in parameters("fc1"):
        p.requires_grad_(False)

    def step(_index, b):
        y = layers["fc3"](torch.tanh(layers["fc2"](torch.tanh(layers["fc1"](b["x"])))))
        opt.zero_grad()
        F.mse_loss(y, b["y"]).backward()
        nn.utils.clip_grad_norm_(parameters("fc3") + parameters("fc2"), 0.1)
        opt.step()
        schedule.step()

    return plan("transfer", layers, data, step)


def tied():
    """The decoder uses the encoder's matrix the other way round, with a bias of its own."""
    layers = {"enc": linear(6, 3)}
    bias = nn.Parameter(numbers(6))
    data = {"x": numbers(ROWS, 6)}
    opt = torch.optim.AdamW([*layers["enc"].parameters(), bias], lr=0.05, weight_decay=0.02)
    schedule = schedulers.OneCycleLR(opt, max_lr=0.05, total_steps=STEPS, cycle_momentum=False)

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.bias = bias

        def forward(self, h):
            return h @ layers["enc"].weight + self.bias

    layers_and_bias = {**layers, "dec": Decoder()}

    def step(_index, b):
        opt.zero_grad()
        F.mse_loss(layers_and_bias["dec"](torch.tanh(layers["enc"](b["x"]))), b["x"]).backward()
        opt.step()
        schedule.step()

    return plan("tied", layers_and_bias, data, step)


def two_losses():
    """Two heads on one body, weighed, with a rate that falls every few epochs of three steps."""
    layers = {"body": linear(4, 6), "a": linear(6, 2), "b": linear(6, 1)}
    data = {"x": numbers(ROWS, 4), "y": numbers(ROWS, 2), "t": numbers(ROWS, 1, low=0, high=1)}
    opt = torch.optim.SGD([p for l in layers.values() for p in l.parameters()], lr=0.1)
    schedule = schedulers.StepLR(opt, step_size=7, gamma=0.7)

    def step(index, b):
        h = torch.tanh(layers["body"](b["x"]))
        opt.zero_grad()
        one = F.mse_loss(layers["a"](h), b["y"])
        other = F.binary_cross_entropy_with_logits(layers["b"](h), b["t"])
        (0.3 * one + 2.5 * other).backward()
        opt.step()
        if (index + 1) % (ROWS // BATCH) == 0:
            schedule.step()

    return plan("two losses", layers, data, step)


def accumulated():
    """Two batches of an epoch make one update, the third one of its own; a moving average of the weights."""
    decay = 0.9
    layers = {"fc1": linear(4, 6), "bn": nn.BatchNorm1d(6), "fc2": linear(6, 2)}
    model = nn.ModuleDict(layers)
    data = {"x": numbers(ROWS, 4), "y": numbers(ROWS, 2)}
    opt = torch.optim.AdamW(model.parameters(), lr=0.03, weight_decay=0.02)
    schedule = schedulers.CosineAnnealingLR(opt, T_max=133, eta_min=1e-3)
    average = AveragedModel(model, avg_fn=lambda mean, p, _n: decay * mean + (1 - decay) * p)
    per_epoch = ROWS // BATCH

    def step(index, b):
        within = index % per_epoch
        batches = 2 if within < 2 else 1
        y = layers["fc2"](torch.tanh(layers["bn"](layers["fc1"](b["x"]))))
        (F.mse_loss(y, b["y"]) / batches).backward()
        if within != 0:
            nn.utils.clip_grad_norm_(model.parameters(), 0.2)
            opt.step()
            opt.zero_grad()
            average.update_parameters(model)
            schedule.step()

    def averages():
        found = state(dict(average.module.items()))
        return {f"$average.{name}": value for name, value in found.items()}

    return plan("accumulated", layers, data, step, averages)


def penalties():
    """L1 on one layer, L1 and L2 on another, as part of the loss; clipped."""
    layers = {"fc1": linear(4, 6), "fc2": linear(6, 5), "fc3": linear(5, 2)}
    data = {"x": numbers(ROWS, 4), "y": numbers(ROWS, 2)}
    parameters = lambda name: list(layers[name].parameters())
    everything = [p for name in layers for p in parameters(name)]
    opt = torch.optim.Adam(everything, lr=0.02)

    def step(_index, b):
        y = layers["fc3"](torch.tanh(layers["fc2"](torch.tanh(layers["fc1"](b["x"])))))
        opt.zero_grad()
        loss = F.mse_loss(y, b["y"])
        loss = loss + 0.01 * sum(p.abs().sum() for p in parameters("fc1"))
        loss = loss + 0.002 * sum(p.abs().sum() for p in parameters("fc2"))
        loss = loss + 0.05 * sum((p**2).sum() for p in parameters("fc2"))
        loss.backward()
        nn.utils.clip_grad_norm_(everything, 0.5)
        opt.step()

    return plan("penalties", layers, data, step)


def rates(make, steps_per_epoch, steps, per_step=False, watched=None):
    opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = make(opt, steps)
    found = []
    for index in range(steps):
        found.append(opt.param_groups[0]["lr"])
        opt.step()
        end = (index + 1) % steps_per_epoch == 0
        if watched is not None:
            if end:
                schedule.step(watched[(index + 1) // steps_per_epoch - 1])
        elif per_step == "fraction":
            schedule.step((index + 1) / steps_per_epoch)
        elif per_step or end:
            schedule.step()
    return found


def all_schedules():
    watched = [round(1 / (1 + i), 3) if i < 6 else 0.2 + (i % 3) * 0.01 for i in range(30)]
    entries = [
        ("StepLR", {"stepSize": 3, "gamma": 0.5}, lambda o, n: schedulers.StepLR(o, 3, 0.5), {}),
        (
            "MultiStepLR",
            {"milestones": [2, 5, 11], "gamma": 0.3},
            lambda o, n: schedulers.MultiStepLR(o, [2, 5, 11], 0.3),
            {},
        ),
        ("ExponentialLR", {"gamma": 0.9}, lambda o, n: schedulers.ExponentialLR(o, 0.9), {}),
        (
            "CosineAnnealingLR",
            {"etaMin": 0.004},
            lambda o, n: schedulers.CosineAnnealingLR(o, n, 0.004),
            {"per_step": True},
        ),
        (
            "CosineAnnealingWarmRestarts",
            {"t0": 3, "tMult": 2, "etaMin": 0.002},
            lambda o, n: schedulers.CosineAnnealingWarmRestarts(o, 3, 2, 0.002),
            {"per_step": "fraction"},
        ),
        (
            "CosineAnnealingWarmRestarts",
            {"t0": 4, "tMult": 1, "etaMin": 0},
            lambda o, n: schedulers.CosineAnnealingWarmRestarts(o, 4, 1, 0),
            {"per_step": "fraction"},
        ),
        ("PolynomialLR", {"power": 0.9}, lambda o, n: schedulers.PolynomialLR(o, n, 0.9), {"per_step": True}),
        ("PolynomialLR", {"power": 2}, lambda o, n: schedulers.PolynomialLR(o, n, 2), {"per_step": True}),
        (
            "LinearLR",
            {"startFactor": 0.5, "endFactor": 0.1},
            lambda o, n: schedulers.LinearLR(o, 0.5, 0.1, n),
            {"per_step": True},
        ),
        ("LinearLR", {"startFactor": 1, "endFactor": 0}, lambda o, n: schedulers.LinearLR(o, 1, 0, n), {"per_step": True}),
        (
            "InverseSquareRootLR",
            {"warmup": 2},
            # As the paper has it: d_model^-0.5 min(step^-0.5, step warmup^-1.5), over what that is at its peak.
            lambda o, n: schedulers.LambdaLR(o, lambda t: 8**0.5 * min((t + 1) ** -0.5, (t + 1) * 8**-1.5)),
            {"per_step": True},
        ),
        (
            "OneCycleLR",
            {"pctStart": 0.25, "divFactor": 10, "finalDivFactor": 100},
            lambda o, n: schedulers.OneCycleLR(
                o, 0.1, total_steps=n, pct_start=0.25, div_factor=10, final_div_factor=100, cycle_momentum=False
            ),
            {"per_step": True},
        ),
        *[
            (
                "CyclicLR",
                {"mode": mode, "baseDivFactor": 8, "stepSizeUp": 2, "stepSizeDown": down, "gamma": 0.98},
                lambda o, n, mode=mode, down=down: schedulers.CyclicLR(
                    o, 0.1 / 8, 0.1, 8, 4 * down or None, mode, 0.98, cycle_momentum=False
                ),
                {"per_step": True},
            )
            for mode, down in (("triangular", 0), ("triangular", 3), ("triangular2", 1), ("exp_range", 0))
        ],
        (
            "ReduceLROnPlateau",
            {"factor": 0.5, "patience": 2, "threshold": 0.01, "cooldown": 3, "minLr": 0.002},
            lambda o, n: schedulers.ReduceLROnPlateau(
                o, factor=0.5, patience=2, threshold=0.01, cooldown=3, min_lr=0.002
            ),
            {"watched": watched},
        ),
    ]
    return [
        {
            "type": kind,
            "attrs": attrs,
            "stepsPerEpoch": 4,
            "rates": rates(make, 4, 120, **how),
            **({"watched": watched} if "watched" in how else {}),
        }
        for kind, attrs, make, how in entries
    ]


def warmed_up(warmup, total):
    """Every schedule may rise to its rate first: a LinearLR beside it."""
    after = {
        "ConstantLR": lambda o: schedulers.ConstantLR(o, 1.0, 1),
        "CosineAnnealingLR": lambda o: schedulers.CosineAnnealingLR(o, total),
        "StepLR": lambda o: schedulers.StepLR(o, 12, 0.1),
        "PolynomialLR": lambda o: schedulers.PolynomialLR(o, total),
    }
    found = []
    for kind, make in after.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        rise = schedulers.LinearLR(optimizer, 1 / (warmup + 1), 1, warmup)
        both = schedulers.ChainedScheduler([rise, make(optimizer)])
        rates = []
        for _ in range(total):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            both.step()
        found.append({"type": kind, "rates": rates})
    return found


values = {
    "torch": torch.__version__,
    "plans": [gan(), transfer(), tied(), two_losses(), accumulated()],
    "schedules": all_schedules(),
    "warmups": warmed_up(6, 40),
}
# Drawn last, so that the numbers of the others stay.
values["plans"] += [gan("gan, every third", turn=3), turns(), penalties()]
path = pathlib.Path(__file__).with_name("torch_plans.json")
path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
