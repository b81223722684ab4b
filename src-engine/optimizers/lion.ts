/**
 * Lion: every weight moves by the same amount, in the direction of the sign of a mean of gradients. PyTorch has
 * it not; this is the paper's algorithm 2, with AdamW's weight decay.
 * Reference: Chen et al., https://arxiv.org/abs/2302.06675
 */
import { add, mul, sub } from '../ops/nn.ts';
import { defineOptimizer } from './define.ts';
import { beta, learningRate, runningMean, signOf, weightDecay } from './shared.ts';

export default defineOptimizer({
  type: 'Lion',
  label: 'Lion',
  order: 35,
  doc: 'Moves every weight by the same amount, in the direction that recent gradients agree on. Keeps half as much as Adam; takes a rate three to ten times lower and as much more weight decay.',
  formula:
    '\\theta \\leftarrow \\theta - \\eta\\, (\\operatorname{sign}(\\beta_1 m + (1 - \\beta_1) g) + \\lambda \\theta)',
  attrs: {
    lr: learningRate(1e-4),
    beta1: beta(
      'Beta 1',
      0.9,
      'Share of the mean in the direction of a step; the rest is the gradient.',
    ),
    beta2: beta('Beta 2', 0.99, 'Memory of the mean of the gradients.'),
    weightDecay: weightDecay(0, 'Shrinks the weights by this times the learning rate each step.'),
  },
  slots: ['exp_avg'],
  scalars: {
    rate: ({ learningRate: rate }) => rate,
    /** What each weight loses of itself. */
    shrinkage: ({ learningRate: rate }, attrs: { readonly weightDecay: number }) =>
      rate * attrs.weightDecay,
  },
  update(context, attrs) {
    const { parameters, gradients, slots, scalars } = context;
    const { exp_avg: mean } = slots;
    if (!mean) throw new Error('Lion keeps a mean');
    const direction = signOf(context, runningMean(context, mean, gradients, attrs.beta1));
    context.assign(mean, runningMean(context, mean, gradients, attrs.beta2));
    const step = mul(context, direction, scalars.rate);
    const taken =
      attrs.weightDecay === 0
        ? step
        : add(context, mul(context, parameters, scalars.shrinkage), step);
    context.assign(parameters, sub(context, parameters, taken));
  },
  torch: ({ lr, beta1, beta2, weightDecay: decay }, parameters) =>
    `Lion(${parameters}, lr=${lr}, betas=(${beta1}, ${beta2}), weight_decay=${decay})`,
  torchModule: {
    name: 'lion',
    className: 'Lion',
    source: `"""Lion, as https://arxiv.org/abs/2302.06675 has it; PyTorch does not."""

from collections.abc import Iterable

import torch
from torch.optim import Optimizer


class Lion(Optimizer):
    """Moves every weight by its rate, in the direction that recent gradients agree on."""

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(
            params, {"lr": lr, "betas": betas, "weight_decay": weight_decay}
        )

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            rate, (beta1, beta2) = group["lr"], group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["exp_avg"] = torch.zeros_like(p)
                mean = state["exp_avg"]
                direction = torch.lerp(mean, p.grad, 1 - beta1).sign_()
                p.mul_(1 - rate * group["weight_decay"])
                p.add_(direction, alpha=-rate)
                mean.lerp_(p.grad, 1 - beta2)
`,
  },
});
