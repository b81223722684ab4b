/**
 * Muon: of a matrix, the mean of its gradients made nearly orthogonal, so that every direction moves alike; other
 * parameters as AdamW does. PyTorch's computes the products in bfloat16, here they are as exact as the weights.
 * Reference: Jordan, https://kellerjordan.github.io/posts/muon/, as torch.optim.Muon; the size of a step as
 * Liu et al., https://arxiv.org/abs/2502.16982
 */
import type { ChoiceAttr } from '../ir/attrs.ts';
import type { ConcreteShape } from '../ir/tensor.ts';
import type { Value } from '../ops/builder.ts';
import { add, div, type Emitter, mul, scale, sub } from '../ops/nn.ts';
import { NO_EPILOGUE } from '../ops/ops.ts';
import { ADAM_SLOTS, type AdamSettings, adamScalars, adamUpdate } from './adamUpdate.ts';
import { defineOptimizer, type StepPosition } from './define.ts';
import { beta, epsilon, learningRate, runningMean, weightDecay } from './shared.ts';

type Adjusted = 'original' | 'match_rms_adamw' | 'spectral_unclamped';
interface OfTheRest {
  readonly adamBeta1: number;
  readonly adamBeta2: number;
  readonly adamEps: number;
}

const isMatrix = ({ length }: ConcreteShape): boolean => length === 2;
const adamSettings = ({ adamBeta1, adamBeta2, adamEps }: OfTheRest): AdamSettings => ({
  ...{ beta1: adamBeta1, beta2: adamBeta2, eps: adamEps },
});

const adjustLr: ChoiceAttr<Adjusted> = {
  kind: 'choice',
  label: 'Size of a step',
  default: 'match_rms_adamw',
  options: ['match_rms_adamw', 'original', 'spectral_unclamped'],
  optionLabels: {
    match_rms_adamw: 'As AdamW moves',
    original: "As Muon's author has it",
    spectral_unclamped: 'By the shape of the matrix',
  },
  help: "PyTorch's adjust_lr_fn. As AdamW moves, one learning rate suits all parameters; the others want a higher one for matrices than for the rest.",
};

const MODULE = `"""Muon for matrices and AdamW for the rest, as exact as the weights.

torch.optim.Muon takes matrices alone and multiplies them in bfloat16.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim import Optimizer

COEFFICIENTS = (3.4445, -4.775, 2.0315)


class MuonAndAdamW(Optimizer):
    """Moves a matrix alike in every direction that its gradients take."""

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str = "match_rms_adamw",
        betas: tuple[float, float] = (0.9, 0.999),
        adam_eps: float = 1e-8,
    ) -> None:
        defaults = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
            "betas": betas,
            "adam_eps": adam_eps,
        }
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.mul_(1 - group["lr"] * group["weight_decay"])
                if p.dim() == 2:
                    self.move_matrix(p, group)
                else:
                    self.move(p, group)

    def move_matrix(self, p: Tensor, group: dict) -> None:
        state = self.state[p]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(p)
        mean = state["momentum_buffer"]
        mean.lerp_(p.grad, 1 - group["momentum"])
        ahead = p.grad.lerp(mean, group["momentum"]) if group["nesterov"] else mean
        direction = orthogonalised(ahead, group["eps"], group["ns_steps"])
        rate = group["lr"] * adjustment(group["adjust_lr_fn"], *p.shape)
        p.add_(direction, alpha=-rate)

    def move(self, p: Tensor, group: dict) -> None:
        state = self.state[p]
        if not state:
            state["step"] = 0
            state["exp_avg"] = torch.zeros_like(p)
            state["exp_avg_sq"] = torch.zeros_like(p)
        beta1, beta2 = group["betas"]
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        state["step"] += 1
        mean.lerp_(p.grad, 1 - beta1)
        square.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
        size = square.sqrt() / math.sqrt(1 - beta2 ** state["step"])
        rate = group["lr"] / (1 - beta1 ** state["step"])
        p.addcdiv_(mean, size.add_(group["adam_eps"]), value=-rate)


def orthogonalised(matrix: Tensor, eps: float, steps: int) -> Tensor:
    """Newton-Schulz: every singular value nearly 1."""
    a, b, c = COEFFICIENTS
    is_tall = matrix.size(0) > matrix.size(1)
    x = matrix.T if is_tall else matrix
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if is_tall else x


def adjustment(by: str, rows: int, columns: int) -> float:
    if by == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    if by == "spectral_unclamped":
        return math.sqrt(rows / columns)
    return math.sqrt(max(1, rows / columns))
`;

export default defineOptimizer({
  type: 'Muon',
  label: 'Muon',
  order: 36,
  doc: 'Moves a matrix of weights alike in every direction that its gradients take, however small. Learns faster than AdamW where most weights are large matrices, as in transformers; biases, norms and kernels of convolutions are trained as AdamW does.',
  formula:
    'M \\leftarrow \\mu M + (1 - \\mu) G, \\quad \\Theta \\leftarrow (1 - \\eta \\lambda)\\, \\Theta - \\eta\\, c\\, U V^\\top, \\quad M = U \\Sigma V^\\top',
  attrs: {
    lr: learningRate(1e-3),
    momentum: {
      kind: 'number',
      default: 0.95,
      min: 0,
      max: 0.999999,
      help: 'Memory of the mean of the gradients.',
    },
    nesterov: {
      kind: 'bool',
      default: true,
      help: 'Takes the mean as it will be with this gradient once more.',
    },
    adjustLr,
    weightDecay: weightDecay(0.1, 'Shrinks the weights by this times the learning rate each step.'),
    nsSteps: {
      kind: 'int',
      label: 'Newton-Schulz steps',
      default: 5,
      min: 1,
      max: 20,
      advanced: true,
      help: 'How often a matrix is brought nearer to an orthogonal one.',
    },
    eps: {
      ...epsilon,
      default: 1e-7,
      help: 'A gradient of a matrix that is shorter counts as that long.',
    },
    adamBeta1: beta('Beta 1 of the rest', 0.9, 'Of AdamW: memory of the mean of the gradients.'),
    adamBeta2: beta('Beta 2 of the rest', 0.999, 'Of AdamW: memory of their squares.'),
    adamEps: { ...epsilon, label: 'Epsilon of the rest' },
  },
  slots: ['momentum_buffer', ...ADAM_SLOTS],
  slotShape: (slot, parameter) =>
    isMatrix(parameter) === (slot === 'momentum_buffer') ? parameter : null,
  scalars: {
    rate: ({ learningRate: rate }) => rate,
    /** What each weight loses of itself. */
    shrinkage: ({ learningRate: rate }, attrs: { readonly weightDecay: number }) =>
      rate * attrs.weightDecay,
    stepSize: (at: StepPosition, attrs: OfTheRest) => adamScalars.stepSize(at, adamSettings(attrs)),
    inverseRoot: (at: StepPosition, attrs: OfTheRest) =>
      adamScalars.inverseRoot(at, adamSettings(attrs)),
  },
  update(context, attrs) {
    const { parameters, gradients, slots, scalars } = context;
    const { momentum_buffer: mean } = slots;
    const stepOf = (of: Value): Value => {
      const now = runningMean(context, of, gradients, attrs.momentum);
      context.assign(of, now);
      const ahead = attrs.nesterov ? runningMean(context, now, gradients, attrs.momentum) : now;
      const direction = orthogonalised(context, ahead, attrs);
      const factor = adjustment(attrs.adjustLr, parameters.type.shape);
      return mul(context, scale(context, direction, factor), scalars.rate);
    };
    const step = mean ? stepOf(mean) : adamUpdate(context, gradients, adamSettings(attrs));
    const taken =
      attrs.weightDecay === 0
        ? step
        : add(context, mul(context, parameters, scalars.shrinkage), step);
    context.assign(parameters, sub(context, parameters, taken));
  },
  torch: (attrs, parameters) =>
    [
      `MuonAndAdamW(${parameters}`,
      `lr=${attrs.lr}`,
      `weight_decay=${attrs.weightDecay}`,
      `momentum=${attrs.momentum}`,
      `nesterov=${attrs.nesterov ? 'True' : 'False'}`,
      `eps=${attrs.eps}`,
      `ns_steps=${attrs.nsSteps}`,
      `adjust_lr_fn="${attrs.adjustLr}"`,
      `betas=(${attrs.adamBeta1}, ${attrs.adamBeta2})`,
      `adam_eps=${attrs.adamEps})`,
    ].join(', '),
  torchModule: {
    name: 'muon',
    className: 'MuonAndAdamW',
    source: MODULE,
  },
});

/** Of the polynomial that brings what lies between 0 and 1 near to 1, steep at 0. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/** Newton-Schulz. Of a tall matrix the products are those of its columns, which are fewer. */
function orthogonalised(
  g: Emitter,
  matrix: Value,
  { eps, nsSteps }: { readonly eps: number; readonly nsSteps: number },
): Value {
  const [rows = 1, columns = 1] = matrix.type.shape;
  const isTall = rows > columns;
  const product = (a: Value, b: Value, turned: 'a' | 'b' | null): Value =>
    g.emit('matmul', [a, b], {
      transposeA: turned === 'a',
      transposeB: turned === 'b',
      epilogue: NO_EPILOGUE,
    });
  const length = g.emit('sqrt', [g.emit('sumSquares', [matrix], {})], {});
  const least = g.emit('full', [], { shape: [], value: eps });
  let x = div(g, matrix, g.emit('maximum', [length, least], {}));
  for (let step = 0; step < nsSteps; step++) {
    const gram = product(x, x, isTall ? 'a' : 'b');
    const change = add(g, scale(g, gram, B), scale(g, product(gram, gram, null), C));
    const moved = isTall ? product(x, change, null) : product(change, x, null);
    x = add(g, scale(g, x, A), moved);
  }
  return x;
}

function adjustment(by: Adjusted, [rows = 1, columns = 1]: ConcreteShape): number {
  switch (by) {
    case 'original':
      return Math.sqrt(Math.max(1, rows / columns));
    case 'match_rms_adamw':
      return 0.2 * Math.sqrt(Math.max(rows, columns));
    case 'spectral_unclamped':
      return Math.sqrt(rows / columns);
    default:
      return by satisfies never;
  }
}
