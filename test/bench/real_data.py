"""PyTorch on real files, read and prepared without Netloom: for realData.mjs.

python real_data.py '{"kind": "table", "path": "iris.csv", "seeds": [1, 2], ...}'

Prints the test scores, one for each seed: accuracy in per cent, or the root of the mean squared error in the numbers of
the data. A seed decides the split, the first weights and the order of batches. Gaps are dropped with their rows, words
become a column for each, columns get mean 0 and deviation 1 by the training rows.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from sklearn.feature_extraction.text import CountVectorizer
from torch import nn

about = json.loads(sys.argv[1])
path = Path(about["path"])
# Threads cost small layers more than they bring.
torch.set_num_threads(2 if about["kind"] in ("cifar", "idx") else 1)


def split_sizes(count):
    test = int(count * 0.1)
    validation = int((count - test) * 0.1)
    return count - test - validation, test


def parts(count, seed):
    train, test = split_sizes(count)
    order = np.random.default_rng(seed).permutation(count)
    return order[:train], order[count - test :]


def standardised(x, train):
    deviation = x[train].std(axis=0)
    return (x - x[train].mean(axis=0)) / np.where(deviation > 0, deviation, 1)


def table(seed):
    settings = about["table"]
    frame = pd.read_csv(path, header=0 if settings["header"] else None)
    frame = frame.drop(columns=settings["ignore"]).dropna()
    target = frame.pop(settings["target"])
    x = pd.get_dummies(frame).to_numpy(np.float64)
    train, test = parts(len(x), seed)
    if settings["task"] == "classes":
        y, divisor = pd.factorize(target, sort=True)[0], None
    else:
        divisor = settings["divisor"]
        y = target.to_numpy(np.float64)[:, None] / divisor
    return standardised(x, train), y, train, test, divisor


def windows(seed):
    values = pd.read_csv(path).iloc[:, 1].to_numpy(np.float64)
    x = np.lib.stride_tricks.sliding_window_view(values, 12)[:-1]
    y = values[12:, None]
    train, test = split_sizes(len(x))
    first, last = np.arange(train), np.arange(len(x) - test, len(x))
    divisor = y[first].std()
    return standardised(x, first), y / divisor, first, last, divisor


def sentences(seed):
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line]
    texts, labels = [words for words, _ in lines], np.array([int(label) for _, label in lines])
    train, test = parts(len(texts), seed)
    counts = CountVectorizer(max_features=2000, token_pattern=r"(?u)\b\w+(?:'\w+)*\b")
    counts.fit([texts[row] for row in train])
    return counts.transform(texts).toarray(), labels, train, test, None


def cifar(seed):
    (file,) = path.glob("*.bin.gz")
    rows = np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8).reshape(-1, 3073)
    train, test = parts(len(rows), seed)
    return rows[:, 1:].reshape(-1, 3, 32, 32) / 255, rows[:, 0].astype(np.int64), train, test, None


def idx(seed):
    def read(name, start):
        return np.frombuffer(gzip.decompress((path / name).read_bytes()), np.uint8)[start:]

    def images(name):
        return read(name, 16).reshape(-1, 1, 28, 28) / 255

    x, y = images("train-images-idx3-ubyte.gz"), read("train-labels-idx1-ubyte.gz", 8)
    chosen = np.random.default_rng(seed).permutation(len(x))[: int(about["rows"] * 0.9)]
    others, labels = images("t10k-images-idx3-ubyte.gz"), read("t10k-labels-idx1-ubyte.gz", 8)
    x, y = np.concatenate([x[chosen], others]), np.concatenate([y[chosen], labels]).astype(np.int64)
    return x, y, np.arange(len(chosen)), np.arange(len(chosen), len(x)), None


def network(shape, outputs):
    activation = getattr(nn, about["activation"])
    if len(shape) == 3:
        channels, size, _ = shape
        side = (size // 2 - 4) // 2
        return nn.Sequential(
            nn.Conv2d(channels, 6, 5, padding=2), activation(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5), activation(), nn.AvgPool2d(2), nn.Flatten(),
            nn.Linear(16 * side * side, 120), activation(),
            nn.Linear(120, 84), activation(), nn.Linear(84, outputs),
        )
    widths = [*shape, *about["hidden"]]
    layers = [each for a, b in zip(widths, widths[1:]) for each in (nn.Linear(a, b), activation())]
    return nn.Sequential(*layers, nn.Linear(widths[-1], outputs))


def score(seed):
    x, y, train, test, divisor = globals()[about["kind"]](seed)
    torch.manual_seed(seed)
    x = torch.tensor(x, dtype=torch.float32)
    y = torch.tensor(y, dtype=torch.float32 if divisor else torch.int64)
    model = network(x.shape[1:], 1 if divisor else int(y.max()) + 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=about["lr"])
    loss = nn.functional.mse_loss if divisor else nn.functional.cross_entropy
    rows = torch.from_numpy(np.asarray(train))
    for _ in range(about["epochs"]):
        for batch in rows[torch.randperm(len(rows))].split(about["batch"]):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        answers = model(x[test])
    if divisor:
        return float(((answers - y[test]) ** 2).mean().sqrt()) * divisor
    return float((answers.argmax(1) == y[test]).double().mean()) * 100


print(json.dumps([score(seed) for seed in about["seeds"]]))
