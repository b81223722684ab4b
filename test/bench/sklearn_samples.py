"""scikit-learn's MLP on the samples of an exported project, in its split: for textAndSeries.mjs.

python sklearn_samples.py FOLDER INPUT regression|classification HIDDEN,HIDDEN ACTIVATION LR BATCH EPOCHS SEED DIVISOR
"""

import json
import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor


class TorchInit:
    """Weights and biases begin as PyTorch's Linear has them, not as scikit-learn's own."""

    def _init_coef(self, fan_in, fan_out, dtype):
        bound = 1 / np.sqrt(fan_in)
        weights = self._random_state.uniform(-bound, bound, (fan_in, fan_out))
        biases = self._random_state.uniform(-bound, bound, fan_out)
        return weights.astype(dtype), biases.astype(dtype)


class Regressor(TorchInit, MLPRegressor):
    pass


class Classifier(TorchInit, MLPClassifier):
    pass


warnings.simplefilter("ignore", ConvergenceWarning)
folder, name, task, hidden, activation, lr, batch, epochs, seed, divisor = sys.argv[1:]
samples, rows = (np.load(f"{folder}/data/{each}.npz") for each in ("samples", "rows"))
train, test = rows["train"], rows["test"]
inputs = samples[name].astype(np.float64)
if task == "regression":
    mean, deviation = inputs[train].mean(axis=0), inputs[train].std(axis=0)
    inputs = (inputs - mean) / deviation
settings = {
    "hidden_layer_sizes": tuple(int(size) for size in hidden.split(",")),
    "activation": activation,
    "solver": "adam",
    "alpha": 0,
    "learning_rate_init": float(lr),
    "batch_size": int(batch),
    "max_iter": int(epochs),
    "n_iter_no_change": 10**6,
    "tol": 0,
    "random_state": int(seed),
}
if task == "regression":
    wanted = samples["target"].ravel().astype(np.float64)

    def score(kind):
        model = kind(**settings).fit(inputs[train], wanted[train])
        errors = (model.predict(inputs[test]) - wanted[test]) * float(divisor)
        return float(np.sqrt(np.mean(errors**2)))

    scores = [score(kind) for kind in (Regressor, MLPRegressor)]
else:
    wanted = samples["label"]
    scores = [
        float(kind(**settings).fit(inputs[train], wanted[train]).score(inputs[test], wanted[test]))
        for kind in (Classifier, MLPClassifier)
    ]
print(json.dumps({"scores": scores, "train": len(train), "test": len(test)}))
