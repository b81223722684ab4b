"""Runs exported files with ONNX's own checker and with ONNX Runtime, as whoever gets them would.

python onnx_python.py FOLDER: for each NAME.onnx beside NAME.json (feeds and answers), prints a JSON line with the
message of the checker (null: accepted) and the largest difference of each output, in shares of its largest number.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx

try:
    import onnxruntime
except ImportError:  # Only the checker then.
    onnxruntime = None


# Of inputs that are no float32: indices of tokens.
TYPES = {"tensor(int32)": np.int32, "tensor(int64)": np.int64}


def tensor(value, dtype=np.float32):
    if "texts" in value:
        return np.array(value["texts"], dtype=object).reshape(value["dims"])
    return np.array(value["data"], dtype=dtype).reshape(value["dims"])


def opened(path):
    options = onnxruntime.SessionOptions()
    # Errors alone: what cannot be folded ahead is computed later.
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def difference(got, wanted):
    if got.dtype == object or wanted.dtype == object:
        return float(np.any(got.astype(str) != wanted.astype(str)))
    if got.shape != wanted.shape:
        return float("inf")
    size = max(float(np.max(np.abs(wanted), initial=0.0)), 1e-30)
    return float(np.max(np.abs(got.astype(np.float64) - wanted), initial=0.0)) / size


def checked(path):
    try:
        onnx.checker.check_model(onnx.load(path), full_check=True)
    except Exception as error:
        return str(error)
    return None


for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    result = {"name": path.stem, "checker": checked(path), "differences": {}}
    if onnxruntime is not None:
        trial = json.loads(path.with_suffix(".json").read_text())
        session = opened(path)
        names = [output.name for output in session.get_outputs()]
        types = {each.name: TYPES.get(each.type, np.float32) for each in session.get_inputs()}
        feeds = {name: tensor(value, types[name]) for name, value in trial["feeds"].items()}
        for name, got in zip(names, session.run(names, feeds)):
            result["differences"][name] = difference(got, tensor(trial["answers"][name]))
    print(json.dumps(result))
