#!/usr/bin/env python3
"""Reference numbers from scikit-learn, for test/parity/metrics.test.ts.

Writes sklearn_metrics.json beside this file:
    pip install scikit-learn && python3 test/parity/sklearn_metrics.py

Inputs are drawn by a seeded generator and rounded, so that the file stays small and is the same everywhere.
"""

import json
import math
import pathlib
import random

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

draw = random.Random(20261122)


def mean(values):
    return sum(values) / len(values)


def calibration_error(sure, right, bins=15):
    """Guo et al.'s, over the bins of scikit-learn's `calibration_curve`, which weighs none."""
    often, confident = calibration_curve(right, sure, n_bins=bins)
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure)
    weights = np.bincount(place, minlength=bins)
    return float((np.abs(often - confident) * weights[weights > 0]).sum() / len(sure))


def classification(classes, count, sureness, present=None):
    """Probabilities of a network that is right more often than not; `present`: labels that occur."""
    labels, rows = [], []
    for _ in range(count):
        label = draw.choice(present or range(classes))
        scores = [draw.gauss(0, 1) + (sureness if c == label else 0) for c in range(classes)]
        whole = sum(math.exp(s) for s in scores)
        row = [round(math.exp(s) / whole, 5) for s in scores]
        labels.append(label)
        rows.append(row)
    p = np.array(rows)
    y = np.array(labels)
    guess = p.argmax(axis=1)
    seen = sorted(set(labels) | set(guess.tolist()))
    areas = [
        m.roc_auc_score(y == c, p[:, c]) if 0 < (y == c).sum() < count else None
        for c in range(classes)
    ]
    told = [a for a in areas if a is not None]
    every = list(range(classes))
    precisions = [
        m.average_precision_score(y == c, p[:, c]) if (y == c).any() else None
        for c in range(classes)
    ]
    negatives = [m.recall_score(y != c, guess != c, zero_division=0) for c in range(classes)]
    expected = {
        "accuracy": m.accuracy_score(y, guess),
        "balancedAccuracy": m.balanced_accuracy_score(y, guess),
        "matthews": m.matthews_corrcoef(y, guess),
        "cohenKappa": m.cohen_kappa_score(y, guess),
        "iou": m.jaccard_score(y, guess, labels=seen, average="macro", zero_division=0),
        "specificity": negatives[1] if classes == 2 else mean([negatives[c] for c in seen]),
        "calibrationError": calibration_error(p.max(axis=1), y == guess),
        "precision": m.precision_score(y, guess, labels=seen, average="macro", zero_division=0),
        "recall": m.recall_score(y, guess, labels=seen, average="macro", zero_division=0),
        "f1": m.f1_score(y, guess, labels=seen, average="macro", zero_division=0),
        "rocAuc": areas[1] if classes == 2 else mean(told),
        "prAuc": precisions[1] if classes == 2 else mean([a for a in precisions if a is not None]),
    }
    if classes >= 10:
        expected["topK"] = m.top_k_accuracy_score(y, p, k=5, labels=every)
    per_class = {
        "precision": m.precision_score(y, guess, labels=every, average=None, zero_division=0),
        "recall": m.recall_score(y, guess, labels=every, average=None, zero_division=0),
        "f1": m.f1_score(y, guess, labels=every, average=None, zero_division=0),
        "iou": m.jaccard_score(y, guess, labels=every, average=None, zero_division=0),
        "specificity": np.array(negatives),
    }
    return {
        "classes": classes,
        "labels": labels,
        "probabilities": p.flatten().tolist(),
        "expected": expected,
        "perClass": {name: values.tolist() for name, values in per_class.items()},
        "perClassArea": areas,
        "perClassPrecision": precisions,
        "confusion": m.confusion_matrix(y, guess, labels=every).flatten().tolist(),
    }


def multilabel(labels, count, rare=None):
    """Each sample has any of the labels; `rare`: one that none has."""
    truth = [[int(draw.random() < 0.4 and c != rare) for c in range(labels)] for _ in range(count)]
    rows = [[round(1 / (1 + math.exp(-draw.gauss(2 * t - 1, 1.2))), 5) for t in row] for row in truth]
    y, p = np.array(truth), np.array(rows)
    guess = (p > 0.5).astype(int)
    each = range(labels)
    areas = [m.roc_auc_score(y[:, c], p[:, c]) if y[:, c].any() else None for c in each]
    precisions = [m.average_precision_score(y[:, c], p[:, c]) if y[:, c].any() else None for c in each]
    told = lambda all: mean([a for a in all if a is not None])
    negatives = [m.recall_score(1 - y[:, c], 1 - guess[:, c], zero_division=0) for c in each]
    macro = {"average": "macro", "zero_division": 0}
    every = {"average": None, "zero_division": 0}
    return {
        "labels": labels,
        "labelled": y.flatten().tolist(),
        "probabilities": p.flatten().tolist(),
        "expected": {
            "accuracy": 1 - m.hamming_loss(y, guess),
            "subsetAccuracy": m.accuracy_score(y, guess),
            "precision": m.precision_score(y, guess, **macro),
            "recall": m.recall_score(y, guess, **macro),
            "f1": m.f1_score(y, guess, **macro),
            "iou": m.jaccard_score(y, guess, **macro),
            "specificity": mean(negatives),
            "rocAuc": told(areas),
            "prAuc": told(precisions),
        },
        "perClass": {
            "precision": m.precision_score(y, guess, **every).tolist(),
            "recall": m.recall_score(y, guess, **every).tolist(),
            "f1": m.f1_score(y, guess, **every).tolist(),
            "iou": m.jaccard_score(y, guess, **every).tolist(),
            "specificity": negatives,
        },
        "confusion": m.multilabel_confusion_matrix(y, guess).flatten().tolist(),
    }


def regression(count, size, mean, spread, scale, shift):
    """`(x - shift) * scale` is what the metrics see of the data, per column."""
    target = [[round(draw.gauss(mean, spread), 3) for _ in range(size)] for _ in range(count)]
    prediction = [[round(t + draw.gauss(0, spread / 3), 3) for t in row] for row in target]
    t, p = np.array(target), np.array(prediction)
    own_t, own_p = (x / np.array(scale) + np.array(shift) for x in (t, p))
    expected = {
        "mae": m.mean_absolute_error(t, p),
        "rmse": math.sqrt(m.mean_squared_error(t, p)),
        "maeOriginal": m.mean_absolute_error(own_t, own_p),
        "rmseOriginal": math.sqrt(m.mean_squared_error(own_t, own_p)),
        "mape": m.mean_absolute_percentage_error(own_t, own_p),
        "r2": m.r2_score(t.flatten(), p.flatten()),
    }
    return {
        "size": size,
        "scale": scale,
        "shift": shift,
        "target": t.flatten().tolist(),
        "prediction": p.flatten().tolist(),
        "expected": expected,
    }


values = {
    "sklearn": sklearn.__version__,
    "classifications": [
        classification(2, 203, 1.0),
        classification(5, 150, 1.5),
        classification(4, 60, 1.0, present=[0, 2]),
        classification(12, 120, 1.0),
        classification(3, 90, 8.0),
    ],
    "regressions": [
        regression(101, 1, 0.0, 1.0, [1.0], [0.0]),
        regression(64, 3, 0.5, 2.0, [0.5, 2.0, 0.1], [20.0, -3.0, 8.0]),
        # A mean far above the spread: sums of squares in float32 would lose it.
        regression(200, 1, 100_000.0, 100.0, [0.01], [5e6]),
        # Targets that are zero, which relative errors have to say something about.
        regression(40, 1, 0.0, 0.002, [1.0], [0.0]),
    ],
    "multilabels": [multilabel(2, 60), multilabel(5, 90, rare=3)],
}
path = pathlib.Path(__file__).with_name("sklearn_metrics.json")
path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
