#!/usr/bin/env python3
"""Runs exported Keras models on samples, beside the answers wanted: called by kerasModel.ts.

Images are stored with their channels first, as Netloom has them. A line of JSON for each model of the folder; what
it answered in got/.
"""

import json
import runpy
import sys
import traceback
from pathlib import Path

import keras
import numpy as np


def last(array):
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array


def first(array):
    return array.transpose(0, 3, 1, 2) if array.ndim == 4 else array


def compare(folder: Path) -> float:
    model = runpy.run_path(str(folder / "model.py"))["load"]()
    feeds = [last(np.load(folder / "feeds" / f"{x.name}.npy")) for x in model.inputs]
    found = model(feeds[0] if len(feeds) == 1 else feeds, training=False)
    worst = 0.0
    (folder / "got").mkdir()
    for path in sorted((folder / "wanted").iterdir()):
        one = found[path.stem] if isinstance(found, dict) else found
        got = keras.ops.convert_to_numpy(one)
        wanted = last(np.load(path))
        if got.shape != wanted.shape:
            raise ValueError(f"{path.stem} is {got.shape}, should be {wanted.shape}")
        np.ascontiguousarray(first(got), dtype="<f4").tofile(folder / "got" / f"{path.stem}.f32")
        largest = max(float(np.abs(wanted).max()), 1e-6)
        difference = float(np.abs(got - wanted).max()) / largest
        if not difference <= worst:
            worst = difference
    return worst


for each in sorted(Path(sys.argv[1]).iterdir()):
    try:
        result = {"worst": compare(each), "error": None}
    except Exception:
        result = {"worst": 0.0, "error": traceback.format_exc()[-2000:]}
    print(json.dumps({"name": each.name, "keras": keras.__version__, **result}), flush=True)
