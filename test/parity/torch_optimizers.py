#!/usr/bin/env python3
"""Ten steps of optimisers and what they keep, in float64, for test/parity/optimizers.test.ts.

Writes torch_optimizers.json beside this file:
    pip install torch numpy && python3 test/parity/torch_optimizers.py

Those that torch_ops.py has not: what looks at the shape of a parameter, and Lion, which PyTorch has not and whose
paper's formula is written out here in NumPy.
"""

import json
import pathlib
import random

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
draw = random.Random(20261124)
STEPS = 10
optim = torch.optim


def numbers(shape):
    return np.array([round(draw.uniform(-1, 1), 2) for _ in range(int(np.prod(shape)))]).reshape(shape)


def by_torch(make, rates=None):
    def walk(start, gradients):
        p = torch.tensor(start, requires_grad=True)
        optimizer = make([p])
        for step, gradient in enumerate(gradients):
            if rates is not None:
                optimizer.param_groups[0]["lr"] = rates[step]
            p.grad = torch.tensor(gradient)
            optimizer.step()
        state = {k: v for k, v in optimizer.state[p].items() if v is not None and v.dim() > 0}
        return p.detach().numpy(), {name: value.numpy() for name, value in state.items()}

    return walk


def lion(lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Algorithm 2 of arXiv:2302.06675."""

    def walk(theta, gradients):
        m = np.zeros_like(theta)
        for g in gradients:
            update = beta1 * m + (1 - beta1) * g
            theta = theta - lr * (np.sign(update) + weight_decay * theta)
            m = beta2 * m + (1 - beta2) * g
        return theta, {"exp_avg": m}

    return walk


def case(kind, attrs, walk, shape, rates=None):
    start = numbers(shape)
    gradients = [numbers(shape) for _ in range(STEPS)]
    after, state = walk(start, gradients)
    return {
        "type": kind,
        "attrs": attrs,
        **({} if rates is None else {"rates": rates}),
        "shape": list(shape),
        "start": start.flatten().tolist(),
        "gradients": [g.flatten().tolist() for g in gradients],
        "after": after.flatten().tolist(),
        "state": {name: values.flatten().tolist() for name, values in state.items()},
    }


EPS = 2**-23
cases = [
    case("Lion", {}, lion(), (5,)),
    case("Lion", {"lr": 0.05, "beta1": 0.8, "beta2": 0.9, "weightDecay": 0.1}, lion(0.05, 0.8, 0.9, 0.1), (5,)),
    case("Rprop", {}, by_torch(optim.Rprop), (5,)),
    case(
        "Rprop",
        {"lr": 0.3, "etaMinus": 0.4, "etaPlus": 1.5, "stepMin": 0.1, "stepMax": 0.5},
        by_torch(lambda p: optim.Rprop(p, lr=0.3, etas=(0.4, 1.5), step_sizes=(0.1, 0.5))),
        (6,),
    ),
]
for shape in [(4, 3), (2, 3, 2, 2), (5,)]:
    cases += [
        case("Adafactor", {}, by_torch(lambda p: optim.Adafactor(p, eps=(EPS, 1e-3))), shape),
        case(
            "Adafactor",
            {"lr": 0.5, "beta2Decay": -0.5, "eps1": 1e-4, "eps2": 0.9, "d": 1.05, "weightDecay": 0.1},
            by_torch(
                lambda p: optim.Adafactor(
                    p, lr=0.5, beta2_decay=-0.5, eps=(1e-4, 0.9), d=1.05, weight_decay=0.1
                )
            ),
            shape,
        ),
    ]
# After all others, so that these leave the numbers above as they are.
cases += [
    case("ASGD", {}, by_torch(optim.ASGD), (5,)),
    case(
        "ASGD",
        {"lr": 0.3, "lambd": 0.2, "alpha": 0.9, "t0": 3, "weightDecay": 0.1},
        by_torch(lambda p: optim.ASGD(p, lr=0.3, lambd=0.2, alpha=0.9, t0=3, weight_decay=0.1)),
        (4, 3),
    ),
]
# As under a schedule.
RATES = [round(0.3 * 0.8**step, 4) for step in range(STEPS)]
cases += [
    case(
        "ASGD",
        {"lr": 0.3, "lambd": 0.2, "alpha": 0.9},
        by_torch(lambda p: optim.ASGD(p, lr=0.3, lambd=0.2, alpha=0.9), RATES),
        (5,),
        RATES,
    ),
]
# Of matrices torch.optim.Muon, which computes in bfloat16: as exact as the rest with that type another name of float64.
torch.bfloat16 = torch.float64
MATRIX = {"lr": 0.02, "momentum": 0.9, "weightDecay": 0.05, "nsSteps": 3, "eps": 1e-3}
for shape in [(4, 3), (3, 7), (5, 5)]:
    cases += [
        case("Muon", {}, by_torch(lambda p: optim.Muon(p, adjust_lr_fn="match_rms_adamw")), shape),
        *[
            case(
                "Muon",
                {**MATRIX, "nesterov": nesterov, "adjustLr": adjusted},
                by_torch(
                    lambda p: optim.Muon(
                        p, 0.02, 0.05, 0.9, nesterov, eps=1e-3, ns_steps=3, adjust_lr_fn=adjusted
                    )
                ),
                shape,
            )
            for nesterov, adjusted in [(True, "original"), (False, "spectral_unclamped")]
        ],
    ]
# Of the rest AdamW.
for shape in [(5,), (2, 3, 2, 2)]:
    cases += [
        case("Muon", {}, by_torch(lambda p: optim.AdamW(p, weight_decay=0.1)), shape),
        case(
            "Muon",
            {"lr": 0.05, "weightDecay": 0.2, "adamBeta1": 0.8, "adamBeta2": 0.95, "adamEps": 1e-4},
            by_torch(lambda p: optim.AdamW(p, 0.05, (0.8, 0.95), 1e-4, 0.2)),
            shape,
        ),
    ]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")
