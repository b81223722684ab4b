#!/usr/bin/env python3
"""What PyTorch's module computes for the trials of a layer: called by torchTrials.ts, in float64.

Reads a JSON list of {code, definition?, call?, around?, mode, inputs, tensors, dy} from standard input and
writes the list of {output, gradients, buffers} and PyTorch's version. Any PyTorch from 1.12 will do.
"""

import json
import sys

import torch
from torch import Tensor, nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def read(tensor):
    kind = torch.long if tensor["dtype"] == "i32" else torch.float64
    return torch.tensor(tensor["values"], dtype=kind).reshape(tensor["shape"])


def written(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


class Call(nn.Module):
    """An expression over x0, x1, ...; of several results all their numbers in a row."""

    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, *inputs):
        names = {f"x{k}": x for k, x in enumerate(inputs)}
        result = eval(self.call, {"torch": torch, "nn": nn, "F": F}, names)
        if isinstance(result, torch.Tensor):
            return result
        return torch.cat([each.flatten() for each in result])


class Around(nn.Module):
    """A part of what a module answers, an expression over module, x0, x1, ..."""

    def __init__(self, module, call):
        super().__init__()
        self.module = module
        self.call = call

    def forward(self, *inputs):
        names = {"module": self.module, **{f"x{k}": x for k, x in enumerate(inputs)}}
        return eval(self.call, {"torch": torch, "nn": nn, "F": F}, names)


def run(code, mode, inputs, tensors, dy, call=None, definition="", around=None):
    exec(definition, globals())
    module = eval(code) if call is None else Call(call)
    module.train(mode == "train")
    state = module.state_dict()
    for name, tensor in tensors.items():
        state[name].copy_(read(tensor))
    leaves = [read(x).requires_grad_(x["dtype"] == "f32") for x in inputs]
    whole = module if around is None else Around(module, around)
    try:
        output = whole(*leaves)
    except RuntimeError as error:
        # Some losses have a gradient of the prediction alone.
        if "not differentiable with respect to argument 'target'" not in str(error):
            raise
        leaves[1].requires_grad_(False)
        output = whole(*leaves)
    if output.requires_grad:
        (output * read(dy).reshape(output.shape)).sum().backward()
    trained = dict(module.named_parameters())
    kept = {} if mode == "eval" else dict(module.named_buffers())
    return {
        "output": written(output),
        "gradients": {
            **{f"input{i}": written(x.grad) for i, x in enumerate(leaves) if x.grad is not None},
            **{name: written(parameter.grad) for name, parameter in trained.items()},
        },
        "buffers": {k: written(v) for k, v in kept.items() if k != "num_batches_tracked"},
    }


results = [run(**request) for request in json.load(sys.stdin)]
json.dump({"torch": torch.__version__, "results": results}, sys.stdout)
