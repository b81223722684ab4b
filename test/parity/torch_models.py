#!/usr/bin/env python3
"""Runs models of exported PyTorch projects on samples, beside the answers wanted: called by torchModel.ts.

A line of JSON for each project of the folder; what it answered in got/.
"""

import inspect
import json
import runpy
import sys
import traceback
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

torch.set_num_threads(1)


def compare(folder: Path) -> float:
    found = runpy.run_path(str(folder / "model.py"))
    own = [
        each
        for each in found.values()
        if inspect.isclass(each) and each.__module__ == "<run_path>" and issubclass(each, torch.nn.Module)
    ]
    model = own[-1]()
    model.load_state_dict(load_file(folder / "weights" / "trained.safetensors"))
    model.eval()
    names = list(inspect.signature(model.forward).parameters)
    feeds = [torch.from_numpy(np.load(folder / "feeds" / f"{name}.npy")) for name in names]
    with torch.no_grad():
        answers = model(*(feed.long() if feed.dtype == torch.int32 else feed for feed in feeds))
    answers = answers if isinstance(answers, tuple) else (answers,)
    paths = sorted((folder / "wanted").iterdir())
    if len(paths) != len(answers):
        raise ValueError(f"{len(answers)} answers, wanted are {len(paths)}")
    worst = 0.0
    (folder / "got").mkdir()
    for path, answer in zip(paths, answers):
        got, wanted = answer.numpy(), np.load(path)
        if got.shape != wanted.shape:
            raise ValueError(f"{path.stem} is {got.shape}, should be {wanted.shape}")
        np.ascontiguousarray(got, dtype="<f4").tofile(folder / "got" / f"{path.stem}.f32")
        difference = float(np.abs(got - wanted).max()) / max(float(np.abs(wanted).max()), 1e-6)
        if not difference <= worst:
            worst = difference
    return worst


for each in sorted(Path(sys.argv[1]).iterdir()):
    try:
        result = {"worst": compare(each), "error": None}
    except Exception:
        result = {"worst": 0.0, "error": traceback.format_exc()[-2000:]}
    print(json.dumps({"name": each.name, "torch": torch.__version__, **result}), flush=True)
