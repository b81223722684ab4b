#!/usr/bin/env python3
"""Reference numbers from PyTorch in float64, for test/parity/*.test.ts.

Writes torch_ops.json beside this file. Run with any PyTorch from 1.12:
    python3 test/parity/torch_ops.py

Inputs are drawn by a seeded generator and rounded to two decimals, so that the file stays small and is
the same on every machine. `dy` weighs the output: the gradients are those of sum(dy * output).
"""

import json
import pathlib
import random

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
draw = random.Random(20240607)


def numbers(*shape, low=-2.0, high=2.0):
    count = 1
    for size in shape:
        count *= size
    values = [round(draw.uniform(low, high), 2) for _ in range(count)]
    return torch.tensor(values).reshape(shape)


def labels(count, classes):
    return torch.tensor([draw.randrange(classes) for _ in range(count)])


def written(tensor):
    return {"shape": list(tensor.shape), "values": tensor.flatten().tolist()}


ops = []


def case(op, note, function, inputs, **params):
    """One function of `inputs`; whole numbers (labels) get no gradient."""
    leaves = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    output = function(*leaves)
    dy = numbers(*output.shape)
    (output * dy).sum().backward()
    ops.append(
        {
            "op": op,
            "note": note,
            "params": params,
            "inputs": [written(x) for x in inputs],
            "dy": written(dy),
            "output": written(output.detach()),
            "gradients": [None if x.grad is None else x.grad.flatten().tolist() for x in leaves],
        }
    )


def conv(note, x, filters, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    inputs = [numbers(*x), numbers(filters, x[1] // groups, *kernel), numbers(filters)]
    options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
    case("conv2d", note, lambda x, w, b: F.conv2d(x, w, b, **options), inputs, **options)


conv("plain", (2, 2, 4, 4), 3, (3, 3))
conv("stride and padding", (1, 2, 6, 5), 2, (3, 3), stride=(2, 2), padding=(1, 1))
conv("dilation", (1, 1, 6, 6), 2, (2, 2), dilation=(2, 2), padding=(1, 1))
conv("groups", (2, 4, 3, 3), 4, (2, 2), groups=2)
conv("everything, different along each side", (1, 2, 5, 7), 4, (2, 3),
     stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)

case("linear", "with bias", F.linear, [numbers(3, 4), numbers(2, 4), numbers(2)])

for approximate in ["none", "tanh"]:
    case("gelu", approximate, lambda x, a=approximate: F.gelu(x, approximate=a),
         [numbers(9, low=-5, high=5)], approximate=approximate)
for name, function in [("relu", F.relu), ("sigmoid", torch.sigmoid), ("tanh", torch.tanh),
                       ("softplus", F.softplus), ("exp", torch.exp),
                       ("expm1", torch.expm1), ("abs", torch.abs)]:
    case(name, "both signs", function, [numbers(9, low=-5, high=5)])
for name, function in [("log", torch.log), ("sqrt", torch.sqrt), ("rsqrt", torch.rsqrt)]:
    case(name, "positive", function, [numbers(7, low=0.1, high=5)])
case("leakyRelu", "slope 0.1", lambda x: F.leaky_relu(x, 0.1), [numbers(9)], slope=0.1)
case("softmax", "last axis", lambda x: F.softmax(x, -1), [numbers(3, 5, low=-4, high=4)])
case("maximum", "with ties", torch.maximum,
     [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([3.0, 2.0, 1.0])])
case("minimum", "with ties", torch.minimum,
     [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([3.0, 2.0, 1.0])])
case("max", "with ties", lambda x: torch.amax(x, 1),
     [torch.tensor([[1.0, 4.0, 4.0], [5.0, 2.0, 3.0]])], axes=[1], keepDims=False)
case("div", "column by row", torch.div, [numbers(3, 1), numbers(4, low=0.5, high=2)])

for note, kernel, stride, padding in [("2 by 2", (2, 2), (2, 2), (0, 0)),
                                      ("overlapping, padded", (3, 2), (2, 1), (1, 1))]:
    window = dict(kernel=kernel, stride=stride, padding=padding)
    case("maxPool2d", note, lambda x: F.max_pool2d(x, kernel, stride, padding),
         [numbers(1, 2, 5, 4)], **window)
    for counted in [True, False]:
        case("avgPool2d", f"{note}, padding {'counts' if counted else 'left out'}",
             lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=counted),
             [numbers(1, 2, 5, 4)], countIncludePad=counted, **window)

for note, shape in [("images", (3, 2, 2, 3)), ("features", (5, 3))]:
    channels = shape[1]
    affine = [numbers(channels, low=0.5, high=1.5), numbers(channels)]
    statistics = [numbers(channels), numbers(channels, low=0.5, high=2)]
    x = numbers(*shape)
    case("batchNormTraining", note,
         lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True, eps=1e-5),
         [x, *affine], eps=1e-5)
    case("batchNormEvaluation", note,
         lambda x, w, b: F.batch_norm(x, *statistics, w, b, training=False, eps=1e-5),
         [x, *affine], eps=1e-5, mean=statistics[0].tolist(), variance=statistics[1].tolist())
    mean, variance = statistics[0].clone(), statistics[1].clone()
    F.batch_norm(x, mean, variance, *affine, training=True, momentum=0.3)
    ops[-2]["running"] = {"momentum": 0.3, "before": [s.tolist() for s in statistics],
                          "after": [mean.tolist(), variance.tolist()]}

for smoothing in [0.0, 0.1]:
    wanted = labels(4, 3)
    case("crossEntropy", f"mean, smoothing {smoothing}",
         lambda x, t, s=smoothing: F.cross_entropy(x, t, label_smoothing=s),
         [numbers(4, 3, low=-4, high=4), wanted], labelSmoothing=smoothing)
case("bceWithLogits", "mean", F.binary_cross_entropy_with_logits,
     [numbers(3, 4, low=-9, high=9), numbers(3, 4, low=0, high=1)])
case("mse", "mean", F.mse_loss, [numbers(3, 4), numbers(3, 4)])

optimizers = []


def camel(name):
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def optimizer(kind, attrs, make, count=5):
    start = numbers(3)
    steps = [numbers(3) for _ in range(count)]
    parameter = start.clone().requires_grad_()
    updater = make([parameter])
    after = []
    for gradient in steps:
        parameter.grad = gradient.clone()
        updater.step()
        after.append(parameter.detach().tolist())
    optimizers.append({"type": kind, "attrs": attrs, "start": start.tolist(),
                       "gradients": [g.tolist() for g in steps], "after": after})


optim = torch.optim
optimizer("SGD", {"lr": 0.1}, lambda p: optim.SGD(p, lr=0.1))
optimizer("SGD", {"lr": 0.1, "momentum": 0.9}, lambda p: optim.SGD(p, lr=0.1, momentum=0.9))
optimizer("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weightDecay": 0.01},
          lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01))
optimizer("SGD", {"lr": 0.1, "momentum": 0.8, "dampening": 0.3},
          lambda p: optim.SGD(p, lr=0.1, momentum=0.8, dampening=0.3))
optimizer("Adam", {"lr": 0.01}, lambda p: optim.Adam(p, lr=0.01))
optimizer("Adam", {"lr": 0.01, "beta1": 0.8, "beta2": 0.95, "eps": 1e-6, "weightDecay": 0.1},
          lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))
optimizer("AdamW", {"lr": 0.01, "weightDecay": 0.1},
          lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1))

initializers = []
for shape in [(128, 784), (32, 16, 3, 3)]:
    fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    make = torch.nn.Linear if len(shape) == 2 else torch.nn.Conv2d
    for scheme, fill, std in [
        ("kaiming", lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"), (2 / fan_in) ** 0.5),
        ("xavier", torch.nn.init.xavier_uniform_, (2 / (fan_in + fan_out)) ** 0.5),
        ("torch", lambda w: make(shape[1], shape[0], *shape[2:3]).weight, (1 / (3 * fan_in)) ** 0.5),
    ]:
        # The formulas are those of torch's documentation; its own numbers must bear them out.
        torch.manual_seed(1)
        largest, bound = fill(torch.empty(shape)).abs().max().item(), std * 3 ** 0.5
        assert 0.99 * bound < largest <= bound, (shape, scheme, largest, bound)
        initializers.append({"shape": list(shape), "scheme": scheme, "fanIn": fan_in,
                             "fanOut": fan_out, "bound": bound, "std": std})

# Those that draw nothing: the numbers themselves.
identities = []
for shape, groups in [((3, 5), 1), ((5, 3), 1), ((4, 2, 3), 1), ((2, 4, 4), 2), ((6, 2, 3, 4), 3), ((6, 1, 3, 3), 6)]:
    weight = torch.empty(shape)
    if len(shape) == 2:
        torch.nn.init.eye_(weight)
    else:
        torch.nn.init.dirac_(weight, groups)
    identities.append({"shape": list(shape), "groups": groups, "values": weight.flatten().tolist()})

# Drawn anew, so that what was added later leaves the numbers above as they are.
draw = random.Random(20261122)

for note, lead, transpose_a, transpose_b in [("several", (3,), False, False), ("several, both transposed", (2, 2), True, True),
                                             ("several, scores of attention", (2, 2), False, True)]:
    a = numbers(*lead, *((2, 3) if transpose_a else (3, 2)))
    b = numbers(*lead, *((4, 2) if transpose_b else (2, 4)))
    turn = lambda x, turned: x.transpose(-1, -2) if turned else x
    case("matmul", note, lambda a, b: torch.matmul(turn(a, transpose_a), turn(b, transpose_b)), [a, b],
         transposeA=transpose_a, transposeB=transpose_b)
mask = torch.tensor([[0.0], [1.0], [1.0]])
case("select", "where, broadcasting", lambda a, b: torch.where(mask != 0, a, b), [numbers(3, 4), numbers(4)],
     mask=mask.flatten().tolist())
case("gatherRows", "an embedding, some rows twice", lambda table, rows: F.embedding(rows, table),
     [numbers(5, 3), torch.tensor([4, 0, 4, 2])])
case("scatterAddRows", "index_add", lambda x, rows: torch.zeros(4, 3).index_add(0, rows, x),
     [numbers(6, 3), labels(6, 4)], rows=4)
top, left, bottom, right = asymmetric = (0, 2, 1, 1)
case("conv2d", "another padding at every end, stride 2",
     lambda x, w, b: F.conv2d(F.pad(x, (left, right, top, bottom)), w, b, stride=2),
     [numbers(1, 2, 5, 6), numbers(3, 2, 3, 3), numbers(3)],
     stride=(2, 2), padding=asymmetric, dilation=(1, 1), groups=1)
case("maxPool2d", "padded at the end only",
     lambda x: F.max_pool2d(F.pad(x, (0, 1, 0, 2), value=-torch.inf), 3, 2),
     [numbers(1, 2, 6, 5)], kernel=(3, 3), stride=(2, 2), padding=(0, 0, 2, 1))

for smoothing in [0.0, 0.1]:
    case("crossEntropy", f"mean of class probabilities, smoothing {smoothing}",
         lambda x, t, s=smoothing: F.cross_entropy(x, t, label_smoothing=s),
         [numbers(4, 3, low=-4, high=4), F.softmax(numbers(4, 3), 1).round(decimals=2)], labelSmoothing=smoothing)
class_weights = [0.5, 2.0, 1.25]
case("crossEntropyWeighed", "class weights and class probabilities",
     lambda x, t: F.cross_entropy(x, t, weight=torch.tensor(class_weights)),
     [numbers(4, 3, low=-4, high=4), F.softmax(numbers(4, 3), 1).round(decimals=2)], weights=class_weights)

# After all others, so that these leave the numbers above as they are.
for kind, make, settings in [
    ("RMSprop", optim.RMSprop, [{}, {"alpha": 0.9, "momentum": 0.8, "weight_decay": 0.1}, {"centered": True, "momentum": 0.5, "eps": 1e-6}]),
    ("Adagrad", optim.Adagrad, [{}, {"lr": 0.1, "lr_decay": 0.2, "weight_decay": 0.1, "eps": 1e-6}]),
    ("Adadelta", optim.Adadelta, [{}, {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1}]),
    ("Adamax", optim.Adamax, [{}, {"lr": 0.1, "betas": (0.8, 0.6), "weight_decay": 0.1}]),
    ("RAdam", optim.RAdam, [{}, {"lr": 0.1, "betas": (0.8, 0.7), "weight_decay": 0.1}, {"lr": 0.1, "betas": (0.9, 0.9), "eps": 1e-6}]),
    ("NAdam", optim.NAdam, [{}, {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.1, "momentum_decay": 0.3}]),
]:
    for given in settings:
        attrs = {camel(name): value for name, value in given.items() if name != "betas"}
        if "betas" in given:
            attrs["beta1"], attrs["beta2"] = given["betas"]
        optimizer(kind, attrs, lambda p: make(p, **given), count=10)

# Drawn anew, so that what was added later leaves the numbers above as they are.
draw = random.Random(20261124)


def attend(q, kv, heads, mask=None, causal=False):
    """F.scaled_dot_product_attention over heads that lie side by side."""
    apart = lambda x: x.unflatten(-1, (heads, -1)).transpose(1, 2)
    k, v = kv.chunk(2, -1)
    y = F.scaled_dot_product_attention(apart(q), apart(k), apart(v), attn_mask=mask, is_causal=causal)
    return y.transpose(1, 2).flatten(-2)


for note, causal in [("itself", False), ("itself, causal", True)]:
    case("attention", note, lambda x: attend(x[..., :4], x[..., 4:], 2, causal=causal), [numbers(2, 5, 12)],
         heads=2, causal=causal, packed=True, masked=False, dropped=False)
case("attention", "another sequence", lambda q, kv: attend(q, kv, 1), [numbers(1, 2, 3), numbers(1, 4, 6)],
     heads=1, causal=False, packed=False, masked=False, dropped=False)
padding = torch.tensor([[1, 1, 0, 1], [0, 0, 0, 0]])
case("attentionMasked", "key padding, of one sample all", lambda q, kv: attend(q, kv, 2, mask=padding.bool()[:, None, None]),
     [numbers(2, 3, 4), numbers(2, 4, 8)], heads=2, mask=padding.flatten().tolist())

for name, function in [("sin", torch.sin), ("cos", torch.cos)]:
    case(name, "over many turns", function, [numbers(9, low=-50, high=50)])

result = {"torch": torch.__version__, "ops": ops, "optimizers": optimizers,
          "initializers": initializers, "identities": identities}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(result, separators=(",", ":")).replace('},{"op"', '},\n{"op"') + "\n")
print(f"{path.name}: {len(ops)} ops, {len(optimizers)} optimisers, {path.stat().st_size} bytes")
