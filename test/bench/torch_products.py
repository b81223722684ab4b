#!/usr/bin/env python3
"""Matrix products of PyTorch (its BLAS), for shapes.mjs.

usage: torch_products.py THREADS SECONDS 'AxB CxD -> MxN; ...'
Shapes as `netloom bench --profile` names them: operands as they lie in memory, so that which of them is
transposed follows from the result. Prints one JSON object: {name: ms, median of blocks}.
"""
import json
import statistics
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
seconds = float(sys.argv[2])
torch.manual_seed(0)


def product(name):
    left, right, _, out = name.split(" ")
    a, b = (torch.randn([int(d) for d in text.split("x")]) for text in (left, right))
    m, n = (int(d) for d in out.split("x"))
    # Square operands fit in either way: the first that gives the result's shape is as fast as the other.
    for x in (a, a.t()):
        for y in (b, b.t()):
            if x.shape[1] == y.shape[0] and (x.shape[0], y.shape[1]) == (m, n):
                return x, y, torch.empty(m, n)
    raise ValueError(name)


def median_ms(name, blocks=5):
    x, y, out = product(name)
    run = lambda: torch.mm(x, y, out=out)
    end = time.perf_counter() + seconds / 2
    while time.perf_counter() < end:
        run()
    times = []
    for _ in range(blocks):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds / blocks:
            run()
            count += 1
        times.append((time.perf_counter() - start) / count * 1e3)
    return statistics.median(times)


print(json.dumps({name: median_ms(name) for name in sys.argv[3].split("; ")}))
